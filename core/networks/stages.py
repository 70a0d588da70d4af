"""Recording the stages of a network that we have not written ourselves."""

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

Outputs = dict[str, Tensor]  # by stage; what the network itself gives back under LOGITS


class ExternalStages:
    """A network as something that says what its stages answer.

    ``answers`` takes images (n, 3, rows, columns) in [0, 1]; ``layers`` are the stages to tell of.
    """

    def __init__(self, answers: Callable[[Tensor], Outputs], network: Network) -> None:
        self.answers = answers
        self.network = network

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """(name, maps) for every place in order, then ("logits", (n, 1000)) if it has classes."""
        found = self.answers(images)
        for layer in self.network.layers:
            yield layer.name, found[layer.name]
        if self.network.classes:
            yield LOGITS, found[LOGITS]


def imagenet_normalization() -> Normalize:
    """ImageNet's normalisation, which torchvision's and timm's networks expect."""
    return Normalize(MOBILENET_V2.mean, MOBILENET_V2.scale)


def with_normalization(module: nn.Module) -> nn.Sequential:
    """The module behind ImageNet's normalisation, as one that takes images in [0, 1]."""
    return nn.Sequential(imagenet_normalization(), module)


def record_with_hooks(whole: nn.Module, parts: dict[str, nn.Module]) -> Callable[[Tensor], Outputs]:
    """What ``whole`` and ``parts`` of it answer, in the order in which they run."""
    lock = threading.Lock()  # hooks belong to the module, so to one thread at a time

    def answers(images: Tensor) -> Outputs:
        found: Outputs = {}

        def keep(name: str) -> Callable[[nn.Module, object, object], None]:
            def hook(_module: nn.Module, _given: object, answer: object) -> None:
                if isinstance(answer, Tensor):  # a copy, since what follows may work in place
                    found[name] = answer.clone()

            return hook

        with lock:
            hooks = [part.register_forward_hook(keep(name)) for name, part in parts.items()]
            try:
                answer = whole(images)
                return {**found, LOGITS: answer}
            finally:
                for one in hooks:
                    one.remove()

    return answers


def record_sequence(first: nn.Module, parts: dict[str, nn.Module]) -> Callable[[Tensor], Outputs]:
    """What the parts of a sequence answer one after the other, ``first`` before all."""

    def answers(images: Tensor) -> Outputs:
        found: Outputs = {}
        maps = first(images)
        for name, part in parts.items():
            maps = part(maps)
            found[name] = maps.clone()
        return {**found, LOGITS: maps}

    return answers


def submodules(module: nn.Module, deeper: bool) -> dict[str, nn.Module]:
    """The outermost modules within a module, or with ``deeper`` what these are made of."""
    outermost = dict(module.named_children())
    if not deeper:
        return outermost
    return {
        f"{name}.{inner}" if inner else name: part
        for name, child in outermost.items()
        for inner, part in (dict(child.named_children()) or {"": child}).items()
    }


def record_stages(name: str, package: str, module: nn.Module, device: str) -> ExternalStages:
    """A module with its outermost stages as places, or the next ones where these are too few."""
    whole = with_normalization(module).to(device).requires_grad_(False).eval()
    for deeper in (False, True):
        answers = record_with_hooks(whole, submodules(module, deeper))
        network = describe_network(name, package, probe(answers, device))
        if len(network.layers) >= MIN_LAYERS:
            break
    return ExternalStages(answers, network)


def probe(answers: Callable[[Tensor], Outputs], device: str) -> Outputs:
    """What one gray picture of 224 x 224 pixels gives."""
    with torch.inference_mode():
        return answers(torch.full((1, 3, INPUT_PX, INPUT_PX), 0.5, device=device))


def describe_network(name: str, package: str, found: Outputs) -> Network:
    """A network from what its stages answered to one picture of 224 x 224 pixels.

    Stages that give maps of more than one cell are its places; receptive fields are not known.
    """
    maps = {stage: answer for stage, answer in found.items() if is_feature_map(answer)}
    layers = tuple(
        Layer(stage, f"{stage}, {answer.shape[1]} channels", answer.shape[1],
              round(INPUT_PX / answer.shape[2]), 0)
        for stage, answer in maps.items()
    )  # fmt: skip
    classes = tuple(found[LOGITS].shape) == (1, CLASSES)
    return Network(name, name, "not known here", package, INPUT_PX, GRAY, layers, classes)


def is_feature_map(answer: Tensor) -> bool:
    """Whether this is (1, channels, rows, columns) with more than one cell."""
    return answer.ndim == 4 and answer.shape[2] * answer.shape[3] > 1
