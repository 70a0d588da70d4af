"""From pixels as files store them to levels in [0, 1], the same way for all tiles of a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...formatting import significant_digits
from .geotiff import Raster
from .tiles import TilesError

Levels = NDArray[np.float32]

LOW, HIGH = 2.0, 98.0  # percentiles that become 0 and 1, as GIS programs show such pictures
SAMPLED = 2_000_000  # pixels that the percentiles are taken of, in all


@dataclass(frozen=True)
class Range:
    """What becomes 0 and 1 in each of three bands; ``note``: one sentence, or none for 8 bits."""

    low: Levels
    high: Levels
    note: str = ""


def range_of(rasters: Sequence[Raster]) -> Range:
    """0 to 255 for 8 bits; else from percentile 2 to 98 of all tiles together, by band.

    ``rasters`` have three bands. Raises :class:`TilesError` where tiles store their pixels in
    different ways, since one range cannot serve them.
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
        "shown as 0 to 1.",
    )


def _sampled(rasters: Sequence[Raster]) -> Levels:
    """(3, pixels) that have data, evenly from all tiles."""
    total = sum(raster.valid.size for raster in rasters)
    step = max(1, round((total / SAMPLED) ** 0.5))
    parts = [
        raster.values[:, ::step, ::step][:, raster.valid[::step, ::step]].astype(np.float32)
        for raster in rasters
    ]
    sampled = np.concatenate(parts, axis=1)
    return sampled if sampled.size else np.zeros((3, 1), np.float32)


def shown(raster: Raster, span: Range) -> Levels:
    """(3, rows, columns) in [0, 1]; where there is no data, the mean of what there is."""
    levels = raster.values.astype(np.float32)
    levels = (levels - span.low[:, None, None]) / (span.high - span.low)[:, None, None]
    if not raster.valid.all():
        there = np.clip(levels[:, raster.valid], 0, 1)
        levels[:, ~raster.valid] = there.mean(axis=1, keepdims=True) if there.size else 0.5
    return np.clip(levels, 0, 1)
