"""Gratings: which wavelength does every unit prefer?

A sinusoid fills the whole canvas, so that no object's outline, size or background can matter. All
have the same root mean square contrast about the network's own padding gray. A unit's response is
the maximum over positions above the blank canvas, the mean over phases, at its best orientation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....jobs.progress import Progress
from .tuning import MIN_UNITS, preferred_sizes, spearman

if TYPE_CHECKING:
    from ....networks import LoadedNetwork

Line = NDArray[np.float64]
Response = NDArray[np.float32]

WAVELENGTHS_PX = tuple(2 * 56 ** (step / 11) for step in range(12))  # 2 to 112 px, half octaves
ORIENTATIONS = 8
PHASES = 4
CONTRAST = 0.25  # root mean square, in levels: a sinusoid from about .15 to .85
MIN_SIZE_PX = 2.0  # below this a grating shows as another one
MIN_LAYERS = 4  # with fewer places there is no trend over depth
MIN_DIFFERENCE_OCTAVES = 0.5  # octaves by which trends must differ to be called different


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


@dataclass(frozen=True, eq=False)
class Step:
    """One wavelength: by layer name float32 (orientations, channels), the mean over phases."""

    wavelength_px: float
    response: dict[str, Response]


@dataclass(frozen=True, eq=False)
class Gratings:
    """A network's responses to gratings.

    ``wavelengths_px`` float64 (wavelengths,) ascending; ``orientations`` float64 (orientations,)
    in radians; ``response``: by layer name float32 (wavelengths, orientations, channels).
    """

    network: str
    shuffled: bool
    wavelengths_px: Line
    orientations: Line
    response: dict[str, Response]

    def preferred_px(self, layer: str) -> Line:
        """Each unit's preferred wavelength at its best orientation, in px, float64 (units,).

        nan for silent units.
        """
        best = self.response[layer].max(axis=1).astype(np.float64)
        return preferred_sizes(best, self.wavelengths_px)

    def median_px(self, layer: str) -> float | None:
        """The median over the active units, in px; None for fewer than :data:`MIN_UNITS`."""
        preferred = self.preferred_px(layer)
        active = preferred[~np.isnan(preferred)]
        return float(np.median(active)) if len(active) >= MIN_UNITS else None

    def medians_px(self) -> dict[str, float | None]:
        """The median preferred wavelength of every layer, in the order of the network."""
        return {layer: self.median_px(layer) for layer in self.response}


def steps(
    loaded: LoadedNetwork,
    wavelengths_px: Sequence[float] = WAVELENGTHS_PX,
    orientations: int = ORIENTATIONS,
    phases: int = PHASES,
) -> Iterator[Step]:
    """Measure one wavelength after the other, the shortest first; see :func:`gratings`."""
    import torch

    from ....networks.unit_responses import max_above_blank

    side, gray = loaded.network.input_px, loaded.network.padding_gray
    layers = tuple(layer.name for layer in loaded.network.layers)
    _, blank = loaded.record(torch.full((1, 3, side, side), gray), layers)
    for wavelength in sorted(set(wavelengths_px)):
        images = torch.from_numpy(_batch(wavelength, orientations, phases, side, gray))
        heights, _ = max_above_blank(loaded, images, blank)
        response = {
            name: peaks.reshape(orientations, phases, -1).mean(axis=1)
            for name, peaks in heights.items()
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
    progress: Progress | None = None,
) -> Gratings:
    """Measure all wavelengths: ``orientations`` over half a turn, ``phases`` over half a period.

    ``progress`` gets the fraction done after every wavelength; what it raises ends the measurement.
    To keep a part of it, use :func:`steps` and :func:`collect`.
    """
    count, done = len(set(wavelengths_px)), []
    for step in steps(loaded, wavelengths_px, orientations, phases):
        done.append(step)
        if progress:
            progress(len(done) / count)
    return collect(loaded, done)


def _trend(medians: list[float]) -> tuple[float | None, str]:
    """Rank correlation of depth with the medians, and the phrase about them."""
    rho = spearman(np.arange(len(medians), dtype=np.float64), np.array(medians))
    correlation = "not defined" if rho is None else f"{rho:.2f}"
    return rho, (
        f"{formatting.pixels(medians[0])} to {formatting.pixels(medians[-1])} (maximum "
        f"{formatting.pixels(max(medians))}; rank correlation with depth {correlation})"
    )


def _verdict(trained: list[float], shuffled: list[float], rho: float | None) -> str:
    """Whether the deeper half prefers longer waves than the shallower, beyond the control."""
    half = len(trained) // 2
    rises = [
        float(np.log2(np.median(medians[half:]) / np.median(medians[:half])))
        for medians in (trained, shuffled)
    ]
    if rho is None or abs(rises[0] - rises[1]) < MIN_DIFFERENCE_OCTAVES:
        return "So the change with depth is that of the architecture without training."
    direction = "longer" if rises[0] > rises[1] else "shorter"
    return (
        f"So, with training, the deeper half prefers waves {abs(rises[0] - rises[1]):.1f} octaves "
        f"{direction} than without."
    )


def describe(trained: Gratings, shuffled: Gratings) -> str:
    """Say how the preferred wavelength changes with depth, compared with shuffled weights."""
    of_trained, of_shuffled = trained.medians_px(), shuffled.medians_px()
    known = [
        (median, of_shuffled[name])
        for name, median in of_trained.items()
        if median is not None and of_shuffled.get(name) is not None
    ]
    if len(known) < MIN_LAYERS or len(trained.wavelengths_px) < MIN_LAYERS:
        return "Too few layers or wavelengths to say how the preferred wavelength changes."
    trained_px = [float(median) for median, _ in known]
    shuffled_px = [float(median) for _, median in known if median is not None]
    rho, trend = _trend(trained_px)
    return (
        f"Median preferred wavelength from the first layer to the last: {trend}. With shuffled "
        f"weights: {_trend(shuffled_px)[1]}. {_verdict(trained_px, shuffled_px, rho)}"
    )
