"""Measure how strongly every unit of a network responds to pictures at every apparent size.

A unit's response is the maximum over positions of its map minus the map of the blank canvas, since
borders and biases cause activations without any object. It is averaged over a few shifts of the
object by single pixels, since the preferred size of units in early layers otherwise depends on the
alignment with the grid of strides.

:class:`Responses` is what :mod:`core.experiments.network.units.tuning`,
:mod:`core.experiments.network.units.card` and :mod:`core.experiments.network.units.partners` look
at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..imaging.decode import SAMPLES
from ..imaging.subjects import RenderSettings, Subject, photograph
from ..jobs.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

    from . import LoadedNetwork

Response = NDArray[np.float32]
Cells = NDArray[np.int32]

SIZES_PX = tuple(16 * 2 ** (step / 2) for step in range(8))  # 16 to 181 px, half octaves
SHIFTS_PX = ((0, 0), (1, 2), (2, 1))  # rows and columns at three offsets within a stride of 4
CROPS = 2  # of each photograph
MIN_RESPONSE = 1e-6  # a smaller response counts as none
SIDES = (0.5, 1.0)  # of a crop, as a share of its photograph's shorter side


def crops(each: int = CROPS, seed: int = 0) -> tuple[Subject, ...]:
    """Draw ``each`` random square crops of every bundled photograph.

    One crop of every photograph comes first, so that a sweep that is stopped covers as many
    photographs as possible. A subject's ``name`` is its photograph's.
    """
    random = np.random.default_rng(seed)
    done_steps = []
    for name in list(SAMPLES) * each:
        picture = photograph(name)
        rows, columns = picture.shape[1:]
        side = round(min(rows, columns) * random.uniform(*SIDES))
        top, left = (int(random.integers(0, room - side + 1)) for room in (rows, columns))
        done_steps.append(Subject(picture, (top, left, top + side, left + side), name))
    return tuple(done_steps)


@dataclass(frozen=True, eq=False)
class Step:
    """One picture at all sizes.

    ``response``: by layer name, float32 (sizes, channels), see the module. ``cells``: by layer name
    int32 (sizes, channels, 2), row and column of the peak response, at the first shift.
    """

    subject: Subject
    response: dict[str, Response]
    cells: dict[str, Cells]


@dataclass(frozen=True, eq=False)
class Responses:
    """A network's units over pictures and sizes.

    ``response``: by layer name float32 (pictures, sizes, channels); ``cells``: by layer name int32
    (pictures, sizes, channels, 2). ``sizes_px`` float64 (sizes,) ascending: the longer side of the
    box on the canvas of ``settings``. ``network`` is the network's slug.
    """

    network: str
    shuffled: bool
    settings: RenderSettings
    sizes_px: NDArray[np.float64]
    subjects: tuple[Subject, ...]
    response: dict[str, Response]
    cells: dict[str, Cells]

    @property
    def photographs(self) -> tuple[str, ...]:
        """The photograph of each picture: the same for all boxes in one picture."""
        first: dict[int, str] = {}
        for index, subject in enumerate(self.subjects):
            first.setdefault(id(subject.picture), f"{index} {subject.name}")
        return tuple(first[id(subject.picture)] for subject in self.subjects)


def max_above_blank(
    loaded: LoadedNetwork,
    images: Tensor,
    blank: dict[str, Tensor],
    background: Tensor | None = None,
) -> tuple[dict[str, Response], dict[str, Cells]]:
    """Find each unit's maximum over positions above the blank canvas, and its cell.

    ``images``: float32 (n, 3, rows, columns) in [0, 1]; ``blank``: by layer name, the maps (1,
    channels, rows, columns) of the canvas without an object, which is ``background`` if that is
    known. Gives float32 (n, channels) and int32 (n, channels, 2), row and column, by layer name. On
    the CPU, where batches are no faster, one image at a time, so that few maps are held at once.
    """
    # Memory for the results is allocated first: between maps that come and go it would break up
    # memory.
    count = len(images)
    peaks = {name: np.empty((count, maps.shape[1]), np.float32) for name, maps in blank.items()}
    cells = {name: np.empty((*peak.shape, 2), np.int32) for name, peak in peaks.items()}
    batch = 1 if loaded.device == "cpu" else count
    for start in range(0, count, batch):
        part = slice(start, start + batch)
        _, maps = loaded.record(images[part], tuple(blank), background)
        for name in blank:
            output = maps.pop(name)
            above = (output - blank[name]).flatten(2)
            flat = above.argmax(2).cpu().numpy()
            peaks[name][part] = above.amax(2).cpu().numpy()
            cells[name][part] = np.stack(np.divmod(flat, output.shape[3]), axis=2)
    return peaks, cells


def _by_size(values: NDArray[Any], sizes: int) -> NDArray[Any]:
    """(sizes * shifts, ...) as (sizes, shifts, ...)."""
    return values.reshape(sizes, -1, *values.shape[1:])


def _checked(sizes_px: Sequence[float], settings: RenderSettings) -> list[float]:
    sizes = sorted({float(size) for size in sizes_px})
    if settings.resize_mode == "input-size":
        raise UserError("resize_mode: 'input-size' has no one canvas; give distance or resolution")
    if len(sizes) < 2:
        raise UserError("sizes_px: there is nothing to compare; give at least two sizes")
    return sizes


def steps(
    loaded: LoadedNetwork,
    subjects: Sequence[Subject] | None = None,
    sizes_px: Sequence[float] = SIZES_PX,
    settings: RenderSettings | None = None,
    shifts_px: Sequence[tuple[int, int]] = SHIFTS_PX,
) -> Iterator[Step]:
    """Measure one picture after the other; see :func:`responses`.

    ``subjects``: the pictures, by default :func:`crops`; ``settings``: how they are rendered, by
    default on the network's own padding gray. Raises UserError for fewer than two sizes, and for
    settings with ``resize_mode='input-size'``.
    """
    from ..imaging.subject_views import draw, draw_background

    settings = settings or RenderSettings(
        canvas_px=loaded.network.input_px, gray=loaded.network.padding_gray
    )
    sizes = _checked(sizes_px, settings)
    layers = tuple(layer.name for layer in loaded.network.layers)
    for subject in crops() if subjects is None else subjects:
        bare = draw_background(subject, settings, settings.canvas_px, loaded.device)
        _, blank = loaded.record(bare[None], layers, bare)
        images = draw(subject, settings, sizes, shifts_px, loaded.device)
        peaks, cells = max_above_blank(loaded, images, blank, bare)
        mean = {name: _by_size(peak, len(sizes)).mean(axis=1) for name, peak in peaks.items()}
        unshifted = {name: _by_size(cell, len(sizes))[:, 0] for name, cell in cells.items()}
        yield Step(subject, mean, unshifted)


def collect(
    loaded: LoadedNetwork,
    done_steps: Iterable[Step],
    sizes_px: Sequence[float] = SIZES_PX,
    settings: RenderSettings | None = None,
) -> Responses:
    """The steps so far as one; ``sizes_px`` and ``settings`` as they were given to :func:`steps`.

    Raises ValueError when there is no step.
    """
    done = list(done_steps)
    if not done:
        raise ValueError("no picture has been measured yet; give at least one step")
    settings = settings or RenderSettings(
        canvas_px=loaded.network.input_px, gray=loaded.network.padding_gray
    )
    return Responses(
        network=loaded.network.slug,
        shuffled=loaded.shuffled,
        settings=settings,
        sizes_px=np.array(_checked(sizes_px, settings)),
        subjects=tuple(step.subject for step in done),
        response={name: np.stack([step.response[name] for step in done]) for name in done[0].cells},
        cells={name: np.stack([step.cells[name] for step in done]) for name in done[0].cells},
    )


def responses(
    loaded: LoadedNetwork,
    subjects: Sequence[Subject] | None = None,
    sizes_px: Sequence[float] = SIZES_PX,
    settings: RenderSettings | None = None,
    shifts_px: Sequence[tuple[int, int]] = SHIFTS_PX,
    progress: Progress | None = None,
) -> Responses:
    """Measure all pictures at all sizes; arguments as in :func:`steps`.

    ``progress`` gets the fraction done after every picture; what it raises ends the sweep, and the
    steps so far are lost. To keep them, use :func:`steps` and :func:`collect`.
    """
    pictures = crops() if subjects is None else tuple(subjects)
    done = []
    for step in steps(loaded, pictures, sizes_px, settings, shifts_px):
        done.append(step)
        if progress:
            progress(len(done) / len(pictures))
    return collect(loaded, done, sizes_px, settings)
