"""Spatially averaged activations of every layer, followed by class probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor

LOGITS = "logits"


class StagedNetwork(Protocol):
    """A network that yields its layers one after the other."""

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, maps) for every layer in order, then ("logits", (n, classes)) if any.

        ``images``: float (n, 3, rows, columns) in [0, 1]; maps: (n, channels, rows, columns).
        """
        ...


def channel_means(maps: Tensor) -> Tensor:
    """Average maps (n, channels, rows, columns) over all cells: float32 (n, channels)."""
    return maps.mean((2, 3), dtype=torch.float32)


def probabilities(logits: Tensor) -> Tensor:
    """Class probabilities of logits (n, classes): float32 (n, classes) in [0, 1]."""
    return logits.float().softmax(1)


def pooled_features(module: StagedNetwork, images: Tensor) -> Tensor:
    """Average every layer's channels over all cells, then append class probabilities.

    ``images``: float (n, 3, rows, columns) in [0, 1]. Returns float32 (n, width) on their device.
    """
    parts = [
        probabilities(maps) if name == LOGITS else channel_means(maps)
        for name, maps in module.walk(images)
    ]
    return torch.cat(parts, dim=1)
