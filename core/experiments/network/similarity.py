"""Similarity of a network's pooled activations of one object across sizes, above a baseline.

Everything here is a function of arrays ``units``: float (objects, sizes, channels), an object's
globally mean-pooled activations at every size, averaged over shifts, with those of the blank canvas
subtracted. Object 0 is the one under test. Undefined numbers are NaN.

Raw cosines of different objects are .5 to .9 in a trained network, so a similarity means nothing
without its ``baseline``: the same measure between the object and others. After the
correction, 1 is 'as at the reference size' and 0 'no more similar than other objects'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Floats = NDArray[np.floating]

HALF = 0.5  # of the corrected similarity; where it falls to this, tolerance ends


@dataclass(frozen=True)
class LayerSimilarity:
    """How one layer's activations change with size, float64 (sizes,) each, sizes ascending.

    ``similarity``: cosine to the object itself at the reference size. ``baselines`` (others,
    sizes): cosine of every other object to it, and ``baseline`` their mean. ``corrected``:
    ``(similarity - baseline) / (1 - baseline)``. ``shift_similarity``: the mean cosine of the
    object to itself moved by a few pixels, at the same size: what position alone does.
    ``retrieval``: the fraction of all objects whose nearest neighbor, among all objects at the
    reference size, is the object itself.
    ``tolerance_octaves``: how far the object may shrink from the reference size before
    ``corrected`` falls to one half; None where it does not fall so far within the sizes.
    """

    similarity: Numbers
    baselines: Numbers
    baseline: Numbers
    corrected: Numbers
    shift_similarity: Numbers
    retrieval: Numbers
    tolerance_octaves: float | None


def unit_vectors(units: Floats) -> Numbers:
    """Scale (..., channels) to length 1 along the last axis; NaN where there is no activation."""
    exact = units.astype(np.float64)
    lengths = np.sqrt((exact**2).sum(axis=-1, keepdims=True))
    ways: Numbers = np.divide(exact, lengths, out=np.full_like(exact, np.nan), where=lengths > 0)
    return ways


def _mean(values: Numbers, axis: int) -> Numbers:
    """The mean of what is not NaN; NaN where nothing is left."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0).sum(axis=axis)
    means: Numbers = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def corrected(similarity: Numbers, baseline: Numbers) -> Numbers:
    """``(similarity - baseline) / (1 - baseline)``, (sizes,); NaN where the baseline is 1."""
    room = 1 - baseline
    nothing = np.full_like(similarity, np.nan)
    return np.divide(similarity - baseline, room, out=nothing, where=room > 1e-9)


def octaves_tolerated(sizes_px: Numbers, values: Numbers, reference: int) -> float:
    """Octaves from the reference size down to where ``values`` (sizes,) first falls below one half.

    Interpolates linearly over log2(size). Infinite where it does not fall so far; NaN where a
    number on the way is NaN.
    """
    for index in range(reference, 0, -1):
        above, below = float(values[index]), float(values[index - 1])
        if np.isnan(above) or np.isnan(below):
            return np.nan
        if below < HALF:
            octaves = np.log2(sizes_px[[index, index - 1]] / sizes_px[reference])
            share = (above - HALF) / (above - below)
            return float(-(octaves[0] + share * (octaves[1] - octaves[0])))
    return np.inf


def tolerance(sizes_px: Numbers, values: Numbers, reference: int) -> float | None:
    """Return :func:`octaves_tolerated` of ``values`` (sizes,); None where it is not known."""
    octaves = octaves_tolerated(sizes_px, values, reference)
    return octaves if np.isfinite(octaves) else None


def retrieval(units: Floats, reference: int) -> Numbers:
    """Fraction of objects that are nearest to themselves at the reference size, (sizes,).

    ``units``: (objects, sizes, channels). An object without any activation does not count.
    """
    ways = unit_vectors(units)
    cosines = np.einsum("isc,jc->sij", ways, ways[:, reference])
    nearest = np.nan_to_num(cosines, nan=-2.0).argmax(axis=2)
    known = ~np.isnan(np.diagonal(cosines, axis1=1, axis2=2))
    return np.asarray(((nearest == np.arange(len(units))) & known).mean(axis=1))


def shift_similarity(moved: Floats) -> Numbers:
    """(sizes, shifts, channels) -> (sizes,): mean cosine of the first shift to all others."""
    ways = unit_vectors(moved)
    return _mean(np.einsum("sc,skc->sk", ways[:, 0], ways[:, 1:]), axis=1)


def compare_with_reference(
    units: Floats, reference: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return similarity, baselines, baseline and corrected similarity; see the class above.

    ``units``: (objects, sizes, channels).
    """
    ways = unit_vectors(units)
    cosines = np.einsum("isc,c->is", ways, ways[0, reference])
    same, baselines = cosines[0], cosines[1:]
    baseline = _mean(baselines, axis=0)
    return same, baselines, baseline, corrected(same, baseline)


def layer_similarity(
    units: Floats, moved: Floats, sizes_px: Numbers, reference: int
) -> LayerSimilarity:
    """Compute all measures of one layer.

    ``units``: (objects, sizes, channels); ``moved``: object 0's, (sizes, shifts, channels).
    """
    same, baselines, baseline, above_baseline = compare_with_reference(units, reference)
    return LayerSimilarity(
        same,
        baselines,
        baseline,
        above_baseline,
        shift_similarity(moved),
        retrieval(units, reference),
        tolerance(sizes_px, above_baseline, reference),
    )
