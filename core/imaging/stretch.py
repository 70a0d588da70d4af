"""Stretch stored pixel values to levels in [0, 1]: which value is shown black and which white.

The whole range of the type is right for 8 bits and for a photograph that uses it. Sensors seldom
use theirs: 12 bits in a file of 16, or reflectances of 0 to 3000. Shown so they would be black.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..formatting import significant_digits

Values = NDArray[np.generic]
Levels = NDArray[np.float32]
Ends = tuple[float, float]

AUTO, PERCENTILES, VALUES, TYPE = "auto", "percentiles", "values", "type"
STRETCHES = {
    PERCENTILES: "percentiles 2 and 98 of the values",
    VALUES: "from the lowest to the highest value",
    TYPE: "the whole range of the type",
}
LOW, HIGH = 2.0, 98.0  # percentiles, as GIS programs display pictures
SAMPLED = 2_000_000  # about so many values give the percentiles
USED = 0.5  # of the type's range: what percentile 98 reaches in a photograph that uses it
CONSTANT_LEVEL = np.float32(0.5)


@dataclass(frozen=True)
class Span:
    """The stored values that are shown black, ``low``, and white, ``high``; and what gave them.

    Where both are the same, every value is shown as middle gray.
    """

    low: float
    high: float
    stretch: str


def type_range(dtype: np.dtype[np.generic], bits: int, values: Values) -> Ends | None:
    """The whole range of a type of ``bits`` bits; None for a float that has none.

    A float's is 0 to 1 by convention, as long as all of the ``values``, (n,), lie in it.
    """
    if dtype.kind == "u":
        return 0.0, 2.0**bits - 1
    if dtype.kind == "i":
        return -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1
    inside = values.size and values.min() >= 0 and values.max() <= 1
    return (0.0, 1.0) if inside else None


def sampled(values: Values, valid: NDArray[np.bool_]) -> Values:
    """Take at most about :data:`SAMPLED` values (n,) of (bands, rows, columns), evenly.

    ``valid``, bool (rows, columns), is false for the pixels that have no value.
    """
    step = max(1, math.ceil((values.size / SAMPLED) ** 0.5))
    return values[:, ::step, ::step][:, valid[::step, ::step]].ravel()


def span_of(values: Values, whole: Ends | None, stretch: str = AUTO, bits: int = 16) -> Span:
    """Choose the values that are shown black and white.

    Args:
        values: finite stored values (n,), n at least 1, of one band or of all that share a span.
        whole: the range of their type, from :func:`type_range`.
        stretch: one of :data:`STRETCHES`, or ``auto``: the type's range for at most 8 bits and for
            values without sign whose percentile 98 reaches half of it, else the percentiles.
        bits: of a value.

    Where the percentiles are equal, all values serve; where these are equal too, or a float has no
    range, the other serves.
    """
    ends = float(values.min()), float(values.max())
    low, high = (float(level) for level in np.percentile(values.astype(np.float64), (LOW, HIGH)))
    if stretch == AUTO:
        photograph = whole is not None and whole[0] == 0 and (bits <= 8 or high >= USED * whole[1])
        stretch = TYPE if photograph else PERCENTILES
    if stretch == PERCENTILES and low < high:
        return Span(low, high, PERCENTILES)
    if whole is not None and (stretch == TYPE or ends[0] == ends[1]):
        return Span(*whole, TYPE)
    return Span(*ends, VALUES)


def to_levels(values: Values, span: Span) -> Levels:
    """Map stored values to levels, float32 in [0, 1]; NaN stays NaN.

    ``values``: (rows, columns), or of any other shape; the levels have the same."""
    kind = np.float32 if values.dtype.itemsize <= 2 else np.float64
    # Halved, the difference of any two values is finite.
    low, high = kind(span.low / 2), kind(span.high / 2)
    if not low < high:
        return np.where(np.isnan(values), np.float32(np.nan), CONSTANT_LEVEL).astype(np.float32)
    halves = np.clip(np.multiply(values, 0.5, dtype=kind, casting="unsafe"), low, high)
    levels: Levels = ((halves - low) / (high - low)).astype(np.float32)
    return levels


def describe(span: Span, values: Values, type_name: str) -> str:
    """Say in a sentence which of the stored values (n,) are shown, with the numbers."""
    ends = f"{_number(float(values.min()))} to {_number(float(values.max()))}"
    if span.low == span.high:
        return f"All of its {type_name} values are {_number(span.low)}, shown as middle gray."
    reason = {
        PERCENTILES: f"percentiles {LOW:g} and {HIGH:g}",
        VALUES: "the lowest and the highest value",
        TYPE: "the whole range of the type",
    }[span.stretch]
    return (
        f"{type_name} values {ends}, shown from {_number(span.low)} (black) to "
        f"{_number(span.high)} (white): {reason}."
    )


def _number(value: float) -> str:
    """A stored value: a whole one in full, any other with four digits."""
    if abs(value) >= 1e9 or 0 < abs(value) < 1e-6:
        return f"{value:.3e}"
    return f"{value:.0f}" if value.is_integer() else significant_digits(value, 4)
