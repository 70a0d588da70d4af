"""How strongly each layer of a network answers objects of every size, per cell that they cover.

The pictures, their sizes and what is taken off for the blank canvas are those of page ``network``
(:mod:`core.networks.unit_responses`). There a unit's response is its maximum over positions,
which is right for asking where one unit changes. It cannot say which size a whole layer prefers:
a larger object gives more positions to choose the maximum from, so that nearly every unit of every
layer, of shuffled networks too, would prefer the largest object of all. Here it is the mean over
the cells that the object covers, each weighted by how much of it is covered.

This module runs networks; what became of it lies in ``assets/measured/layer_sizes.json`` and is
read by :mod:`core.experiments.calculator.layer_ranges`. ``scripts/measure_layers.py`` writes it.
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

SHIFTS_PX = ((-12, 4), (-4, -12), (4, 12), (12, -4))  # every eighth of a stride of 32 px, each way


def cover(start: float, side: float, cells: int, stride: int) -> NDArray[np.float32]:
    """How much of each cell of a map an object covers along one axis, float32 (cells,), sum 1.

    The object spans ``start`` to ``start + side`` px; cell ``i`` stands for ``stride`` px from
    ``i * stride``. What lies outside the map is left out.
    """
    length = area_weights(0, cells, start / stride, side / stride, 1)[:, 0]
    found: NDArray[np.float32] = length / length.sum()
    return found


def _density(above: Tensor, box: Sequence[float], stride: int) -> NDArray[np.float32]:
    """Mean of (channels, rows, columns) over the cells that a box covers, (channels,)."""
    top, left, bottom, right = box
    rows = cover(top, bottom - top, above.shape[1], stride)
    columns = cover(left, right - left, above.shape[2], stride)
    found: NDArray[np.float32] = np.einsum("crk,r,k->c", above.cpu().numpy(), rows, columns)
    return found


def _answers(
    loaded: LoadedNetwork, subject: Subject, settings: RenderSettings
) -> dict[str, NDArray[np.float64]]:
    """Per place, (sizes, channels): what rises above the blank canvas, mean over shifts."""
    from ...imaging.subject_views import draw, draw_background, object_box

    net = loaded.network
    names = tuple(layer.name for layer in net.layers)
    bare = draw_background(subject, settings, settings.canvas_px, loaded.device)
    _, blank = loaded.record(bare[None], names, bare)
    sums = {layer.name: np.zeros((len(SIZES_PX), layer.channels)) for layer in net.layers}
    for at, size in enumerate(SIZES_PX):
        images = draw(subject, settings, [size], SHIFTS_PX, loaded.device)
        for image, shift in zip(images, SHIFTS_PX, strict=True):
            _, maps = loaded.record(image[None], names, bare)
            box = object_box(subject, settings, size, shift)
            for layer in net.layers:
                above = (maps.pop(layer.name)[0] - blank[layer.name][0]).clamp(min=0)
                sums[layer.name][at] += _density(above, box, layer.stride_px)
    return {name: one / len(SHIFTS_PX) for name, one in sums.items()}


def layer_curve(response: Curves) -> Curves:
    """One curve for a layer, float64 (sizes,) in [0, 1], from (sizes, units), each at least 0.

    The mean over units of each unit's curve divided by its own maximum; silent units are left out.
    It is all zeros where every unit is silent.
    """
    height = response.max(axis=0)
    answering = height > MIN_RESPONSE
    if not answering.any():
        return np.zeros(len(response))
    found: Curves = (response[:, answering] / height[answering]).mean(axis=1)
    return found


def measure(
    loaded: LoadedNetwork,
    subjects: Sequence[Subject] | None = None,
    progress: Progress | None = None,
) -> dict[str, Curves]:
    """Per place of a network, its :func:`layer_curve` over :data:`SIZES_PX`.

    ``subjects``: the pictures, :func:`core.networks.unit_responses.crops` unless told; a unit's
    curve is the mean over them. ``progress`` is told the fraction done after every picture.
    """
    settings = RenderSettings(canvas_px=loaded.network.input_px, gray=loaded.network.padding_gray)
    pictures = crops() if subjects is None else tuple(subjects)
    sums: dict[str, NDArray[np.float64]] = {}
    for at, subject in enumerate(pictures):
        for name, one in _answers(loaded, subject, settings).items():
            sums[name] = sums[name] + one if name in sums else one
        if progress:
            progress((at + 1) / len(pictures))
    return {name: layer_curve(one / len(pictures)) for name, one in sums.items()}
