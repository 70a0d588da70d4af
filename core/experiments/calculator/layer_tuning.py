"""How strongly each layer of a network responds to objects of every size, per covered cell.

The pictures, their sizes and the baseline of the blank canvas are those of page ``network``
(:mod:`core.networks.unit_responses`). There a unit's response is its maximum over positions,
which suits the question where one unit changes. It cannot tell which size a whole layer prefers:
a larger object offers more positions for the maximum, so nearly every unit of every layer, also of
shuffled networks, would prefer the largest object. Here the response is the mean over the cells
that the object covers, each weighted by its covered fraction.

This module runs networks. ``scripts/measure_layers.py`` writes its results to
``assets/measured/layer_sizes.json``, which :mod:`core.aerial.layer_sizes` reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.shapes import area_weights
from ...imaging.subjects import RenderSettings, Subject
from ...jobs.progress import Progress
from ...networks.unit_responses import MIN_RESPONSE, SIZES_PX, crops

if TYPE_CHECKING:
    from torch import Tensor

    from ...networks import LoadedNetwork

Curves = NDArray[np.float64]

# Offsets of the object, one in each quarter of a stride of 32 px along rows and columns.
SHIFTS_PX = ((-12, 4), (-4, -12), (4, 12), (12, -4))


def cell_coverage(start: float, side: float, cells: int, stride: int) -> NDArray[np.float32]:
    """Weight the cells of a feature map by how much of an object lies in each, along one axis.

    The object spans ``start`` to ``start + side`` px; cell ``i`` spans ``stride`` px from
    ``i * stride``. What lies outside the map is left out. Returns float32 (cells,) with sum 1.
    """
    length = area_weights(0, cells, start / stride, side / stride, 1)[:, 0]
    weights: NDArray[np.float32] = length / length.sum()
    return weights


def _mean_over_box(maps: Tensor, box: Sequence[float], stride: int) -> NDArray[np.float32]:
    """Mean of (channels, rows, columns) over the cells that a box covers: float32 (channels,)."""
    top, left, bottom, right = box
    rows = cell_coverage(top, bottom - top, maps.shape[1], stride)
    columns = cell_coverage(left, right - left, maps.shape[2], stride)
    mean: NDArray[np.float32] = np.einsum("crk,r,k->c", maps.cpu().numpy(), rows, columns)
    return mean


def _responses(
    loaded: LoadedNetwork, subject: Subject, settings: RenderSettings
) -> dict[str, NDArray[np.float64]]:
    """Response above the blank canvas, mean over shifts: per layer, float64 (sizes, channels)."""
    from ...imaging.subject_views import draw, draw_background, object_box

    net = loaded.network
    names = tuple(layer.name for layer in net.layers)
    background = draw_background(subject, settings, settings.canvas_px, loaded.device)
    _, blank = loaded.record(background[None], names, background)
    sums = {layer.name: np.zeros((len(SIZES_PX), layer.channels)) for layer in net.layers}
    for index, size in enumerate(SIZES_PX):
        images = draw(subject, settings, [size], SHIFTS_PX, loaded.device)
        for image, shift in zip(images, SHIFTS_PX, strict=True):
            _, maps = loaded.record(image[None], names, background)
            box = object_box(subject, settings, size, shift)
            for layer in net.layers:
                above = (maps.pop(layer.name)[0] - blank[layer.name][0]).clamp(min=0)
                sums[layer.name][index] += _mean_over_box(above, box, layer.stride_px)
    return {name: total / len(SHIFTS_PX) for name, total in sums.items()}


def layer_curve(response: Curves) -> Curves:
    """Average the curves of a layer's units, each divided by its own maximum.

    ``response``: float64 (sizes, units), nonnegative. Returns float64 (sizes,) in [0, 1]. Inactive
    units are left out; the curve is all zeros where every unit is inactive.
    """
    peak = response.max(axis=0)
    active = peak > MIN_RESPONSE
    if not active.any():
        return np.zeros(len(response))
    curve: Curves = (response[:, active] / peak[active]).mean(axis=1)
    return curve


def measure(
    loaded: LoadedNetwork,
    subjects: Sequence[Subject] | None = None,
    progress: Progress | None = None,
) -> dict[str, Curves]:
    """Measure the :func:`layer_curve` of every layer over :data:`SIZES_PX`: float64 (sizes,) each.

    ``subjects``: the pictures, by default :func:`core.networks.unit_responses.crops`; a unit's
    curve is the mean over them. ``progress`` gets the fraction done after every picture.
    """
    settings = RenderSettings(canvas_px=loaded.network.input_px, gray=loaded.network.padding_gray)
    pictures = crops() if subjects is None else tuple(subjects)
    sums: dict[str, NDArray[np.float64]] = {}
    for done, subject in enumerate(pictures, start=1):
        for name, response in _responses(loaded, subject, settings).items():
            sums[name] = sums[name] + response if name in sums else response
        if progress:
            progress(done / len(pictures))
    return {name: layer_curve(total / len(pictures)) for name, total in sums.items()}
