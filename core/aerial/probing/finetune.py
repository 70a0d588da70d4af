"""Fine-tuning: train the last blocks of a network on a few labeled tiles.

The blocks before them are frozen, so their feature maps are computed once and each epoch costs only
the trained blocks. Batch normalization is folded into the convolutions beforehand
(:mod:`core.networks.folding`): its statistics stay those of photographs, the usual choice with so
few tiles.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...networks import LoadedNetwork
from ...networks.gate import FORWARD_SLOTS
from ...networks.mobile import MobileNet
from .features import FeaturesError, Floats, resize
from .splits import Indices, Labels

BATCH_SIZE = 16
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 1e-2  # of AdamW; the rate is annealed to 0 along a cosine
MAP_BATCH_SIZE = 8


@dataclass(frozen=True)
class FinetuneSettings:
    """Train the last ``blocks`` for ``epochs``, on tiles resized by ``factor``."""

    blocks: int = 2
    factor: float = 1.0
    epochs: int = 12
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Epoch:
    """State after ``epoch`` of ``epochs``: mean training ``loss`` in nats, and which held-out tiles
    are classified correctly (``correct``), bool (held_out,)."""

    epoch: int
    epochs: int
    loss: float
    correct: NDArray[np.bool_]


class Tail(nn.Module):
    """Last blocks and head of a network, then a global average and a new linear classifier."""

    def __init__(self, network: MobileNet, blocks: int, classes: int) -> None:
        super().__init__()
        trained = [*list(network.blocks)[len(network.blocks) - blocks :], network.head]
        self.body = nn.Sequential(*(copy.deepcopy(module) for module in trained))
        self.body.requires_grad_(True)
        self.classifier = nn.Linear(network.classifier.in_features, classes)
        nn.init.zeros_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, maps: Tensor) -> Tensor:
        """Class scores (n, classes) of feature maps (n, channels, rows, columns)."""
        scores: Tensor = self.classifier(self.body(maps).mean((2, 3)))
        return scores


def tunable_module(loaded: LoadedNetwork, blocks: int) -> MobileNet:
    """Return the network's module; raises :class:`FeaturesError` if it cannot be fine-tuned."""
    if not isinstance(loaded.module, MobileNet):
        raise FeaturesError(f"{loaded.network.title} has no blocks that can be fine-tuned here.")
    max_blocks = len(loaded.module.blocks) - 1
    if not 1 <= blocks <= max_blocks:
        raise FeaturesError(
            f"blocks: '{blocks}' is not allowed; give a number from 1 to {max_blocks}."
        )
    return loaded.module


def finetune(
    loaded: LoadedNetwork,
    images: Floats,
    labels: Labels,
    train: Indices,
    held_out: Indices,
    settings: FinetuneSettings | None = None,
) -> Iterator[Epoch]:
    """Train the last blocks, the head and a new classifier on some tiles, epoch by epoch.

    ``images``: float32 (n, 3, side, side) in [0, 1]. ``labels``: int64 (n,). ``train`` and
    ``held_out``: indices of tiles, int64. The iterator may be abandoned at any time. The same
    arguments give the same results on a CPU. Raises :class:`FeaturesError` for a network without
    such blocks.
    """
    chosen = settings or FinetuneSettings()
    network = tunable_module(loaded, chosen.blocks)
    layer = f"blocks.{len(network.blocks) - chosen.blocks - 1}"
    maps, test_maps = (
        _maps(loaded, images[tiles], layer, chosen.factor) for tiles in (train, held_out)
    )
    targets = torch.from_numpy(labels[train]).to(loaded.device)
    tail = Tail(network, chosen.blocks, int(labels.max()) + 1).to(loaded.device)
    optimizer = torch.optim.AdamW(tail.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, chosen.epochs)
    generator = torch.Generator().manual_seed(chosen.seed)
    for epoch in range(1, chosen.epochs + 1):
        loss = 0.0
        order = torch.randperm(len(train), generator=generator)
        for start in range(0, len(train), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            loss += _train_step(tail, optimizer, maps[batch], targets[batch]) * len(batch)
        schedule.step()
        correct = _predict(tail, test_maps) == labels[held_out]
        yield Epoch(epoch, chosen.epochs, loss / len(train), correct)


def _maps(loaded: LoadedNetwork, images: Floats, layer: str, factor: float) -> Tensor:
    parts = []
    for start in range(0, len(images), MAP_BATCH_SIZE):
        batch = torch.from_numpy(images[start : start + MAP_BATCH_SIZE]).to(loaded.device)
        parts.append(loaded.record(resize(batch, factor), [layer])[1][layer])
    return torch.cat(parts).clone()  # out of inference mode


def _train_step(
    tail: Tail, optimizer: torch.optim.Optimizer, maps: Tensor, targets: Tensor
) -> float:
    with FORWARD_SLOTS.slot():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(tail(maps), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return float(loss.detach())


def _predict(tail: Tail, maps: Tensor) -> NDArray[np.int64]:
    with torch.inference_mode(), FORWARD_SLOTS.slot():
        scores = [
            tail(maps[start : start + BATCH_SIZE]) for start in range(0, len(maps), BATCH_SIZE)
        ]
    classes: NDArray[np.int64] = torch.cat(scores).argmax(1).cpu().numpy()
    return classes
