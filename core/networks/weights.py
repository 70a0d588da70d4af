"""Find, verify and read weights of an installed package, and rename them to our modules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from .layout import VGG16, MobileLayout
from .table import NETWORKS, Network, NetworkMissing

State = dict[str, Tensor]

NORM = ("weight", "bias", "running_mean", "running_var")


def verified_file(network: Network) -> Path:
    """Find the installed file of weights and check its SHA-256; raises :class:`NetworkMissing`."""
    path = network.source.file() if network.source else None
    if network.source is None or path is None or network.missing_reason():
        raise NetworkMissing(network.missing_reason())
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != network.source.sha256:
        raise NetworkMissing(
            f"The weights of {network.title} are not the ones that were tested (SHA-256 begins "
            f"{digest[:12]}, expected {network.source.sha256[:12]}); install {network.package} "
            "again."
        )
    return path


def read_weights(network: Network) -> State:
    """Read the installed weights of a network of the table, by our module's names.

    Convolutions are float32 (out, in, rows, columns).
    """
    path = verified_file(network)
    stored = torch.load(path, weights_only=True) if path.suffix == ".pth" else _from_keras(path)
    return rename_weights(network, stored)


def rename_weights(network: Network, stored: State) -> State:
    """Rename weights from their source's names to our module's; needs all of them.

    Convolutions are (out, in, rows, columns). Raises KeyError where one is missing.
    """
    return {ours: stored[theirs] for ours, theirs in tensor_names(network).items()}


def match_network(stored: State) -> Network | None:
    """The network of the table whose source has exactly these names; None if none has.

    ``stored``: tensors by name, convolutions (out, in, rows, columns); their values do not count.
    """
    names = {name for name in stored if not name.endswith("num_batches_tracked")}
    return next(
        (net for net in NETWORKS.values() if set(tensor_names(net).values()) == names), None
    )


def tensor_names(network: Network) -> dict[str, str]:
    """Map our name of every tensor to its name in the source."""
    if network.layout is None:
        names = [
            f"conv{group}_{number}.{part}"
            for group, widths in enumerate(VGG16, 1)
            for number in range(1, len(widths) + 1)
            for part in ("weight", "bias")
        ]
        return {name: name for name in names}
    source = _efficientnet_names if network.layout.same else _torchvision_names
    theirs = {}
    for unit, convolution, norm in source(network.layout):
        theirs[f"{unit}.convolution.weight"] = f"{convolution}.weight"
        theirs |= {f"{unit}.norm.{part}": f"{norm}.{part}" for part in NORM}
    last = "_fc" if network.layout.same else "classifier.1"
    return theirs | {f"classifier.{part}": f"{last}.{part}" for part in ("weight", "bias")}


LayerNames = Iterator[tuple[str, str, str]]  # our unit, the source's convolution, its normalization


def _efficientnet_names(layout: MobileLayout) -> LayerNames:
    yield "stem", "_conv_stem", "_bn0"
    for index, (_, block) in enumerate(layout.blocks()):
        ours, theirs = f"blocks.{index}", f"_blocks.{index}"
        if block.expansion > 1:
            yield f"{ours}.expand", f"{theirs}._expand_conv", f"{theirs}._bn0"
        yield f"{ours}.depthwise", f"{theirs}._depthwise_conv", f"{theirs}._bn1"
        yield f"{ours}.project", f"{theirs}._project_conv", f"{theirs}._bn2"
    yield "head", "_conv_head", "_bn1"


def _torchvision_names(layout: MobileLayout) -> LayerNames:
    yield "stem", "features.0.0", "features.0.1"
    last = 0
    for last, (_, block) in enumerate(layout.blocks(), start=1):
        ours, theirs = f"blocks.{last - 1}", f"features.{last}.conv"
        position = 0
        if block.expansion > 1:
            yield f"{ours}.expand", f"{theirs}.0.0", f"{theirs}.0.1"
            position = 1
        yield f"{ours}.depthwise", f"{theirs}.{position}.0", f"{theirs}.{position}.1"
        yield f"{ours}.project", f"{theirs}.{position + 1}", f"{theirs}.{position + 2}"
    yield "head", f"features.{last + 1}.0", f"features.{last + 1}.1"


def _from_keras(path: Path) -> State:
    """VGG16's convolutions; Keras keeps (rows, columns, in, out), torch (out, in, ...)."""
    import h5py  # type: ignore[import-untyped]

    state: State = {}
    with h5py.File(path, "r") as file:
        for group, widths in enumerate(VGG16, start=1):
            for index in range(len(widths)):
                layer = "conv2d" if index == 0 else f"conv2d_{index}"
                variables = file[f"block{group}/layers/{layer}/vars"]
                kernel = torch.from_numpy(variables["0"][()]).permute(3, 2, 0, 1).contiguous()
                if not state:
                    kernel = kernel.flip(1)  # it was made for blue, green, red
                state[f"conv{group}_{index + 1}.weight"] = kernel
                state[f"conv{group}_{index + 1}.bias"] = torch.from_numpy(variables["1"][()])
    return state
