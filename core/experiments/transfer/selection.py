"""The best layer and resize factor, chosen on some tiles and training sets and scored on others.

To choose the best of many and to score it on the same tiles makes any network look better than it
is. So even training sets and the tiles that are held to choose with choose; odd training sets and
the tiles that are held to score with say by how much it helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.probes import band
from .setup import SHUFFLED, TRAINED, Score, Setting

LEAST_SCORED = 10  # tiles per class: fewer are too thin to recommend anything
Rights = dict[tuple[str, float], NDArray[np.bool_]]  # (layer, factor) -> (sets, held tiles)


@dataclass(frozen=True)
class Gain:
    """By how many percentage points one way is better than another, and its 95 % band."""

    points: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the band lies above 0."""
        return self.low > 0


@dataclass(frozen=True)
class Choice:
    """The best ``layer`` and ``factor``, and what they gain over the tile as it is at the last
    layer (``gain``), and over shuffled weights at the same layer and factor (``over_shuffled``,
    None where there is no such network).

    ``resizing``: what resizing alone gains at the last layer by ``resize``, the best factor there;
    ``moving``: what the best layer for tiles as they are, ``early``, gains without any resizing.
    ``scored``: held tiles that scored, the fewest of a class (``least``); ``sets`` training sets.
    """

    layer: str
    factor: float
    gain: Gain
    over_shuffled: Gain | None
    resize: float
    resizing: Gain
    early: str
    moving: Gain
    scored: int
    least: int
    sets: int

    @property
    def thin(self) -> str:
        """Why nothing is recommended, one sentence; empty where something is."""
        if self.least < LEAST_SCORED:
            return (
                f"Only {self.least} tiles of a class were left to score with; at least "
                f"{LEAST_SCORED} are needed before anything is recommended."
            )
        if not self.gain.is_sure:
            return (
                "The band of the gain includes 0: on these tiles the best layer and factor are not "
                "surely better than the tile as it is at the last layer."
            )
        if self.over_shuffled is not None and not self.over_shuffled.is_sure:
            return (
                "The same network with shuffled weights is not surely worse there, so what it "
                "learned from photographs is not what helps."
            )
        return ""


def choice(setting: Setting, found: Sequence[Score]) -> Choice:
    """The choice among all layers and factors at the ground sample distance that is asked about.

    ``found`` holds the scores of the trained network at every factor, and of the shuffled one.
    """
    trained, shuffled = rights(setting, found, TRAINED), rights(setting, found, SHUFFLED)
    last = setting.layers[-1]
    layer, factor = best(setting, trained)
    resize = best(setting, {key: right for key, right in trained.items() if key[0] == last})[1]
    early = best(setting, {key: right for key, right in trained.items() if key[1] == 1})[0]
    held = setting.ground.labels[setting.split.scoring]
    plain = trained[last, 1.0]
    there = shuffled.get((layer, factor))
    chosen = trained[layer, factor]
    return Choice(
        layer,
        factor,
        gain(setting, chosen, plain),
        None if there is None else gain(setting, chosen, there),
        resize,
        gain(setting, trained[last, resize], plain),
        early,
        gain(setting, trained[early, 1.0], plain),
        len(held),
        int(np.bincount(held, minlength=len(setting.ground.classes)).min()),
        len(range(1, setting.spec.sets, 2)),
    )


def rights(setting: Setting, found: Sequence[Score], weights: str) -> Rights:
    """What was right with these weights, by layer and factor."""
    return {
        (layer, score.view.factor): right
        for score in found
        if score.view.weights == weights and score.view.gsd_m == setting.ground.gsd_m
        and score.count == setting.labelled
        for layer, right in zip(score.layers, score.right, strict=True)
    }  # fmt: skip


def best(setting: Setting, found: Rights) -> tuple[str, float]:
    """The layer and factor that do best on what chooses.

    Of equal ones the later layer, then the factor nearest to 1.
    """
    tiles = slice(0, len(setting.split.choosing))
    order = {layer: at for at, layer in enumerate(setting.layers)}

    def worth(key: tuple[str, float]) -> tuple[float, int, float]:
        layer, factor = key
        share = float(found[key][0::2, tiles].mean())
        return share, order[layer], -abs(float(np.log2(factor)))

    return max(found, key=worth)


def gain(setting: Setting, new: NDArray[np.bool_], old: NDArray[np.bool_]) -> Gain:
    """Of two ways with the same training sets and tiles, on those that score."""
    tiles = slice(len(setting.split.choosing), None)
    apart = 100.0 * (new[1::2, tiles].astype(np.float64) - old[1::2, tiles])
    found = band(apart, setting.ground.groups[setting.split.scoring])
    return Gain(*found.at())
