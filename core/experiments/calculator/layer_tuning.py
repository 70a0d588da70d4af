"""How strongly each layer of a network responds to objects of every size, per covered cell.

The objects are those of page ``network``. There a unit's response is its maximum over positions,
which suits the question where one unit changes. It cannot tell which size a whole layer prefers:
a larger object offers more positions for the maximum, so nearly every unit of every layer, also of
shuffled networks, would prefer the largest object. Here the response is the mean over the cells
that the object covers, each weighted by its covered fraction.

At the border of a canvas a network pads with zeros, to which its units respond as to an outline.
So the canvas is that much larger than the object that no covered cell sees the border: on every
side by half the receptive field of the last layer. It is larger than the network's own input.

This module runs networks. ``scripts/measure_layers.py`` writes its results to
``assets/measured/layer_sizes.json``, which :mod:`core.aerial.layer_sizes` reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.shapes import area_weights
from ...imaging.subjects import SUBJECTS, RenderSettings, Subject, bundled_subject
from ...jobs.progress import Progress
from ...networks.unit_responses import MIN_RESPONSE

if TYPE_CHECKING:
    from torch import Tensor

    from ...networks import LoadedNetwork

Curves = NDArray[np.float64]

SIZES_PX = tuple(2 ** (3 + step / 2) for step in range(11))  # 8 to 256 px, half octaves
# Offsets of the object, one in each quarter of a stride of 32 px along rows and columns.
SHIFTS_PX = ((-12, 4), (-4, -12), (4, 12), (12, -4))
COARSEST_STRIDE_PX = 32  # canvases are multiples of it, so that every layer has whole cells


def canvas_px(loaded: LoadedNetwork, size_px: float) -> int:
    """Return the side of a canvas on which no cell that the object covers sees the border.

    It has room for the object, its shifts, the rest of the cells that it covers in part, and the
    receptive field of the last layer.
    """
    field = max(layer.receptive_field_px for layer in loaded.network.layers)
    stride = max(layer.stride_px for layer in loaded.network.layers)
    shift = max(abs(step) for pair in SHIFTS_PX for step in pair)
    needed = size_px + 2 * shift + 2 * stride + field
    return COARSEST_STRIDE_PX * ceil(needed / COARSEST_STRIDE_PX)


def cell_coverage(start: float, side: float, cells: int, stride: int) -> NDArray[np.float32]:
    """Weight the cells of a feature map by how much of an object lies in each, along one axis.

    The object spans ``start`` to ``start + side`` px; cell ``i`` spans ``stride`` px from
    ``i * stride``. What lies outside the map is left out. Returns float32 (cells,) with sum 1.
    """
    length = area_weights(0, cells, start / stride, side / stride, 1)[:, 0]
    weights: NDArray[np.float32] = length / length.sum()
    return weights


def _covered(start: float, stop: float, cells: int, stride: int) -> slice:
    """The cells that an object covers at least in part, along one axis."""
    return slice(max(0, int(start // stride)), min(cells, ceil(stop / stride)))


def mean_above_blank(
    maps: Tensor, blank: Tensor, box: Sequence[float], stride: int
) -> NDArray[np.float32]:
    """Average what maps have more than a blank canvas over the cells that a box covers.

    ``maps``, ``blank``: (channels, rows, columns); ``box``: top, left, bottom, right in px. Less
    than the blank canvas counts as nothing. Returns float32 (channels,).
    """
    top, left, bottom, right = box
    rows = cell_coverage(top, bottom - top, maps.shape[1], stride)
    columns = cell_coverage(left, right - left, maps.shape[2], stride)
    part = (
        _covered(top, bottom, maps.shape[1], stride),
        _covered(left, right, maps.shape[2], stride),
    )
    above = (maps[:, part[0], part[1]] - blank[:, part[0], part[1]]).clamp(min=0).cpu().numpy()
    mean: NDArray[np.float32] = np.einsum("crk,r,k->c", above, rows[part[0]], columns[part[1]])
    return mean


def responses_at(
    loaded: LoadedNetwork, subjects: Sequence[Subject], size_px: float, canvas: int | None = None
) -> dict[str, Curves]:
    """Measure the responses to objects of one size, above the blank canvas, mean over shifts.

    ``canvas``: the side of the canvas in px, by default :func:`canvas_px`. Returns float64
    (pictures, channels) by layer.
    """
    from ...imaging.subject_views import draw, draw_background, object_box

    side = canvas_px(loaded, size_px) if canvas is None else canvas
    settings = RenderSettings(canvas_px=side, gray=loaded.network.padding_gray)
    layers = loaded.network.layers
    names = tuple(layer.name for layer in layers)
    background = draw_background(subjects[0], settings, side, loaded.device)
    _, blank = loaded.record(background[None], names, background)
    sums = {layer.name: np.zeros((len(subjects), layer.channels)) for layer in layers}
    for index, subject in enumerate(subjects):
        images = draw(subject, settings, [size_px], SHIFTS_PX, loaded.device)
        for image, shift in zip(images, SHIFTS_PX, strict=True):
            _, maps = loaded.record(image[None], names, background)
            box = object_box(subject, settings, size_px, shift)
            for layer in layers:
                sums[layer.name][index] += mean_above_blank(
                    maps.pop(layer.name)[0], blank[layer.name][0], box, layer.stride_px
                )
    return {name: total / len(SHIFTS_PX) for name, total in sums.items()}


def picture_curves(response: Curves) -> Curves:
    """Average the curves of a layer's units for every picture.

    Each unit is divided by its own maximum over sizes, in the mean over pictures, so that the mean
    of the results over pictures is the mean curve of the units. ``response``: float64 (pictures,
    sizes, units), nonnegative. Returns float64 (pictures, sizes). Inactive units are left out; all
    is zero where every unit is inactive.
    """
    peak = response.mean(axis=0).max(axis=0)
    active = peak > MIN_RESPONSE
    if not active.any():
        return np.zeros(response.shape[:2])
    curves: Curves = (response[:, :, active] / peak[active]).mean(axis=2)
    return curves


def measure(
    loaded: LoadedNetwork,
    subjects: Sequence[Subject] | None = None,
    progress: Progress | None = None,
) -> dict[str, Curves]:
    """Measure the :func:`picture_curves` of every layer: float64 (pictures, sizes) each.

    ``subjects``: the pictures, by default all bundled objects; sizes are :data:`SIZES_PX`.
    ``progress`` gets the fraction done after every size.
    """
    pictures = tuple(map(bundled_subject, SUBJECTS)) if subjects is None else tuple(subjects)
    done: list[dict[str, Curves]] = []
    for size in SIZES_PX:
        done.append(responses_at(loaded, pictures, size))
        if progress:
            progress(len(done) / len(SIZES_PX))
    return {
        name: picture_curves(np.stack([part[name] for part in done], axis=1)) for name in done[0]
    }
