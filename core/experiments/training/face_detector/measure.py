"""A real network that was trained at one size with a reject class, over a pyramid: MTCNN's P-Net.

A photograph of an astronaut is reduced until her face has each of the sizes; the photograph itself
is the surround, so nothing is pasted and no background is chosen. P-Net runs on the picture as it
is (one scale) and at a pyramid of it (:mod:`.pyramid`). Its response is the log-odds of a face: the
probability that MTCNN thresholds saturates, they do not.

The same reductions of pictures without a face say what the maximum over the pyramid costs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....imaging.subjects import Box, Picture, photograph
from .pyramid import UNRESIZED, best_windows, center_of, factors, iou, levels, resize

if TYPE_CHECKING:
    from torch import Tensor

Numbers = NDArray[np.float64]

FACE: Box = (82, 177, 178, 273)  # hairline to chin, as wide as high, in px of the photograph
FACE_PX = 96.0
WHOLE_PX = 512  # the side of the photograph and of the noise
STEPS = 16  # quarter octaves that the photograph is reduced by at most
CUT_PX = 128  # the largest side of the crop of a reduced photograph
SHIFTS = ((0, 0), (0, 1), (1, 0), (1, 1))  # windows are 2 px apart: every way to lie in the grid

THRESHOLDS = (0.6, 0.9, 0.99)  # of the probability; MTCNN's own is the first


@dataclass(frozen=True, eq=False)
class WindowScores:
    """The log-odds of many windows of a picture, at each size.

    ``highest``: of their log-odds, float64 (sizes,); ``share``: the fraction of them at or above
    each of :data:`THRESHOLDS`, float64 (sizes, thresholds); ``windows``: how many, int64 (sizes,).
    """

    highest: Numbers
    share: Numbers
    windows: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FalseAlarms:
    """A picture without a face at one scale and over the pyramid.

    ``level``: the pyramid's level with the highest log-odds, int64 (sizes,).
    """

    name: str
    title: str
    one_scale: WindowScores
    pyramid: WindowScores
    level: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FaceResponses:
    """P-Net's responses to a face at ``sizes_px``, the side of its box, float64 (sizes,) ascending.

    ``one_scale`` and ``pyramid``: the highest log-odds among the windows centered on the face,
    float64 (sizes, shifts). ``anywhere``: at one scale, of all windows of the picture, likewise.
    ``level``: the level with the highest response, int64 (sizes, shifts); its windows have the side
    ``window_px[level]`` in the picture, float64 (levels,). ``overlap``: of the box that P-Net draws
    there with the face's, intersection over union, (sizes, shifts). ``others``: pictures without a
    face that were reduced as much.
    """

    sizes_px: Numbers
    one_scale: Numbers
    pyramid: Numbers
    anywhere: Numbers
    level: NDArray[np.int64]
    window_px: Numbers
    overlap: Numbers
    others: tuple[FalseAlarms, ...]


@dataclass(frozen=True)
class SizeResponses:
    """One size's row of each array of :class:`FaceResponses`: a number per shift."""

    one_scale: list[float]
    pyramid: list[float]
    anywhere: list[float]
    level: list[int]
    overlap: list[float]


def probability(log_odds: Numbers | float) -> Numbers:
    """Convert log-odds to probabilities, float64 of the same shape, in (0, 1)."""
    probabilities: Numbers = 1 / (1 + np.exp(-np.asarray(log_odds, dtype=np.float64)))
    return probabilities


def log_odds(probability: float) -> float:
    """Convert a probability between 0 and 1 to log-odds."""
    return math.log(probability / (1 - probability))


def reduce_and_crop(
    picture: Picture, share: float, middle: tuple[float, float]
) -> tuple[Tensor, tuple[int, int]]:
    """Reduce a picture to a fraction of its sides, and crop it to at most :data:`CUT_PX`.

    ``picture`` float32 (3, rows, columns) in [0, 1]; ``middle``: the row and column, as fractions
    of it, around which it is cut. Gives (1, 3, rows, columns), and the row and the column of the
    reduced picture with which that begins.
    """
    import torch

    reduced = resize(torch.tensor(picture)[None], share)
    top, left = (
        max(0, min(side - CUT_PX, round(center * side - CUT_PX / 2)))
        for center, side in zip(middle, reduced.shape[-2:], strict=True)
    )
    return reduced[..., top : top + CUT_PX, left : left + CUT_PX], (top, left)


def _shifted(cut: Tensor, face: Box) -> tuple[Tensor, list[Box]]:
    """A picture and its face at all :data:`SHIFTS`, one row and one column smaller."""
    import torch

    rows, columns = cut.shape[-2] - 1, cut.shape[-1] - 1
    images = torch.cat([cut[..., a : a + rows, b : b + columns] for a, b in SHIFTS])
    faces = [(face[0] - a, face[1] - b, face[2] - a, face[3] - b) for a, b in SHIFTS]
    return images, faces


def reduction_factors() -> list[float]:
    """List the fractions of its sides that a photograph is reduced to: whole px, ascending."""
    return [round(WHOLE_PX * 2 ** (-step / 4)) / WHOLE_PX for step in range(STEPS, -1, -1)]


def reduced_face(share: float) -> tuple[Tensor, Box]:
    """Reduce the astronaut and crop: float32 (1, 3, rows, columns), and the face's box in px."""
    row, column = center_of(FACE)
    cut, start = reduce_and_crop(
        photograph("astronaut"), share, (row / WHOLE_PX, column / WHOLE_PX)
    )
    top, left, bottom, right = (
        edge * share - step for edge, step in zip(FACE, start * 2, strict=True)
    )
    return cut, (top, left, bottom, right)


def face_responses(share: float) -> SizeResponses:
    """Measure P-Net's responses to the face at one size."""
    from ....networks.face import score_faces

    images, faces = _shifted(*reduced_face(share))
    by_level = [best_windows(level, faces) for level in levels(images)]
    best = [
        max(windows, key=lambda window: window.log_odds) for windows in zip(*by_level, strict=True)
    ]
    return SizeResponses(
        one_scale=[window.log_odds for window in by_level[UNRESIZED]],
        pyramid=[window.log_odds for window in best],
        anywhere=score_faces(images)[0].amax((1, 2)).tolist(),
        level=[window.level for window in best],
        overlap=[iou(window.box, face) for window, face in zip(best, faces, strict=True)],
    )


def pictures_without_faces(seed: int) -> dict[str, tuple[str, Picture]]:
    """Give pictures without a face, float32 (3, rows, columns) in [0, 1], by name, with titles.

    The noise is white: uniform, independent in every pixel and channel.
    """
    random = np.random.default_rng(seed)
    return {
        "chelsea": ("a cat", photograph("chelsea")),
        "coffee": ("a cup of coffee", photograph("coffee")),
        "noise": ("noise", random.random((3, WHOLE_PX, WHOLE_PX), dtype=np.float32)),
    }


def score_windows(windows: Sequence[NDArray[np.float32]]) -> WindowScores:
    """Summarize log-odds by size: float32 (windows,) or of any other shape each."""
    above = [[(scores >= log_odds(p)).mean() for p in THRESHOLDS] for scores in windows]
    return WindowScores(
        highest=np.array([scores.max() for scores in windows], dtype=np.float64),
        share=np.array(above, dtype=np.float64),
        windows=np.array([scores.size for scores in windows], dtype=np.int64),
    )


def measure_false_alarms(name: str, title: str, picture: Picture) -> FalseAlarms:
    """Measure P-Net on a picture without a face, float32 (3, rows, columns) in [0, 1].

    It is reduced to the same sizes as the astronaut.
    """
    from ....networks.face import score_faces

    by_size = []
    for share in reduction_factors():
        cut, _ = reduce_and_crop(picture, share, (0.5, 0.5))
        by_size.append([score_faces(level.images)[0].numpy().ravel() for level in levels(cut)])
    return FalseAlarms(
        name,
        title,
        score_windows([maps[UNRESIZED] for maps in by_size]),
        score_windows([np.concatenate(maps) for maps in by_size]),
        np.array([np.argmax([part.max() for part in maps]) for maps in by_size]),
    )


def measure(seed: int = 0) -> FaceResponses:
    """Measure P-Net on the face and on pictures without one; ``seed`` draws the noise.

    Raises :class:`core.networks.NetworkMissing`, one sentence, where P-Net is not installed.
    """
    from ....networks.face import WINDOW_PX

    rows = [face_responses(share) for share in reduction_factors()]
    return FaceResponses(
        sizes_px=FACE_PX * np.array(reduction_factors()),
        one_scale=np.array([row.one_scale for row in rows]),
        pyramid=np.array([row.pyramid for row in rows]),
        anywhere=np.array([row.anywhere for row in rows]),
        level=np.array([row.level for row in rows]),
        window_px=WINDOW_PX / np.array(factors(CUT_PX)),
        overlap=np.array([row.overlap for row in rows]),
        others=tuple(
            measure_false_alarms(name, *titled)
            for name, titled in pictures_without_faces(seed).items()
        ),
    )
