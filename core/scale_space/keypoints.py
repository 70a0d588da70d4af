"""Keypoints: extrema over (row, column, scale), and which of two sets of them match.

After Lowe, 'Distinctive Image Features from Scale-Invariant Keypoints' (IJCV 2004), sections 3 to
4.1: the 26 neighbors, a quadratic through them (here in log sigma), the contrast threshold and the
threshold on the ratio of principal curvatures. A quadratic over a third of an octave is off by up
to 3 % in sigma, so its extremum is then refined on the exact responses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gaussian import ScaleSpace

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

MIN_RESPONSE = 1e-4  # below this a response is rounding, whatever the threshold
HALF_OCTAVE = 0.5


@dataclass(frozen=True)
class Keypoints:
    """Keypoints, the strongest first; all fields are float64 (n,).

    ``rows``, ``columns`` and ``sigmas`` in px (0 is the center of the first pixel); ``responses``
    are positive on bright blobs, and 0 where the detector does not return them.
    """

    rows: Numbers
    columns: Numbers
    sigmas: Numbers
    responses: Numbers

    def __len__(self) -> int:
        return int(self.rows.size)

    def select(self, chosen: Flags | slice | NDArray[np.int64]) -> Keypoints:
        """Return some of them: by flags (n,), by a slice, or by indices (m,) in their order."""
        return Keypoints(
            self.rows[chosen], self.columns[chosen], self.sigmas[chosen], self.responses[chosen]
        )

    def transformed(self, row_shift: float, column_shift: float, shrink: float = 1) -> Keypoints:
        """Return where they are after the picture is shifted and then shrunk.

        The shifts are in px; ``shrink`` is the factor by which the picture gets smaller.
        """
        return Keypoints(
            (self.rows + row_shift + 0.5) / shrink - 0.5,
            (self.columns + column_shift + 0.5) / shrink - 0.5,
            self.sigmas / shrink,
            self.responses,
        )


def _candidates(volume: Numbers, contrast_threshold: float) -> NDArray[np.int64]:
    """(n, 3) indices of cells that none of their 26 neighbors exceeds; none lies on a face."""
    from scipy import ndimage  # type: ignore[import-untyped]

    minimum = max(MIN_RESPONSE, 0.8 * contrast_threshold)  # the quadratic may still add a little
    high = (volume >= minimum) & (volume == ndimage.maximum_filter(volume, 3))
    low = (volume <= -minimum) & (volume == ndimage.minimum_filter(volume, 3))
    interior = np.zeros(volume.shape, dtype=bool)
    interior[1:-1, 1:-1, 1:-1] = True
    return np.argwhere((high | low) & interior)


def _neighborhoods(volume: Numbers, cells: NDArray[np.int64]) -> Numbers:
    """The (n, 3, 3, 3) blocks around (n, 3) cells."""
    step = np.arange(-1, 2)
    scale, row, column = (cells[:, axis, None] + step for axis in range(3))
    blocks = volume[scale[:, :, None, None], row[:, None, :, None], column[:, None, None, :]]
    return np.asarray(blocks)


def _gradients(blocks: Numbers) -> Numbers:
    """First differences, (n, 3) over (scale, row, column)."""
    ahead = blocks[:, 2, 1, 1], blocks[:, 1, 2, 1], blocks[:, 1, 1, 2]
    behind = blocks[:, 0, 1, 1], blocks[:, 1, 0, 1], blocks[:, 1, 1, 0]
    return np.asarray((np.stack(ahead, 1) - np.stack(behind, 1)) / 2)


def _hessians(blocks: Numbers) -> Numbers:
    """Second differences, (n, 3, 3) over (scale, row, column)."""
    hessians = np.empty((len(blocks), 3, 3))
    for axis in range(3):
        line = np.moveaxis(blocks, axis + 1, 1)[:, :, 1, 1]
        hessians[:, axis, axis] = line[:, 0] - 2 * line[:, 1] + line[:, 2]
        other = (axis + 1) % 3
        face = np.moveaxis(blocks, (axis + 1, other + 1), (1, 2))[:, :, :, 1]
        mixed = (face[:, 2, 2] - face[:, 2, 0] - face[:, 0, 2] + face[:, 0, 0]) / 4
        hessians[:, axis, other] = hessians[:, other, axis] = mixed
    return hessians


def _is_blob(hessians: Numbers, max_curvature_ratio: float) -> Flags:
    """Whether both principal curvatures in the plane have one sign and at most that ratio."""
    plane = hessians[:, 1:, 1:]
    trace, det = np.trace(plane, axis1=1, axis2=2), np.linalg.det(plane)
    limit = (max_curvature_ratio + 1) ** 2 * det
    return np.asarray((det > 0) & (trace**2 * max_curvature_ratio < limit))


def _without_duplicates(keypoints: Keypoints) -> Keypoints:
    """Keep the strongest of those that lead to one extremum: a disc centered between four pixels
    has four equal neighbors, and on a flat top two scales may each have their own highest pixel."""
    same_sign = keypoints.responses[:, None] * keypoints.responses > 0
    close = are_close(keypoints, keypoints, 1.0, 0.2, 0.2) & same_sign
    return keypoints.select(np.asarray(~np.triu(close, 1).any(axis=0)))


def find_extrema(
    volume: Numbers,
    sigmas: Numbers,
    contrast_threshold: float,
    max_curvature_ratio: float,
    max_count: int = 1500,
) -> Keypoints:
    """Find the extrema of maps of responses, the strongest ``max_count`` at most.

    ``volume``: float64 (scales, rows, columns) at ``sigmas``, float64 (scales,), px, evenly spaced
    in octaves. Weaker responses than ``contrast_threshold`` and larger ratios of the principal
    curvatures than ``max_curvature_ratio`` are dropped (Lowe 2004, sections 4 and 4.1).
    """
    cells = _candidates(volume, contrast_threshold)
    blocks = _neighborhoods(volume, cells)
    gradients, hessians = _gradients(blocks), _hessians(blocks)
    steps = -np.einsum("nij,nj->ni", np.linalg.pinv(hessians), gradients)
    steps = np.clip(steps, -0.75, 0.75)
    responses = blocks[:, 1, 1, 1] + 0.5 * np.einsum("ni,ni->n", gradients, steps)
    octaves = np.log2(sigmas[1] / sigmas[0])
    positions = cells + steps
    scale = sigmas[0] * 2 ** (octaves * positions[:, 0])
    extrema = Keypoints(positions[:, 1], positions[:, 2], scale, responses)
    strong = np.abs(responses) >= contrast_threshold
    accepted = np.flatnonzero(strong & _is_blob(hessians, max_curvature_ratio))
    order = accepted[np.argsort(-np.abs(responses[accepted]), kind="stable")]
    return _without_duplicates(extrema.select(order[:max_count]))


def away_from_borders(keypoints: Keypoints, shape: tuple[int, ...]) -> Keypoints:
    """Return those at least one sigma away from the borders of a (rows, columns) picture.

    SIFT does the same. Closer to a border, half of the response comes from the mirrored copy.
    """
    down = np.minimum(keypoints.rows, shape[0] - 1 - keypoints.rows)
    across = np.minimum(keypoints.columns, shape[1] - 1 - keypoints.columns)
    return keypoints.select(np.asarray(np.minimum(down, across) >= keypoints.sigmas))


def _vertex_offset(values: list[Numbers], step: float) -> Numbers:
    """How far the top of a parabola through three values lies from the middle one, at most a step.

    The values are of the same sign as the extremum that is sought: turned to be a maximum.
    """
    below, middle, above = values
    bend = below - 2 * middle + above
    safe = np.where(bend < 0, bend, -1.0)
    offset = np.where(bend < 0, 0.5 * (below - above) / safe, 0.0)
    return np.asarray(np.clip(offset, -1, 1) * step)


def refine(space: ScaleSpace, keypoints: Keypoints, operator: str, intervals: int) -> Keypoints:
    """Move keypoints to the exact extrema of ``operator``, axis after axis, in three rounds."""
    position = [np.log2(keypoints.sigmas), keypoints.rows.copy(), keypoints.columns.copy()]
    sign = np.sign(keypoints.responses)

    def value(axis: int, step: float) -> Numbers:
        moved = [part + step * (axis == other) for other, part in enumerate(position)]
        return sign * space.response_at(operator, intervals, moved[1], moved[2], 2.0 ** moved[0])

    for size in (0.5, 0.25, 0.125):
        for axis, unit in enumerate((1 / intervals, 1.0, 1.0)):
            step = size * unit
            values = [value(axis, offset) for offset in (-step, 0.0, step)]
            position[axis] = position[axis] + _vertex_offset(values, step)
    refined = Keypoints(position[1], position[2], 2.0 ** position[0], sign * value(0, 0.0))
    order = np.argsort(-np.abs(refined.responses), kind="stable")
    return _without_duplicates(refined.select(order))


def are_close(
    first: Keypoints,
    second: Keypoints,
    max_px: float,
    max_octaves: float,
    max_sigmas: float = 0,
) -> Flags:
    """Say which pairs lie within a distance and within ``max_octaves`` of each other: bool (n, m).

    The distance is ``max_px``, or ``max_sigmas`` times the first one's sigma where that is more.
    """
    down = first.rows[:, None] - second.rows[None, :]
    across = first.columns[:, None] - second.columns[None, :]
    reach = np.maximum(max_px, max_sigmas * first.sigmas)[:, None]
    octaves = np.abs(np.log2(first.sigmas[:, None] / second.sigmas[None, :]))
    return np.asarray((down**2 + across**2 <= reach**2) & (octaves <= max_octaves))


def have_match(
    first: Keypoints, second: Keypoints, max_px: float = 1, max_sigmas: float = 0
) -> Flags:
    """Say which of the first have one of the second within half an octave: bool (n,).

    The distance is as in :func:`are_close`.
    """
    return np.asarray(are_close(first, second, max_px, HALF_OCTAVE, max_sigmas).any(axis=1))


def shifted_by_half(keypoints: Keypoints, shape: tuple[int, ...]) -> Keypoints:
    """Shift keypoints by half a (rows, columns) picture, cyclically: what matches now is chance."""
    rows = (keypoints.rows + shape[0] / 2) % shape[0]
    columns = (keypoints.columns + shape[1] / 2) % shape[1]
    return Keypoints(rows, columns, keypoints.sigmas, keypoints.responses)
