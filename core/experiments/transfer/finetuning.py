"""Fine-tuning against frozen features: the same training sets, the same tiles that score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.features import features, side_px
from ...aerial.probing.finetune import finetune
from ...aerial.probing.probes import band, fit
from ...aerial.probing.splits import Indices
from ...errors import UserError
from ...formatting import percent
from ...networks import LoadedNetwork, load
from .result import Result
from .selection import Choice, Gain
from .sentences import points
from .setup import PASS_S, SMALL_PX, TRAINED, Setting
from .steps import drawing_s
from .tiles import Images

SETS = 3  # training sets at most, of those that score
EPOCHS = 12
BLOCKS = 2
LEARN_S, LEARN_PX = 0.0024, 192  # of a block and a picture; smaller ones take as long

Right = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tuned:
    """What was found so far. ``frozen`` and ``tuned`` bool (training sets, tiles that score): by a
    probe of ``layer``, and after the last ``blocks`` were fine-tuned, both on tiles resized by
    ``factor``; of the training sets that are done. ``losses``: of each set by epoch, the last one
    perhaps not done. ``done``: the fraction of the whole.
    """

    setting: Setting
    blocks: int
    layer: str
    factor: float
    frozen: Right
    tuned: Right
    losses: tuple[tuple[float, ...], ...]
    done: float

    @property
    def gain(self) -> Gain | None:
        """What fine-tuning gains over the probe, in points; None before a set is done."""
        if not len(self.tuned):
            return None
        apart = 100.0 * (self.tuned.astype(np.float64) - self.frozen)
        ground = self.setting.ground.groups[self.setting.split.scoring]
        return Gain(*band(apart, ground).at())


def steps(
    result: Result,
    blocks: int = BLOCKS,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
) -> Iterator[Tuned]:
    """Fine-tune at the layer and factor that a result has chosen, epoch by epoch.

    May be left at any time. ``networks`` as in :func:`core.experiments.transfer.steps.steps`.
    Raises UserError where nothing is chosen yet, and FeaturesError for a network that cannot be
    tuned here.
    """
    picked, setting = _picked(result), result.setting
    loaded = networks[TRAINED] if networks else load(setting.spec.network, device=device)
    none = np.empty((0, len(setting.split.scoring)), dtype=np.bool_)
    begun = Tuned(setting, blocks, picked.layer, picked.factor, none, none, (), 0.0)
    first = drawing_s(setting) / seconds(result, blocks)
    for share in setting.ground.prepared():
        yield replace(begun, done=first * share)
    images = setting.ground.images(setting.ground.gsd_m)
    sets = [setting.training_set(at, setting.labelled) for at in _numbers(setting)]
    frozen = _frozen(setting, loaded, images, sets, picked.layer, picked.factor)
    tuned, losses = none, list[tuple[float, ...]]()
    for at, tiles in enumerate(sets):
        losses.append(())
        for epoch in finetune(
            loaded, images, setting.ground.labels, tiles, setting.split.scoring, blocks,
            picked.factor, EPOCHS, setting.spec.seed,
        ):  # fmt: skip
            losses[-1] = (*losses[-1], epoch.loss)
            if epoch.epoch == epoch.epochs:
                tuned = np.concatenate((tuned, epoch.right[None]))
            done = first + (1 - first) * (at + epoch.epoch / epoch.epochs) / len(sets)
            yield replace(
                begun, frozen=frozen[: len(tuned)], tuned=tuned, losses=tuple(losses), done=done
            )


def _picked(result: Result) -> Choice:
    if result.choice is None:
        raise UserError("All factors must be tried before blocks are fine-tuned.")
    return result.choice


def _numbers(setting: Setting) -> range:
    """Of the training sets, which are among those that score."""
    return range(1, setting.spec.sets, 2)[:SETS]


def seconds(result: Result, blocks: int) -> float:
    """About how long :func:`steps` take on one core. Raises UserError as they do."""
    picked, setting = _picked(result), result.setting
    side = max(SMALL_PX, side_px(setting.ground.sides_px[setting.ground.gsd_m], picked.factor))
    passes = len(setting.ground.labels) * PASS_S
    learned = setting.labelled * len(setting.ground.classes) * EPOCHS * LEARN_S * (1 + blocks)
    tested = len(setting.split.scoring) * EPOCHS * LEARN_S / 3 * (1 + blocks)
    count = len(_numbers(setting))
    tail = count * (learned + tested) * max(1.0, side**2 / LEARN_PX**2)
    return drawing_s(setting) + 2 * passes * side**2 / 224**2 + tail


def _frozen(
    setting: Setting,
    loaded: LoadedNetwork,
    images: Images,
    sets: list[Indices],
    layer: str,
    factor: float,
) -> Right:
    ground, held = setting.ground, setting.split.scoring
    of = features(loaded, images, factor)[layer]
    right = []
    for tiles in sets:
        probe = fit(of[tiles], ground.labels[tiles], ground.groups[tiles], len(ground.classes))
        right.append(probe.answers(of[held]) == ground.labels[held])
    return np.stack(right)


def told(found: Tuned) -> str:
    """What fine-tuning brings, or that it does not; empty before a training set is done."""
    gain = found.gain
    if gain is None:
        return ""
    begin = (
        f"With {found.setting.labelled} tiles per class, fine-tuning the last {found.blocks} "
        f"blocks makes {percent(float(found.tuned.mean()))} right instead of "
        f"{percent(float(found.frozen.mean()))} with frozen features: {points(gain)}"
    )
    if gain.low <= 0 <= gain.high:
        return f"{begin}. The band includes 0, so neither is surely better."
    return f"{begin}."
