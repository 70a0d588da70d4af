"""Fine-tuning against frozen features: the same training sets, the same test tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...aerial.probing.features import features, side_px
from ...aerial.probing.finetune import FinetuneSettings, finetune
from ...aerial.probing.probes import fit
from ...aerial.probing.splits import Indices
from ...errors import UserError
from ...evidence.finding import Finding
from ...evidence.verdict import Verdict, judge
from ...formatting import percent
from ...networks import LoadedNetwork, load
from . import verdicts
from .gains import Correct, Gain, gain
from .result import Result
from .selection import Choice
from .sentences import LINE, points
from .setup import TRAINED, Protocol
from .tiles import Images
from .timing import PASS_S, SMALL_PX, scenes_s

MAX_SETS = 3  # training sets in all, of those that score: one on each of three landscapes
EPOCHS = 12
BLOCKS = 2
TRAIN_S, TRAIN_PX = 0.0024, 192  # of a block and a picture; smaller ones take as long


@dataclass(frozen=True, eq=False)
class FinetuneResult:
    """Predictions on test tiles with frozen features and after fine-tuning, as far as measured.

    ``frozen`` and ``tuned``: bool (finished training sets, test tiles), whether each is correct: by
    a probe of ``layer``, and after training the last ``blocks``; both on tiles resized by
    ``factor``. ``losses``: of each training set by epoch, in nats. ``done``: fraction, 0 to 1.
    The training sets are those of :func:`training_sets`.
    """

    result: Result
    blocks: int
    layer: str
    factor: float
    frozen: Correct
    tuned: Correct
    losses: tuple[tuple[float, ...], ...]
    done: float

    @property
    def gain(self) -> Gain | None:
        """Gain of fine-tuning over the probe; None before all training sets are finished."""
        used = training_sets(self.result)
        if len(self.tuned) < len(used):
            return None
        landscapes = list(dict.fromkeys(protocol for protocol, _ in used))
        shape = (len(landscapes), -1, self.tuned.shape[-1])
        return gain(landscapes, self.tuned.reshape(shape), self.frozen.reshape(shape))


def training_sets(result: Result) -> list[tuple[Protocol, int]]:
    """Protocols and indices of the training sets: as many on each of up to three landscapes."""
    landscapes = result.protocols[:MAX_SETS]
    each = MAX_SETS // len(landscapes)
    return [(protocol, index) for protocol in landscapes for index in protocol.scoring_sets[:each]]


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
    choice = _choice(result)
    loaded = networks[TRAINED] if networks else load(result.protocol.spec.network, device=device)
    tuned = np.empty((0, len(result.protocol.split.test)), dtype=np.bool_)
    state = FinetuneResult(result, blocks, choice.layer, choice.factor, tuned, tuned, (), 0.0)
    sets = training_sets(result)
    share = 1 / len(sets)
    for protocol, index in sets:
        for step in _one_set(state, loaded, protocol, index):
            done = state.done + share * step.done
            last = replace(step, done=done)
            yield last
        state = replace(last, done=state.done + share)


def _one_set(
    state: FinetuneResult, loaded: LoadedNetwork, protocol: Protocol, index: int
) -> Iterator[FinetuneResult]:
    """Add one training set to a state; ``done`` is the fraction of this set."""
    tiles, test = protocol.tile_set, protocol.split.test
    drawn = scenes_s(protocol) / _set_s(state.result, state.blocks)
    for fraction in tiles.prepare():
        yield replace(state, done=drawn * fraction)
    images = tiles.images(tiles.gsd_m)
    train = protocol.training_set(index, protocol.labels_per_class)
    frozen = np.concatenate((state.frozen, _frozen(state, loaded, images, (protocol, train))))
    settings = FinetuneSettings(state.blocks, state.factor, EPOCHS, protocol.spec.seed)
    losses: tuple[float, ...] = ()
    tuned = state.tuned
    for epoch in finetune(loaded, images, tiles.labels, train, test, settings):
        losses = (*losses, epoch.loss)
        if epoch.epoch == epoch.epochs:
            tuned = np.concatenate((tuned, epoch.correct[None]))
        yield replace(
            state,
            frozen=frozen[: len(tuned)],
            tuned=tuned,
            losses=(*state.losses, losses),
            done=drawn + (1 - drawn) * epoch.epoch / epoch.epochs,
        )


def _choice(result: Result) -> Choice:
    if result.choice is None:
        raise UserError("All resize factors must be measured before fine-tuning.")
    return result.choice


def finetune_s(result: Result, blocks: int) -> float:
    """Estimated time of :func:`steps` on one core, in seconds. Raises UserError as they do."""
    return len(training_sets(result)) * _set_s(result, blocks)


def _set_s(result: Result, blocks: int) -> float:
    choice, protocol = _choice(result), result.protocol
    tiles = protocol.tile_set
    side = max(SMALL_PX, side_px(tiles.sides_px[tiles.gsd_m], choice.factor))
    passes = len(tiles.labels) * PASS_S
    trained = protocol.labels_per_class * len(tiles.classes) * EPOCHS * TRAIN_S * (1 + blocks)
    tested = len(protocol.split.test) * EPOCHS * TRAIN_S / 3 * (1 + blocks)
    tail = (trained + tested) * max(1.0, side**2 / TRAIN_PX**2)
    return scenes_s(protocol) + 2 * passes * side**2 / 224**2 + tail


def _frozen(
    state: FinetuneResult,
    loaded: LoadedNetwork,
    images: Images,
    trained: tuple[Protocol, Indices],
) -> Correct:
    """Whether a probe of one training set classifies each test tile correctly: (1, test tiles)."""
    protocol, train = trained
    tiles, test = protocol.tile_set, protocol.split.test
    rows = features(loaded, images, state.factor)[state.layer]
    probe = fit(rows[train], tiles.labels[train], tiles.groups[train], len(tiles.classes))
    correct: Correct = (probe.predict(rows[test]) == tiles.labels[test])[None]
    return correct


def verdict(tuned: FinetuneResult) -> Verdict | None:
    """Whether fine-tuning gains over frozen features; None before it is measured."""
    gain = tuned.gain
    if gain is None:
        return None
    rests_on = verdicts.basis(tuned.result, _choice(tuned.result))
    found = judge(verdicts.FINE_TUNING, verdicts.estimate(gain), verdicts.GAIN_LINE, rests_on)
    return verdicts.undecided(found, verdicts.too_little(tuned.result, _choice(tuned.result)))


def describe(tuned: FinetuneResult) -> str:
    """Accuracy with and without fine-tuning, and the answer; empty before it is measured."""
    gain, found = tuned.gain, verdict(tuned)
    if gain is None or found is None:
        return ""
    accuracy = (
        f"With {tuned.result.protocol.labels_per_class} labeled tiles per class, fine-tuning the "
        f"last {tuned.blocks} blocks reaches {percent(float(tuned.tuned.mean()))} accuracy; frozen "
        f"features reach {percent(float(tuned.frozen.mean()))}."
    )
    if found.is_undecided:
        return f"{accuracy} Undecided which is better: {points(gain)}. {found.reason}"
    if found.is_no:
        return f"{accuracy} Fine-tuning gains less than {LINE}: {points(gain)}."
    return f"{accuracy} Fine-tuning gains {points(gain)}."


def findings(tuned: FinetuneResult) -> list[Finding]:
    """What is said of fine-tuning, and how it is known; nothing before it is measured."""
    found, sets = verdict(tuned), training_sets(tuned.result)
    if found is None:
        return []
    places = len({protocol.landscape for protocol, _ in sets})
    definition = (
        f"Accuracy of a network whose last {tuned.blocks} blocks were trained for {EPOCHS} epochs, "
        f"less that of a linear probe of {tuned.layer}; {len(sets)} training sets, on {places} "
        f"{'landscapes' if places > 1 else 'data set'}; the same test tiles, resized by "
        f"{tuned.factor:g}."
    )
    command = f"page transfer, 'Fine-tune the last blocks', {tuned.blocks} blocks"
    return [Finding(describe(tuned), definition, found, command=command)]
