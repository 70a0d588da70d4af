"""How well every stack matches the scale space, over all objects and sizes, from one measurement.

``assets/measured/scale_space.json`` holds what :mod:`.stack_study` measured, for every kind of
pooling, window and stride that the spec allows. ``python -m scripts.measure_scale_space`` measures
it again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...evidence.verdict import Estimate
from ...paths import ASSETS

FILE = ASSETS / "measured" / "scale_space.json"
COMMAND = "python -m scripts.measure_scale_space"

MIN_OBJECTS = 6  # the range of fewer does not include the median with 95 % confidence


@dataclass(frozen=True)
class LevelEvidence:
    """A level of a stack compared with the scale space, over objects and sizes.

    ``objects``, ``pictures`` and ``sizes``: how many have enough lit cells at this level.
    ``correlation``: the median over objects, each with its median over sizes and shifts.
    ``shifted``: the same for each one-pixel shift alone. ``baseline``: with the scale space of
    another object; ``gain``: what its own gives more, object by object.
    """

    level: int
    objects: int
    pictures: int
    sizes: int
    correlation: Estimate
    baseline: Estimate
    gain: Estimate
    shifted: tuple[Estimate, ...]

    @property
    def counts(self) -> bool:
        """Whether enough objects were measured for an interval of their median."""
        return self.objects >= MIN_OBJECTS


@dataclass(frozen=True)
class StackEvidence:
    """What was measured of all stacks.

    ``objects`` and ``sizes_px``: the pictures that were tried; ``shifts``: at how many alignments.
    """

    objects: tuple[str, ...]
    sizes_px: tuple[int, ...]
    shifts: int
    levels: dict[str, list[list[Any]]]

    def of(self, order: str, kind: str, size: int, stride: int) -> list[LevelEvidence]:
        """List the levels of one stack that any picture counts at, in ascending order."""
        rows = self.levels[stack_key(order, kind, size, stride)]
        return [_level(row) for row in rows]


def stack_key(order: str, kind: str, size: int, stride: int) -> str:
    """Name a stack in the file."""
    return f"{order}, {kind}, window {size}, stride {stride}"


def _level(row: Sequence[Any]) -> LevelEvidence:
    level, objects, pictures, sizes, *estimates = row
    correlation, baseline, gain, *shifted = (Estimate(*limits) for limits in estimates)
    counts = (level, objects, pictures, sizes)
    return LevelEvidence(*counts, correlation, baseline, gain, tuple(shifted))


@cache
def stack_evidence() -> StackEvidence:
    """Read the measurement that is kept with the program."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return StackEvidence(
        tuple(content["objects"]), tuple(content["sizes_px"]), content["shifts"], content["stacks"]
    )
