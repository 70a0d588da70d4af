"""Conversion of stored pixel values to levels in [0, 1], the same for all tiles of a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...formatting import significant_digits
from .geotiff import Raster
from .tiles import TilesError

Levels = NDArray[np.float32]

LOW, HIGH = 2.0, 98.0  # percentiles mapped to 0 and 1, as GIS programs display pictures
SAMPLED = 2_000_000  # about so many pixels give the percentiles


@dataclass(frozen=True)
class Range:
    """Values mapped to 0 and 1, float32 (3,); ``note``: one sentence, empty for 8 bits."""

    low: Levels
    high: Levels
    note: str = ""


def range_of(rasters: Sequence[Raster]) -> Range:
    """Range of a set of tiles: 0 to 255 for 8 bits, else percentiles 2 to 98 of each band.

    ``rasters`` have three bands. Raises :class:`TilesError` for tiles of different pixel types,
    since one range cannot serve them.
    """
    kinds = sorted({raster.values.dtype.name for raster in rasters})
    if len(kinds) > 1:
        raise TilesError(
            f"The tiles store their pixels in different ways ({', '.join(kinds)}); give tiles of "
            "one kind."
        )
    if kinds == ["uint8"]:
        return Range(np.zeros(3, np.float32), np.full(3, 255, np.float32))
    low, high = np.percentile(_sampled(rasters), (LOW, HIGH), axis=1).astype(np.float32)
    ends = ", ".join(
        f"{significant_digits(a)} to {significant_digits(b)}"
        for a, b in zip(low, high, strict=True)
    )
    return Range(
        low,
        np.where(high > low, high, low + 1).astype(np.float32),
        f"Percentiles {LOW:g} to {HIGH:g} of each band over all tiles ({kinds[0]}: {ends}) are "
        "mapped to 0 to 1.",
    )


def _sampled(rasters: Sequence[Raster]) -> Levels:
    """Values (3, pixels) of pixels with data, sampled evenly from all tiles."""
    total = sum(raster.valid.size for raster in rasters)
    step = max(1, round((total / SAMPLED) ** 0.5))
    parts = [
        raster.values[:, ::step, ::step][:, raster.valid[::step, ::step]].astype(np.float32)
        for raster in rasters
    ]
    sampled = np.concatenate(parts, axis=1)
    return sampled if sampled.size else np.zeros((3, 1), np.float32)


def to_levels(raster: Raster, span: Range) -> Levels:
    """Levels float32 (3, rows, columns) in [0, 1]; pixels without data get the tile's mean."""
    levels = raster.values.astype(np.float32)
    levels = (levels - span.low[:, None, None]) / (span.high - span.low)[:, None, None]
    if not raster.valid.all():
        known = np.clip(levels[:, raster.valid], 0, 1)
        levels[:, ~raster.valid] = known.mean(axis=1, keepdims=True) if known.size else 0.5
    return np.clip(levels, 0, 1)
