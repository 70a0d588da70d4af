"""Gratings: which wavelength does every unit prefer?

A sinusoid fills the whole canvas, so that no object's outline, size or background can matter. All
have the same root mean square contrast about the network's own padding gray. But where the canvas
ends there is an outline all the same, since a network pads it with a flat gray. So a unit's
response is the maximum over the middle of its map above the blank canvas: the cells whose receptive
field lies within the canvas. Where none does, it is the middle third of the map, which the border
still reaches. The response is the mean over phases, at the best orientation.

Besides the layers' outputs, which are mixtures over channels in the networks with depthwise
convolutions, the depthwise units are measured, since that is where a spatial kernel acts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....jobs.progress import Progress
from ....networks.layout import layer_of
from .card import first_pixels
from .tuning import MIN_UNITS, preferred_sizes

if TYPE_CHECKING:
    from torch import Tensor

    from ....networks import LoadedNetwork, Network

Line = NDArray[np.float64]
Response = NDArray[np.float32]

WAVELENGTHS_PX = tuple(2 * 56 ** (step / 11) for step in range(12))  # 2 to 112 px, half octaves
ORIENTATIONS = 8
PHASES = 4
CONTRAST = 0.25  # root mean square, in levels: a sinusoid from about .15 to .85
SATURATED = 1e-5  # responses that are as near as this, relatively, are the same
MIN_SIZE_PX = 2.0  # below this a grating shows as another one


def grating(
    wavelength_px: float, orientation: float, phase: float, side: int, gray: float
) -> Response:
    """A sinusoidal grating: float32 (side, side), mean ``gray``, RMS contrast :data:`CONTRAST`.

    ``orientation``: in radians, the direction across the bars: 0 for upright bars, pi / 2 for level
    ones. ``phase``: in radians. Mean and contrast are exact on the canvas, not only over whole
    periods. Raises ValueError for a wavelength below 2 px.
    """
    if wavelength_px < MIN_SIZE_PX:
        raise ValueError(f"wavelength: {wavelength_px} px is not allowed; give at least 2 px")
    offsets = np.arange(side) - (side - 1) / 2  # of pixels from the middle
    across = np.cos(orientation) * offsets[None, :] + np.sin(orientation) * offsets[:, None]
    wave = np.cos(2 * np.pi * across / wavelength_px + phase)
    wave -= wave.mean()
    return np.asarray(gray + CONTRAST * wave / wave.std(), dtype=np.float32)


def _orientations(count: int) -> Line:
    return np.arange(count) * np.pi / count


def _batch(
    wavelength_px: float, orientations: int, phases: int, side: int, gray: float
) -> Response:
    """All gratings of a wavelength: float32 (orientations * phases, 3, side, side).

    The phases are half a step off zero, where a wave of 2 px would have no contrast.
    """
    drawn = [
        grating(wavelength_px, turn, (step + 0.5) * np.pi / phases, side, gray)
        for turn in _orientations(orientations)
        for step in range(phases)
    ]
    return np.repeat(np.stack(drawn)[:, None], 3, axis=1)


@dataclass(frozen=True)
class Middle:
    """The cells of a square map that count. ``is_inside``: whether the border is out of reach."""

    cells: slice
    is_inside: bool

    def crop(self, maps: Tensor) -> Tensor:
        """Crop maps (..., rows, columns)."""
        return maps[..., self.cells, self.cells]


def middle_of(network: Network, layer: str, canvas_px: int, side: int) -> Middle:
    """The cells, of ``side`` by ``side``, whose receptive field lies within the canvas.

    The middle third where none does, or where receptive fields are not known.
    """
    geometry = network.layer(layer)
    start = first_pixels(network, canvas_px).get(layer)
    if start is not None:
        stride, room = geometry.stride_px, canvas_px - geometry.receptive_field_px
        first, last = math.ceil(-start / stride), math.floor((room - start) / stride)
        if first <= last:
            return Middle(slice(first, last + 1), True)
    return Middle(slice(side // 3, side - side // 3), False)


@dataclass(frozen=True, eq=False)
class Step:
    """One wavelength: by name float32 (orientations, channels), the mean over phases.

    Names are those of :attr:`Gratings.response`.
    """

    wavelength_px: float
    response: dict[str, Response]


@dataclass(frozen=True, eq=False)
class Gratings:
    """A network's responses to gratings.

    ``wavelengths_px`` float64 (wavelengths,) ascending; ``orientations`` float64 (orientations,)
    in radians. ``response``: by layer name float32 (wavelengths, orientations, channels), and for
    depthwise units by the name of the block with :data:`core.networks.layout.DEPTHWISE`.
    """

    network: str
    shuffled: bool
    wavelengths_px: Line
    orientations: Line
    response: dict[str, Response]

    def preferred_px(self, layer: str) -> Line:
        """Each unit's preferred wavelength at its best orientation, in px, float64 (units,).

        nan for silent units, and for those whose activation saturates at several wavelengths.
        """
        best = self.response[layer].max(axis=1).astype(np.float64)
        reached = best >= best.max(axis=0) * (1 - SATURATED)
        likes = preferred_sizes(best, self.wavelengths_px)
        return np.where(reached.sum(axis=0) > 1, np.nan, likes)

    def median_px(self, layer: str) -> float | None:
        """The median over the units that prefer one; None for fewer than :data:`MIN_UNITS`."""
        preferred = self.preferred_px(layer)
        active = preferred[~np.isnan(preferred)]
        return float(np.median(active)) if len(active) >= MIN_UNITS else None

    def medians_px(self) -> dict[str, float | None]:
        """The median preferred wavelength by name, in the order of the network."""
        return {layer: self.median_px(layer) for layer in self.response}


def _middles(loaded: LoadedNetwork, canvas_px: int, blank: dict[str, Tensor]) -> dict[str, Middle]:
    return {
        name: middle_of(loaded.network, layer_of(name), canvas_px, maps.shape[-1])
        for name, maps in blank.items()
    }


def steps(
    loaded: LoadedNetwork,
    wavelengths_px: Sequence[float] = WAVELENGTHS_PX,
    orientations: int = ORIENTATIONS,
    phases: int = PHASES,
    canvas_px: int | None = None,
) -> Iterator[Step]:
    """Measure one wavelength after the other, the shortest first; see :func:`gratings`."""
    import torch

    from ....networks.recording import record_filters

    side, gray = canvas_px or loaded.network.input_px, loaded.network.padding_gray
    blank = dict(record_filters(loaded, torch.full((1, 3, side, side), gray)))
    middles = _middles(loaded, side, blank)
    for wavelength in sorted(set(wavelengths_px)):
        images = torch.from_numpy(_batch(wavelength, orientations, phases, side, gray))
        peaks: dict[str, list[Response]] = {name: [] for name in blank}
        for image in images:  # one at a time, so that few maps are held at once
            for name, maps in record_filters(loaded, image[None]):
                above = middles[name].crop(maps - blank[name])
                peaks[name].append(above.amax((2, 3))[0].cpu().numpy())
        response = {
            name: np.stack(rows).reshape(orientations, phases, -1).mean(axis=1)
            for name, rows in peaks.items()
        }
        yield Step(float(wavelength), response)


def collect(loaded: LoadedNetwork, measured: Iterable[Step]) -> Gratings:
    """Collect the steps so far in one result. Raises ValueError where there is none."""
    done = list(measured)
    if not done:
        raise ValueError("no grating has been measured yet; give at least one step")
    first = done[0].response
    return Gratings(
        network=loaded.network.slug,
        shuffled=loaded.shuffled,
        wavelengths_px=np.array([step.wavelength_px for step in done]),
        orientations=_orientations(len(next(iter(first.values())))),
        response={name: np.stack([step.response[name] for step in done]) for name in first},
    )


def gratings(
    loaded: LoadedNetwork,
    wavelengths_px: Sequence[float] = WAVELENGTHS_PX,
    orientations: int = ORIENTATIONS,
    phases: int = PHASES,
    canvas_px: int | None = None,
    progress: Progress | None = None,
) -> Gratings:
    """Measure all wavelengths: ``orientations`` over half a turn, ``phases`` over half a period.

    ``canvas_px``: the side of the canvas, by default the network's own. ``progress`` gets the
    fraction done after every wavelength; what it raises ends the measurement. To keep a part of it,
    use :func:`steps` and :func:`collect`.
    """
    count, done = len(set(wavelengths_px)), []
    for step in steps(loaded, wavelengths_px, orientations, phases, canvas_px):
        done.append(step)
        if progress:
            progress(len(done) / count)
    return collect(loaded, done)
