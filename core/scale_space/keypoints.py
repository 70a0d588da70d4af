"""Keypoints: extrema over (row, column, scale), and which of two lots of them agree.

After Lowe, 'Distinctive Image Features from Scale-Invariant Keypoints' (IJCV 2004), sections 3 to
4.1: the 26 neighbours, a quadratic through them (here in log sigma), the threshold on contrast and
the one on the ratio of principal curvatures. A quadratic over a third of an octave is off by up to
3 % in sigma, so what it finds is then sharpened on the exact responses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gaussian import Space

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST = 1e-4  # below this a response is rounding, whatever the threshold
HALF_OCTAVE = 0.5


@dataclass(frozen=True)
class Keypoints:
    """The strongest first: rows, columns and sigmas in px (0 is the centre of the first pixel), and
    responses (positive on bright blobs; 0 where the detector does not tell). All float64 (n,)."""

    rows: Numbers
    columns: Numbers
    sigmas: Numbers
    responses: Numbers

    def __len__(self) -> int:
        return int(self.rows.size)

    def only(self, which: Flags | slice | NDArray[np.int64]) -> Keypoints:
        """Some of them, in the order of ``which``."""
        return Keypoints(
            self.rows[which], self.columns[which], self.sigmas[which], self.responses[which]
        )

    def moved(self, row: float, column: float, shrink: float = 1) -> Keypoints:
        """Where they are when the picture moves by (row, column) px and then shrinks."""
        return Keypoints(
            (self.rows + row + 0.5) / shrink - 0.5,
            (self.columns + column + 0.5) / shrink - 0.5,
            self.sigmas / shrink,
            self.responses,
        )


def _candidates(volume: Numbers, contrast: float) -> NDArray[np.int64]:
    """(n, 3) indices that no one of their 26 neighbours outdoes; none lies on a face."""
    from scipy import ndimage  # type: ignore[import-untyped]

    least = max(LEAST, 0.8 * contrast)  # the quadratic may still add a little
    high = (volume >= least) & (volume == ndimage.maximum_filter(volume, 3))
    low = (volume <= -least) & (volume == ndimage.minimum_filter(volume, 3))
    inside = np.zeros(volume.shape, dtype=bool)
    inside[1:-1, 1:-1, 1:-1] = True
    return np.argwhere((high | low) & inside)


def _around(volume: Numbers, at: NDArray[np.int64]) -> Numbers:
    """The (n, 3, 3, 3) blocks around the candidates."""
    step = np.arange(-1, 2)
    scale, row, column = (at[:, axis, None] + step for axis in range(3))
    blocks = volume[scale[:, :, None, None], row[:, None, :, None], column[:, None, None, :]]
    return np.asarray(blocks)


def _slope(block: Numbers) -> Numbers:
    ahead = block[:, 2, 1, 1], block[:, 1, 2, 1], block[:, 1, 1, 2]
    behind = block[:, 0, 1, 1], block[:, 1, 0, 1], block[:, 1, 1, 0]
    return np.asarray((np.stack(ahead, 1) - np.stack(behind, 1)) / 2)


def _curvature(block: Numbers) -> Numbers:
    """Second differences, (n, 3, 3) over (scale, row, column)."""
    found = np.empty((len(block), 3, 3))
    for axis in range(3):
        line = np.moveaxis(block, axis + 1, 1)[:, :, 1, 1]
        found[:, axis, axis] = line[:, 0] - 2 * line[:, 1] + line[:, 2]
        other = (axis + 1) % 3
        face = np.moveaxis(block, (axis + 1, other + 1), (1, 2))[:, :, :, 1]
        mixed = (face[:, 2, 2] - face[:, 2, 0] - face[:, 0, 2] + face[:, 0, 0]) / 4
        found[:, axis, other] = found[:, other, axis] = mixed
    return found


def _is_blob(curvature: Numbers, edge: float) -> Flags:
    """Whether the principal curvatures in the plane are alike: their ratio is below ``edge``."""
    flat = curvature[:, 1:, 1:]
    trace, det = np.trace(flat, axis1=1, axis2=2), np.linalg.det(flat)
    return np.asarray((det > 0) & (trace**2 * edge < (edge + 1) ** 2 * det))


def _without_twins(found: Keypoints) -> Keypoints:
    """Keep the strongest of those that lead to one place: a disc centred between four pixels has
    four equal neighbours, and on a flat top two scales may each have their own highest pixel."""
    close = near(found, found, 1.0, 0.2, 0.2) & (found.responses[:, None] * found.responses > 0)
    return found.only(np.asarray(~np.triu(close, 1).any(axis=0)))


def find(
    volume: Numbers, sigmas: Numbers, contrast: float, edge: float, most: int = 1500
) -> Keypoints:
    """The extrema of float64 (scales, rows, columns) maps at ``sigmas`` (px, evenly in octaves).

    ``contrast``: the least response; ``edge``: the largest ratio of principal curvatures.
    """
    at = _candidates(volume, contrast)
    block = _around(volume, at)
    slope, curvature = _slope(block), _curvature(block)
    step = -np.einsum("nij,nj->ni", np.linalg.pinv(curvature), slope)
    step = np.clip(step, -0.75, 0.75)
    responses = block[:, 1, 1, 1] + 0.5 * np.einsum("ni,ni->n", slope, step)
    octaves = np.log2(sigmas[1] / sigmas[0])
    place = at + step
    found = Keypoints(place[:, 1], place[:, 2], sigmas[0] * 2 ** (octaves * place[:, 0]), responses)
    kept = np.flatnonzero((np.abs(responses) >= contrast) & _is_blob(curvature, edge))
    order = kept[np.argsort(-np.abs(responses[kept]), kind="stable")]
    return _without_twins(found.only(order[:most]))


def inside(found: Keypoints, shape: tuple[int, ...]) -> Keypoints:
    """Those at least a sigma away from the borders, as SIFT's; beyond, half of what a keypoint
    answers is the picture's mirrored copy."""
    down = np.minimum(found.rows, shape[0] - 1 - found.rows)
    across = np.minimum(found.columns, shape[1] - 1 - found.columns)
    return found.only(np.asarray(np.minimum(down, across) >= found.sigmas))


def _sharper(values: list[Numbers], step: float) -> Numbers:
    """How far the top of a parabola through three values lies from the middle one, at most a step.

    The values are of the same sign as the extremum that is sought: turned to be a maximum.
    """
    below, here, above = values
    bend = below - 2 * here + above
    safe = np.where(bend < 0, bend, -1.0)
    found = np.where(bend < 0, 0.5 * (below - above) / safe, 0.0)
    return np.asarray(np.clip(found, -1, 1) * step)


def sharpened(space: Space, found: Keypoints, operator: str, intervals: int) -> Keypoints:
    """The same keypoints, moved to the exact extremum, axis after axis, in three rounds."""
    place = [np.log2(found.sigmas), found.rows.copy(), found.columns.copy()]
    sign = np.sign(found.responses)

    def value(axis: int, step: float) -> Numbers:
        at = [part + step * (axis == other) for other, part in enumerate(place)]
        return sign * space.points(operator, intervals, at[1], at[2], 2.0 ** at[0])

    for size in (0.5, 0.25, 0.125):
        for axis, unit in enumerate((1 / intervals, 1.0, 1.0)):
            step = size * unit
            near_by = [value(axis, side) for side in (-step, 0.0, step)]
            place[axis] = place[axis] + _sharper(near_by, step)
    made = Keypoints(place[1], place[2], 2.0 ** place[0], sign * value(0, 0.0))
    return _without_twins(made.only(np.argsort(-np.abs(made.responses), kind="stable")))


def near(
    first: Keypoints, second: Keypoints, pixels: float, octaves: float, sigmas: float = 0
) -> Flags:
    """(n, m): which pairs lie within a distance and within so many octaves of each other.

    The distance is ``pixels``, or ``sigmas`` times the first one's sigma where that is more.
    """
    down = first.rows[:, None] - second.rows[None, :]
    across = first.columns[:, None] - second.columns[None, :]
    reach = np.maximum(pixels, sigmas * first.sigmas)[:, None]
    apart = np.abs(np.log2(first.sigmas[:, None] / second.sigmas[None, :]))
    return np.asarray((down**2 + across**2 <= reach**2) & (apart <= octaves))


def agreeing(first: Keypoints, second: Keypoints, pixels: float = 1, sigmas: float = 0) -> Flags:
    """(n,): which of the first have one of the second within half an octave and ``pixels``."""
    return np.asarray(near(first, second, pixels, HALF_OCTAVE, sigmas).any(axis=1))


def wrapped(found: Keypoints, shape: tuple[int, ...]) -> Keypoints:
    """The same keypoints half a picture further, wrapped around: what agrees now is chance."""
    rows = (found.rows + shape[0] / 2) % shape[0]
    columns = (found.columns + shape[1] / 2) % shape[1]
    return Keypoints(rows, columns, found.sigmas, found.responses)
