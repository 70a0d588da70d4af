"""Whether a stack matches the scale space, over all objects, many sizes and one-pixel shifts.

One picture and one alignment say little: a small object leaves a few cells at a deep level, and
where it lies in the grid of cells changes them. So every bundled object is drawn at every size, at
an offset of its own in the grid and at four one-pixel shifts. A picture counts at a level if enough
cells are lit there. The sizes of one object are not independent, so each object gives one number,
the median over its sizes and shifts, and the interval is over objects.

The baseline is paired: the same map against the scale space of another object of the same size.

This module measures. ``scripts/measure_scale_space.py`` writes its results to
``assets/measured/scale_space.json``, which :mod:`.stack_evidence` reads.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...evidence.intervals import median_interval
from ...filters.receptive_field import POOLS, Geometry, Layout, geometry, max_depth
from ...imaging.decode import SAMPLES
from ...imaging.shapes import SHAPES
from ...jobs.progress import Progress
from ...scale_space.gaussian import scale_space_of
from .spec import MAX_LEVELS
from .stack import (
    MIN_LIT_CELLS,
    ORDERS,
    RATIO,
    apply_filter,
    in_scale_space_unit,
    lit_cells,
    matching_sigma,
    pool_repeatedly,
    sample_at_cells,
)
from .stack_evidence import stack_key

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]

OBJECTS = (*SHAPES, *SAMPLES)  # drawn shapes, and whole photographs
SIZES_PX = (16, 24, 32, 48, 64, 96, 128, 192)  # the side of a shape, the longer one of a photograph
SHIFTS = ((0, 0), (0, 1), (1, 0), (1, 1))
OFFSET_PX = 16  # objects lie at as many different offsets in the grid of cells
MIN_CANVAS_PX = 64
GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples fill an interval evenly

WINDOWS = tuple(product(POOLS, range(1, 6), range(1, 5)))  # kind, window and stride of the spec
STRIDES_PX = tuple(sorted({stride**level for stride in range(1, 5) for level in range(7)} - {1}))


def canvas_px(size_px: int) -> int:
    """Return the side of the canvas: room around the object, and whole cells of 16 px."""
    return max(MIN_CANVAS_PX, 2 * size_px)


def _photograph(name: str, size_px: int) -> Plane:
    """A photograph in gray, its longer side ``size_px``, minus its mean."""
    from PIL import Image

    from ...imaging import decode

    gray = np.ascontiguousarray(decode.gray(decode.sample(name)), dtype=np.float32)
    factor = size_px / max(gray.shape)
    rows, columns = (max(1, round(factor * side)) for side in gray.shape)
    small = Image.fromarray(gray).resize((columns, rows), Image.Resampling.LANCZOS)
    plane = np.asarray(small, dtype=np.float32)
    return np.asarray(plane - plane.mean())


def _offset(name: str, size_px: int) -> tuple[float, float]:
    """Where an object lies off the middle, px down and to the right, sub-pixels included."""
    index = 1 + OBJECTS.index(name) * len(SIZES_PX) + SIZES_PX.index(size_px)
    down, right = (
        OFFSET_PX * (index * step % 1 - 0.5) * min(1, canvas_px(size_px) / (4 * OFFSET_PX))
        for step in (GOLDEN, GOLDEN**2 + 1 / 7)
    )
    return down, right


def draw_object(name: str, size_px: int) -> Plane:
    """Draw one of OBJECTS in one of SIZES_PX: float32 (side, side), the background at 0."""
    from ...imaging.scene import PlacedObject, compose

    side, (down, right) = canvas_px(size_px), _offset(name, size_px)
    canvas = np.zeros((side, side), dtype=np.float32)
    if name in SHAPES:
        placed = PlacedObject(name, size_px, side / 2 + down, side / 2 + right)
        return compose(canvas, [placed])
    plane = _photograph(name, size_px)
    top, left = (
        (side - length) // 2 + round(step)
        for length, step in zip(plane.shape, (down, right), strict=True)
    )
    canvas[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
    return canvas


@lru_cache(maxsize=2)
def _shifted_pictures(name: str, size_px: int) -> Plane:
    """The object at all SHIFTS: float32 (shifts, side, side)."""
    picture = draw_object(name, size_px)
    return np.stack([np.roll(picture, shift, axis=(0, 1)) for shift in SHIFTS])


@lru_cache(maxsize=2)
def _scale_spaces(name: str, size_px: int) -> dict[int, Numbers]:
    """By stride, the scale space at the matching sigma: float64 (shifts, side, side)."""
    spaces = [scale_space_of(picture) for picture in _shifted_pictures(name, size_px)]
    strides = [stride for stride in (1, *STRIDES_PX) if stride <= canvas_px(size_px)]
    return {
        stride: np.stack([space.dog([matching_sigma(stride)], RATIO)[0] for space in spaces])
        for stride in strides
    }


def correlate_pairs(first: NDArray[np.floating], second: NDArray[np.floating]) -> Numbers:
    """Compute Pearson's correlation of pairs of maps; NaN where one of both is flat.

    ``first`` and ``second``: float (n, rows, columns). Gives float64 (n,).
    """
    a, b = (maps.reshape(len(maps), -1).astype(np.float64) for maps in (first, second))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.where(scale < 1e-12, np.nan, (a * b).sum(axis=1) / np.maximum(scale, 1e-12))


def study_depth(layout: Layout, side: int) -> int:
    """Return the deepest level of a square canvas that has enough cells at all, at least 0."""
    depth = max(0, max_depth(layout, (side, side), limit=MAX_LEVELS))
    while depth and (side // layout.pool_stride**depth) ** 2 < MIN_LIT_CELLS:
        depth -= 1
    return depth


@lru_cache(maxsize=2)
def _start(name: str, size_px: int, order: str) -> Tensor:
    """What is pooled: the pictures (shifts, 1, side, side), or the filter's maps of them."""
    images = torch.from_numpy(_shifted_pictures(name, size_px))[:, None]
    return apply_filter(images) if order == ORDERS[0] else images


def _pooled_levels(
    name: str, size_px: int, layout: Layout, order: str
) -> Iterator[tuple[int, Plane, Geometry]]:
    """Levels 1 to the depth: number, maps (shifts, rows, columns), geometry.

    The borders of these pictures are background, so no mirrored margin is needed.
    """
    side = canvas_px(size_px)
    places = geometry(layout, (side, side))
    with torch.inference_mode():
        for level, maps in enumerate(pool_repeatedly(_start(name, size_px, order), layout)):
            if level:
                filtered = maps if order == ORDERS[0] else apply_filter(maps)
                yield level, in_scale_space_unit(filtered, 0, places[level]), places[level]


def study_picture(name: str, other: str, size_px: int, layout: Layout, order: str) -> Numbers:
    """Measure one object at one size: float64 (MAX_LEVELS, 2, shifts), NaN where it is too small.

    For levels 1 to MAX_LEVELS, the correlation with its own scale space, and with that of
    ``other``.
    """
    found = np.full((MAX_LEVELS, 2, len(SHIFTS)), np.nan)
    side = canvas_px(size_px)
    layout = replace(layout, depth=study_depth(layout, side))
    spaces, others = _scale_spaces(name, size_px), _scale_spaces(other, size_px)
    for level, values, place in _pooled_levels(name, size_px, layout, order):
        stride = place.stride[0]
        ideal, baseline = (sample_at_cells(space[stride], place) for space in (spaces, others))
        enough = lit_cells(values, ideal) >= MIN_LIT_CELLS
        for row, expected in enumerate((ideal, baseline)):
            correlations = correlate_pairs(values, expected)
            found[level - 1, row] = np.where(enough, correlations, np.nan)
    return found


def layouts() -> Iterator[tuple[str, Layout]]:
    """Yield every order and layout that the spec allows, without their depth."""
    for order, (kind, size, stride) in product(ORDERS, WINDOWS):
        yield order, Layout(9, 9, pool=kind, pool_size=size, pool_stride=stride)


def study(progress: Progress | None = None) -> Numbers:
    """Measure every stack: float64 (stacks, objects, sizes, MAX_LEVELS, 2, shifts).

    Stacks are in the order of :func:`layouts`.
    """
    stacks = list(layouts())
    sides = (len(OBJECTS), len(SIZES_PX))
    found = np.full((len(stacks), *sides, MAX_LEVELS, 2, len(SHIFTS)), np.nan)
    for done, (column, row) in enumerate(product(range(sides[1]), range(sides[0])), 1):
        name, other = OBJECTS[row], OBJECTS[(row + 1) % sides[0]]
        for index, (order, layout) in enumerate(stacks):
            found[index, row, column] = study_picture(name, other, SIZES_PX[column], layout, order)
        if progress:
            progress(done / (sides[0] * sides[1]))
    return found


def _median(values: Numbers) -> Numbers:
    """The median over the last axis without NaN; NaN where there is nothing else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # rows without any number
        return np.asarray(np.nanmedian(values, axis=-1))


def _over_objects(values: Numbers) -> list[float]:
    """The median over objects of float64 (objects, ...), each by its own median, with interval."""
    known = _median(values.reshape(len(values), -1))
    estimate = median_interval(known[~np.isnan(known)])
    return [round(limit, 4) for limit in (estimate.value, estimate.low, estimate.high)]


def summarize_level(own: Numbers, other: Numbers, level: int) -> list[Any] | None:
    """Summarize a level as :class:`.stack_evidence.LevelEvidence` has it; None where a part of
    it has no picture.

    ``own`` and ``other``: float64 (objects, sizes, shifts), the correlations with the scale space
    of the object and with that of another one.
    """
    known = ~np.isnan(own)
    parts = (own, other, own - other, *np.moveaxis(own, 2, 0))
    if any(np.isnan(part).all() for part in parts):
        return None
    pictures = np.asarray(known.any(axis=2))
    parts_counted = (np.any(pictures, axis=1), pictures, np.any(pictures, axis=0))
    counts = [int(np.count_nonzero(part)) for part in parts_counted]
    return [level, *counts, *map(_over_objects, parts)]


def content(found: Numbers) -> dict[str, Any]:
    """Summarize what :func:`study` measured, as the file holds it.

    ``found``: float64 (stacks, objects, sizes, MAX_LEVELS, 2, shifts).
    """
    stacks = {}
    for (order, layout), values in zip(layouts(), found, strict=True):
        rows = [
            summarize_level(values[:, :, level, 0], values[:, :, level, 1], level + 1)
            for level in range(MAX_LEVELS)
        ]
        key = stack_key(order, layout.pool, layout.pool_size, layout.pool_stride)
        stacks[key] = [row for row in rows if row is not None]
    return {
        "objects": list(OBJECTS),
        "sizes_px": list(SIZES_PX),
        "shifts": len(SHIFTS),
        "min_lit_cells": MIN_LIT_CELLS,
        "stacks": stacks,
    }
