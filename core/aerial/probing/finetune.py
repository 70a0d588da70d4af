"""Fine-tuning: the last blocks of a network go on learning from a few labelled tiles.

What lies before these blocks stays as it is, so its maps are computed once and every epoch costs
only what is learned. The batch normalisations are folded into the convolutions beforehand
(:mod:`core.networks.folding`): their statistics are those of photographs and stay so, which with so
few tiles is what one would choose.
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
from .features import FeaturesError, Floats, resized
from .splits import Indices, Labels

BATCH = 16
RATE, DECAY = 1e-3, 1e-2  # of AdamW; the rate falls to 0 along a cosine
TOGETHER = 8


@dataclass(frozen=True, eq=False)
class Epoch:
    """After ``epoch`` of ``epochs``: the mean ``loss`` in training, and which of the held tiles are
    ``right``, bool (held,)."""

    epoch: int
    epochs: int
    loss: float
    right: NDArray[np.bool_]


class Tail(nn.Module):
    """The last blocks and the head of a network, a mean over all cells, and a new linear layer."""

    def __init__(self, whole: MobileNet, blocks: int, classes: int) -> None:
        super().__init__()
        kept = list(whole.blocks)[len(whole.blocks) - blocks :]
        self.body = nn.Sequential(*(copy.deepcopy(one) for one in (*kept, whole.head)))
        self.body.requires_grad_(True)
        self.last = nn.Linear(whole.classifier.in_features, classes)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, maps: Tensor) -> Tensor:
        """Scores (n, classes) of maps (n, channels, rows, columns)."""
        answer: Tensor = self.last(self.body(maps).mean((2, 3)))
        return answer


def whole_of(loaded: LoadedNetwork, blocks: int) -> MobileNet:
    """The network's own module; raises :class:`FeaturesError` where it cannot be tuned here."""
    if not isinstance(loaded.module, MobileNet):
        raise FeaturesError(f"{loaded.network.title} has no blocks that can be fine-tuned here.")
    most = len(loaded.module.blocks) - 1
    if not 1 <= blocks <= most:
        raise FeaturesError(f"blocks: '{blocks}' is not allowed; give a number from 1 to {most}.")
    return loaded.module


def finetune(
    loaded: LoadedNetwork,
    images: Floats,
    labels: Labels,
    train: Indices,
    held: Indices,
    blocks: int = 2,
    factor: float = 1.0,
    epochs: int = 12,
    seed: int = 0,
) -> Iterator[Epoch]:
    """Train the last ``blocks``, the head and a new classifier on the tiles ``train``.

    ``images`` float32 (n, 3, side, side) in [0, 1], resized by ``factor``; ``labels`` (n,). One
    :class:`Epoch` after the other; may be left at any time. The same arguments give the same
    answers on a CPU. Raises :class:`FeaturesError` for a network without such blocks.
    """
    whole = whole_of(loaded, blocks)
    layer = f"blocks.{len(whole.blocks) - blocks - 1}"
    learned, tested = (_maps(loaded, images[tiles], layer, factor) for tiles in (train, held))
    targets = torch.from_numpy(labels[train]).to(loaded.device)
    tail = Tail(whole, blocks, int(labels.max()) + 1).to(loaded.device)
    optimizer = torch.optim.AdamW(tail.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    generator = torch.Generator().manual_seed(seed)
    for epoch in range(1, epochs + 1):
        loss = 0.0
        order = torch.randperm(len(train), generator=generator)
        for start in range(0, len(train), BATCH):
            batch = order[start : start + BATCH]
            loss += _learn(tail, optimizer, learned[batch], targets[batch]) * len(batch)
        schedule.step()
        right = _answers(tail, tested) == labels[held]
        yield Epoch(epoch, epochs, loss / len(train), right)


def _maps(loaded: LoadedNetwork, images: Floats, layer: str, factor: float) -> Tensor:
    parts = []
    for start in range(0, len(images), TOGETHER):
        some = torch.from_numpy(images[start : start + TOGETHER]).to(loaded.device)
        parts.append(loaded.record(resized(some, factor), [layer])[1][layer])
    return torch.cat(parts).clone()  # out of inference mode


def _learn(tail: Tail, optimizer: torch.optim.Optimizer, maps: Tensor, targets: Tensor) -> float:
    with FORWARD_SLOTS.slot():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(tail(maps), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return float(loss.detach())


def _answers(tail: Tail, maps: Tensor) -> NDArray[np.int64]:
    with torch.inference_mode(), FORWARD_SLOTS.slot():
        scores = [tail(maps[start : start + BATCH]) for start in range(0, len(maps), BATCH)]
    answers: NDArray[np.int64] = torch.cat(scores).argmax(1).cpu().numpy()
    return answers
