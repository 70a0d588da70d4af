"""How strongly every unit of a network answers pictures at every apparent size, in one pass.

A unit's response is the maximum over positions of its map with the blank canvas's map taken off
cell by cell: the border of the canvas and the biases answer without any object, and at a linear
bottleneck far from zero. It is the mean over a few shifts of the object by single pixels, since
the preferred size of a unit in the first layers otherwise follows the grid of strides.

:class:`Responses` is what :mod:`core.experiments.network.units.tuning`,
:mod:`core.experiments.network.units.card` and :mod:`core.experiments.network.units.partners` look at.
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
SHIFTS_PX = ((0, 0), (1, 2), (2, 1))  # rows and columns at three places of a stride of 4
CROPS = 2  # of each photograph
MIN_RESPONSE = 1e-6  # a smaller response counts as none
SIDES = (0.5, 1.0)  # of a crop, as a share of its photograph's shorter side


def crops(each: int = CROPS, seed: int = 0) -> tuple[Subject, ...]:
    """Square pieces of the bundled photographs, ``each`` of every one, placed at random.

    The first of every photograph come first, so that a sweep that is stopped has seen as many
    photographs as it could. A subject's ``name`` is its photograph's.
    """
    random = np.random.default_rng(seed)
    found = []
    for name in list(SAMPLES) * each:
        picture = photograph(name)
        rows, columns = picture.shape[1:]
        side = round(min(rows, columns) * random.uniform(*SIDES))
        top, left = (int(random.integers(0, room - side + 1)) for room in (rows, columns))
        found.append(Subject(picture, (top, left, top + side, left + side), name))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Step:
    """One picture, seen at all sizes.

    ``response``: per place float32 (sizes, channels), see the module. ``cells``: per place int32
    (sizes, channels, 2), row and column of the cell that answered most, at the first shift.
    """

    subject: Subject
    response: dict[str, Response]
    cells: dict[str, Cells]


@dataclass(frozen=True, eq=False)
class Responses:
    """A network's units over pictures and sizes.

    ``response``: per place float32 (pictures, sizes, channels); ``cells``: per place int32
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
        """The photograph of each picture: alike for boxes in one and the same picture."""
        first: dict[int, str] = {}
        for at, subject in enumerate(self.subjects):
            first.setdefault(id(subject.picture), f"{at} {subject.name}")
        return tuple(first[id(subject.picture)] for subject in self.subjects)


def max_above_blank(
    loaded: LoadedNetwork, images: Tensor, blank: dict[str, Tensor], ground: Tensor | None = None
) -> tuple[dict[str, Response], dict[str, Cells]]:
    """Each unit's maximum over positions above the blank canvas, and where it lies.

    ``images``: float32 (n, 3, rows, columns) in [0, 1]; ``blank``: per place, the maps (1,
    channels, rows, columns) of the canvas without an object, which is ``ground`` if that is known.
    Gives float32 (n, channels) and int32 (n, channels, 2), row and column, per place. On the CPU,
    where batches are no faster, one image at a time, so that few maps are held at once.
    """
    # Room for the answers is made first: between maps that come and go it would break up memory.
    count = len(images)
    heights = {name: np.empty((count, maps.shape[1]), np.float32) for name, maps in blank.items()}
    cells = {name: np.empty((*one.shape, 2), np.int32) for name, one in heights.items()}
    together = 1 if loaded.device == "cpu" else count
    for at in range(0, count, together):
        here = slice(at, at + together)
        _, maps = loaded.record(images[here], tuple(blank), ground)
        for name in blank:
            answer = maps.pop(name)
            above = (answer - blank[name]).flatten(2)
            flat = above.argmax(2).cpu().numpy()
            heights[name][here] = above.amax(2).cpu().numpy()
            cells[name][here] = np.stack(np.divmod(flat, answer.shape[3]), axis=2)
    return heights, cells


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
    """What :func:`responses` measures, one picture after the other; ask for as many as wanted.

    ``subjects``: the pictures, :func:`crops` unless told; ``settings``: how they are shown, on the
    network's own padding gray unless told. Raises UserError for fewer than two sizes, and for a
    look at ``input-size``.
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
        heights, cells = max_above_blank(loaded, images, blank, bare)
        mean = {name: _by_size(one, len(sizes)).mean(axis=1) for name, one in heights.items()}
        still = {name: _by_size(one, len(sizes))[:, 0] for name, one in cells.items()}
        yield Step(subject, mean, still)


def collect(
    loaded: LoadedNetwork,
    found: Iterable[Step],
    sizes_px: Sequence[float] = SIZES_PX,
    settings: RenderSettings | None = None,
) -> Responses:
    """The steps so far as one; ``sizes_px`` and ``settings`` as they were given to :func:`steps`.

    Raises ValueError when there is no step.
    """
    done = list(found)
    if not done:
        raise ValueError("no picture has been seen yet; give at least one step")
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
    """All pictures at all sizes; arguments as in :func:`steps`.

    ``progress`` is told the fraction done after every picture; what it raises ends the sweep, and
    what was done is then lost: who wants to keep it takes :func:`steps` and :func:`collect`.
    """
    pictures = crops() if subjects is None else tuple(subjects)
    done = []
    for step in steps(loaded, pictures, sizes_px, settings, shifts_px):
        done.append(step)
        if progress:
            progress(len(done) / len(pictures))
    return collect(loaded, done, sizes_px, settings)
