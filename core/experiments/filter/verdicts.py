"""What is asked of filter tuning, decided over all alignments."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ...evidence.verdict import Basis, Estimate, Line, Verdict, judge, no_verdict
from ...filters.alignments import Values
from ...filters.half_maximum import half_maximum_sizes
from ...filters.size_loss import is_counted
from ..size_dependence import depends_on_size
from .run import FilterResult
from .tuning import TuningCurve

SHIFT = "pooling-shifts-tuning"
SHIFT_LINE = Line("the largest shift of a tuning curve that counts as none", 0.15, "octaves")


def size_verdict(name: str, curve: TuningCurve) -> Verdict:
    """Whether the response of one filter depends on size, over the sizes of its curve."""
    return depends_on_size(curve.sizes_px, curve.peak, name)


def stays_high(name: str, curve: TuningCurve) -> bool:
    """Whether the response does not depend on size from the preferred size on."""
    if curve.preferred_px is None:
        return False
    after = curve.sizes_px >= curve.preferred_px
    return depends_on_size(curve.sizes_px[after], curve.peak.select(after), name).is_no


@dataclass(frozen=True)
class Shift:
    """By how many octaves a curve shifted at every level: of the median, the lowest, the highest.

    ``part``: which part of the curve is compared, in words; empty for its center.
    """

    part: str
    octaves: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    def estimate(self) -> Estimate:
        """Return the largest shift, without its direction, and its range over alignments."""
        level = max(range(len(self.octaves)), key=lambda index: abs(self.octaves[index]))
        parts = [shifts[level] for shifts in (self.octaves, self.lowest, self.highest)]
        sizes = [abs(part) for part in parts]
        one_direction = len({part > 0 for part in parts}) == 1
        return Estimate(sizes[0], min(sizes) if one_direction else 0.0, max(sizes))


def _parts(sizes_px: Values, peaks: Values) -> dict[str, float | None]:
    low, high = half_maximum_sizes(sizes_px, peaks)
    center = None if low is None or high is None else math.sqrt(low * high)
    return {"": center, "at its lower flank ": low, "at its upper flank ": high}


def shift_over_levels(result: FilterResult) -> Shift | None:
    """Find which part of the curve can be compared, and by how many octaves it shifted.

    The center between the half-maximum sizes; where the range cuts that off at some level or for
    some alignment, the one flank that all have; None where there is none.
    """
    bands = {
        name: [_parts(level.sizes_px, getattr(level.peak, name)) for level in result.levels]
        for name in ("median", "low", "high")
    }
    for part in ("", "at its lower flank ", "at its upper flank "):
        sizes = {name: [level[part] for level in levels] for name, levels in bands.items()}
        shifts = {name: _octaves(of_levels) for name, of_levels in sizes.items()}
        median, low, high = (shifts[name] for name in ("median", "low", "high"))
        if median is not None and low is not None and high is not None:
            return Shift(part, median, low, high)
    return None


def _octaves(sizes_px: list[float | None]) -> tuple[float, ...] | None:
    """From the first size to each other; None where one is missing."""
    known = [size for size in sizes_px if size is not None]
    if len(known) < len(sizes_px):
        return None
    return tuple(math.log2(size / known[0]) for size in known[1:])


def shift_verdict(result: FilterResult) -> Verdict:
    """Whether pooling shifts the tuning of one filter."""
    curve = result.curve
    counted = int(is_counted(curve.sizes_px).sum())
    basis = Basis(alignments=curve.peak.alignments, sizes=len(curve.sizes_px))

    def none(reason: str) -> Verdict:
        return no_verdict(SHIFT, SHIFT_LINE, basis, reason, result.name)

    if curve.is_silent:
        return none(f"{result.name} does not respond at these sizes.")
    if any(level.is_silent for level in result.levels):
        return none(f"{result.name} stops responding.")
    if counted < 2:
        return none(f"There are too few sizes to compare for {result.name}.")
    if is_flat(result):
        return none(f"{result.name} stays flat.")
    shift = shift_over_levels(result)
    if shift is None:
        return none(
            f"The shift of {result.name} is not measurable: the sizes do not include its "
            "half-maximum sizes at every level and alignment."
        )
    verdict = judge(SHIFT, shift.estimate(), SHIFT_LINE, basis, result.name)
    return replace(verdict, extra={"octaves": list(shift.octaves)})


def is_flat(result: FilterResult) -> bool:
    """Whether the response does not depend on size at any level."""
    return all(size_verdict(result.name, level).is_no for level in result.levels)
