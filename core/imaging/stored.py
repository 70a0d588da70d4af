"""Pixels as a file stores them, and the picture that they are shown as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import stretch as stretches

Values = NDArray[np.generic]
Picture = NDArray[np.float32]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Stored:
    """The bands of a file that are shown.

    ``values``: (1 or 3, rows, columns) as stored, unsigned, signed or float; ``bits`` of a value;
    ``cover``: float32 (rows, columns) in [0, 1], 0 where a pixel is transparent or has no value,
    None where all are covered; ``inverted``: the lowest value is white; ``orientation``: as in
    EXIF, to be turned by; ``remarks``: sentences about what was chosen.
    """

    values: Values
    bits: int
    cover: Plane | None = None
    inverted: bool = False
    orientation: int = 1
    remarks: tuple[str, ...] = ()

    @property
    def has_levels_of_8_bits(self) -> bool:
        """Whether its values are levels already."""
        return self.bits <= 8 and self.values.dtype.kind == "u"

    @property
    def type_name(self) -> str:
        """As in 'Its 16-bit values'."""
        kind = {"u": "", "i": "signed ", "f": "floating-point "}[self.values.dtype.kind]
        return f"{kind}{self.bits}-bit"


class NoValue(ValueError):
    """No pixel of the chosen bands has a value."""


def to_picture(
    stored: Stored, paper: float, stretch: str, reduce: Callable[[Plane], Plane]
) -> tuple[Picture, str, stretches.Span]:
    """Show stored bands: float32 (3, rows, columns) in [0, 1], a sentence, and what is black.

    All bands share a span, so that colors keep their proportions. What is not covered shows the
    gray level ``paper``. ``reduce`` is applied to each plane. Raises :class:`NoValue`.
    """
    cover, missing = _cover(stored)
    valid = np.ones(stored.values.shape[1:], np.bool_)
    if cover is not None:
        valid &= cover > 0
    values = stretches.sampled(stored.values, valid)
    if not values.size:  # all is transparent, or has no value
        values = stretches.sampled(stored.values, _finite(stored.values))
    if not values.size:
        raise NoValue
    whole = stretches.type_range(stored.values.dtype, stored.bits, values)
    wanted = stretches.AUTO if stored.has_levels_of_8_bits else stretch
    span = stretches.span_of(values, whole, wanted, stored.bits)
    planes = [
        reduce(_shown(stretches.to_levels(band, span), stored.inverted, cover, paper))
        for band in stored.values
    ]
    sentence = "" if stored.has_levels_of_8_bits else (
        stretches.describe(span, values, stored.type_name)
    )  # fmt: skip
    if missing:
        sentence = f"{sentence} {missing} pixels have no value; they are shown gray.".strip()
    picture = np.stack(planes if len(planes) == 3 else planes * 3)
    return np.clip(picture, 0, 1), sentence, span


def _finite(values: Values) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).all(axis=0), dtype=np.bool_)


def _cover(stored: Stored) -> tuple[Plane | None, int]:
    """The cover, without the pixels that are not finite; and how many these are."""
    if stored.values.dtype.kind != "f":
        return stored.cover, 0
    finite = _finite(stored.values)
    missing = int(finite.size - np.count_nonzero(finite))
    if not missing:
        return stored.cover, 0
    covered = np.ones(finite.shape, np.float32) if stored.cover is None else stored.cover
    return np.where(finite, covered, np.float32(0)), missing


def _shown(levels: Plane, inverted: bool, cover: Plane | None, paper: float) -> Plane:
    if inverted:
        levels = 1 - levels
    if cover is None:
        return levels
    blended = np.nan_to_num(levels) * cover + np.float32(paper) * (1 - cover)
    return blended.astype(np.float32)
