"""Fine-tuning against frozen features: the same training sets, the same test tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.features import features, side_px
from ...aerial.probing.finetune import FinetuneSettings, finetune
from ...aerial.probing.probes import bootstrap_interval, fit
from ...aerial.probing.splits import Indices
from ...errors import UserError
from ...formatting import percent
from ...networks import LoadedNetwork, load
from .result import Result
from .selection import Choice, Gain
from .sentences import points
from .setup import PASS_S, SMALL_PX, TRAINED, Protocol
from .steps import scenes_s
from .tiles import Images

MAX_SETS = 3  # training sets, of those that score
EPOCHS = 12
BLOCKS = 2
TRAIN_S, TRAIN_PX = 0.0024, 192  # of a block and a picture; smaller ones take as long

Correct = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FinetuneResult:
    """Predictions on test tiles with frozen features and after fine-tuning, as far as measured.

    ``frozen`` and ``tuned``: bool (finished training sets, test tiles), whether each is correct: by
    a probe of ``layer``, and after training the last ``blocks``; both on tiles resized by
    ``factor``. ``losses``: of each training set by epoch, in nats. ``done``: fraction, 0 to 1.
    """

    protocol: Protocol
    blocks: int
    layer: str
    factor: float
    frozen: Correct
    tuned: Correct
    losses: tuple[tuple[float, ...], ...]
    done: float

    @property
    def gain(self) -> Gain | None:
        """Gain of fine-tuning over the probe; None before one training set is finished."""
        if not len(self.tuned):
            return None
        difference = 100.0 * (self.tuned.astype(np.float64) - self.frozen)
        groups = self.protocol.tile_set.groups[self.protocol.split.test]
        return Gain(*bootstrap_interval(difference, groups).cell())


def steps(
    result: Result,
    blocks: int = BLOCKS,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
) -> Iterator[FinetuneResult]:
    """Fine-tune at the layer and factor that a result has chosen, epoch by epoch.

    The iterator may be abandoned at any time. ``networks`` as in
    :func:`core.experiments.transfer.steps.steps`. Raises UserError if nothing is chosen yet, and
    FeaturesError for a network that cannot be fine-tuned.
    """
    choice, protocol = _choice(result), result.protocol
    tiles, test = protocol.tile_set, protocol.split.test
    loaded = networks[TRAINED] if networks else load(protocol.spec.network, device=device)
    tuned = np.empty((0, len(test)), dtype=np.bool_)
    state = FinetuneResult(protocol, blocks, choice.layer, choice.factor, tuned, tuned, (), 0.0)
    drawn = scenes_s(protocol) / finetune_s(result, blocks)
    for fraction in tiles.prepare():
        yield replace(state, done=drawn * fraction)
    images = tiles.images(tiles.gsd_m)
    sets = [protocol.training_set(i, protocol.labels_per_class) for i in _set_indices(protocol)]
    frozen = _frozen(state, loaded, images, sets)
    settings = FinetuneSettings(blocks, choice.factor, EPOCHS, protocol.spec.seed)
    losses = list[tuple[float, ...]]()
    for index, train in enumerate(sets):
        losses.append(())
        for epoch in finetune(loaded, images, tiles.labels, train, test, settings):
            losses[-1] = (*losses[-1], epoch.loss)
            if epoch.epoch == epoch.epochs:
                tuned = np.concatenate((tuned, epoch.correct[None]))
            done = drawn + (1 - drawn) * (index + epoch.epoch / epoch.epochs) / len(sets)
            yield replace(
                state, frozen=frozen[: len(tuned)], tuned=tuned, losses=tuple(losses), done=done
            )


def _choice(result: Result) -> Choice:
    if result.choice is None:
        raise UserError("All resize factors must be measured before fine-tuning.")
    return result.choice


def _set_indices(protocol: Protocol) -> range:
    """Indices of the training sets, which are among those that score."""
    return range(1, protocol.spec.training_sets, 2)[:MAX_SETS]


def finetune_s(result: Result, blocks: int) -> float:
    """Estimated time of :func:`steps` on one core, in seconds. Raises UserError as they do."""
    choice, protocol = _choice(result), result.protocol
    tiles = protocol.tile_set
    side = max(SMALL_PX, side_px(tiles.sides_px[tiles.gsd_m], choice.factor))
    passes = len(tiles.labels) * PASS_S
    trained = protocol.labels_per_class * len(tiles.classes) * EPOCHS * TRAIN_S * (1 + blocks)
    tested = len(protocol.split.test) * EPOCHS * TRAIN_S / 3 * (1 + blocks)
    count = len(_set_indices(protocol))
    tail = count * (trained + tested) * max(1.0, side**2 / TRAIN_PX**2)
    return scenes_s(protocol) + 2 * passes * side**2 / 224**2 + tail


def _frozen(
    state: FinetuneResult, loaded: LoadedNetwork, images: Images, sets: list[Indices]
) -> Correct:
    tiles, test = state.protocol.tile_set, state.protocol.split.test
    rows = features(loaded, images, state.factor)[state.layer]
    correct = []
    for train in sets:
        probe = fit(rows[train], tiles.labels[train], tiles.groups[train], len(tiles.classes))
        correct.append(probe.predict(rows[test]) == tiles.labels[test])
    return np.stack(correct)


def describe(result: FinetuneResult) -> str:
    """Accuracy with and without fine-tuning; empty before one training set is finished."""
    gain = result.gain
    if gain is None:
        return ""
    sentences = (
        f"With {result.protocol.labels_per_class} labeled tiles per class, fine-tuning the last "
        f"{result.blocks} blocks reaches {percent(float(result.tuned.mean()))} accuracy; frozen "
        f"features reach {percent(float(result.frozen.mean()))}. Difference: {points(gain)}."
    )
    if gain.low <= 0 <= gain.high:
        return f"{sentences} The interval includes 0, so neither is significantly better."
    return sentences
