"""Record the stages of external networks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from .layout import MOBILENET_V2, Layer
from .normalize import Normalize
from .pooled_features import LOGITS
from .table import CLASSES, Network

INPUT_PX = 224
MIN_LAYERS = 3
GRAY = sum(MOBILENET_V2.mean) / 3 / 255

Outputs = dict[str, Tensor]  # by stage; the network's own output under LOGITS


class ExternalStages:
    """An external network whose stages are its layers.

    ``outputs`` maps images (n, 3, rows, columns) in [0, 1] to outputs by stage.
    """

    def __init__(self, outputs: Callable[[Tensor], Outputs], network: Network) -> None:
        self.outputs = outputs
        self.network = network

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, maps) for every layer in order, then ("logits", (n, 1000)) if any."""
        outputs = self.outputs(images)
        for layer in self.network.layers:
            yield layer.name, outputs[layer.name]
        if self.network.classes:
            yield LOGITS, outputs[LOGITS]


def imagenet_normalization() -> Normalize:
    """ImageNet's normalization, which torchvision's and timm's networks expect."""
    return Normalize(MOBILENET_V2.mean, MOBILENET_V2.scale)


def with_normalization(module: nn.Module) -> nn.Sequential:
    """The module behind ImageNet's normalization, as one that takes images in [0, 1]."""
    return nn.Sequential(imagenet_normalization(), module)


def record_with_hooks(whole: nn.Module, parts: dict[str, nn.Module]) -> Callable[[Tensor], Outputs]:
    """Record the outputs of ``whole`` and of its ``parts`` with forward hooks.

    The function that is returned takes images (n, 3, rows, columns) in [0, 1].
    """
    lock = threading.Lock()  # hooks belong to the module, so to one thread at a time

    def outputs(images: Tensor) -> Outputs:
        recorded: Outputs = {}

        def record(name: str) -> Callable[[nn.Module, object, object], None]:
            def hook(_module: nn.Module, _inputs: object, output: object) -> None:
                if isinstance(output, Tensor):  # a copy, since what follows may work in place
                    recorded[name] = output.clone()

            return hook

        with lock:
            hooks = [part.register_forward_hook(record(name)) for name, part in parts.items()]
            try:
                output = whole(images)
                return {**recorded, LOGITS: output}
            finally:
                for hook in hooks:
                    hook.remove()

    return outputs


def record_sequence(first: nn.Module, parts: dict[str, nn.Module]) -> Callable[[Tensor], Outputs]:
    """Record the outputs of the parts of a sequence; ``first`` runs before them.

    The function that is returned takes images (n, 3, rows, columns) in [0, 1].
    """

    def outputs(images: Tensor) -> Outputs:
        recorded: Outputs = {}
        maps = first(images)
        for name, part in parts.items():
            maps = part(maps)
            recorded[name] = maps.clone()
        return {**recorded, LOGITS: maps}

    return outputs


def submodules(module: nn.Module, deeper: bool) -> dict[str, nn.Module]:
    """The direct children of a module, or with ``deeper`` their children."""
    outermost = dict(module.named_children())
    if not deeper:
        return outermost
    return {
        f"{name}.{inner}" if inner else name: part
        for name, child in outermost.items()
        for inner, part in (dict(child.named_children()) or {"": child}).items()
    }


def record_stages(name: str, package: str, module: nn.Module, device: str) -> ExternalStages:
    """Use a module's direct children as layers, or their children where those are too few."""
    whole = with_normalization(module).to(device).requires_grad_(False).eval()
    for deeper in (False, True):
        outputs = record_with_hooks(whole, submodules(module, deeper))
        network = describe_network(name, package, probe(outputs, device))
        if len(network.layers) >= MIN_LAYERS:
            break
    return ExternalStages(outputs, network)


def probe(outputs: Callable[[Tensor], Outputs], device: str) -> Outputs:
    """Run one gray picture, (1, 3, 224, 224)."""
    with torch.inference_mode():
        return outputs(torch.full((1, 3, INPUT_PX, INPUT_PX), 0.5, device=device))


def describe_network(name: str, package: str, outputs: Outputs) -> Network:
    """Describe a network by the outputs of its stages for one picture of 224 x 224 pixels.

    Stages whose output is a feature map, (1, channels, rows, columns) with more than one cell, are
    its layers; receptive fields are unknown.
    """
    maps = {stage: output for stage, output in outputs.items() if is_feature_map(output)}
    layers = tuple(
        Layer(stage, f"{stage}, {output.shape[1]} channels", output.shape[1],
              round(INPUT_PX / output.shape[2]), 0)
        for stage, output in maps.items()
    )  # fmt: skip
    classes = tuple(outputs[LOGITS].shape) == (1, CLASSES)
    return Network(name, name, "not known here", package, INPUT_PX, GRAY, layers, classes)


def is_feature_map(output: Tensor) -> bool:
    """Whether this is (1, channels, rows, columns) with more than one cell."""
    return output.ndim == 4 and output.shape[2] * output.shape[3] > 1
