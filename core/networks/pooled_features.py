"""What is left of a network's answers without positions: one row of numbers per picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor

LOGITS = "logits"


class StagedNetwork(Protocol):
    """What a network must do: say what every place answers, then the logits if it has any."""

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]: ...


def channel_means(maps: Tensor) -> Tensor:
    """Over all cells: float32 (n, channels), whatever the maps (n, channels, rows, columns) are."""
    return maps.mean((2, 3), dtype=torch.float32)


def probabilities(logits: Tensor) -> Tensor:
    """The classes' probabilities, float32 (n, classes)."""
    return logits.float().softmax(1)


def pooled_features(module: StagedNetwork, images: Tensor) -> Tensor:
    """The mean over all cells of every unit, place by place, then the classes' probabilities.

    Images (n, 3, rows, columns); float32 (n, width) on their device, whatever the maps are made of.
    """
    parts = [
        probabilities(maps) if name == LOGITS else channel_means(maps)
        for name, maps in module.walk(images)
    ]
    return torch.cat(parts, dim=1)
