"""The units of one layer beside each other, and one of them at six sizes.

How much a unit changes with size is the range of its peak response over four sizes, an octave each:
the largest of the four less the smallest. A response is the maximum over positions with the blank
canvas's map taken off cell by cell, as in :mod:`core.experiments.network_units`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.experiments.network import PER_PAGE, Spec, still
from core.experiments.network_unit_card import Field, field, first_pixels
from core.networks import Network
from core.subjects import Box, Picture, Subject

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks import Loaded

Floats = NDArray[np.float32]

SIZES_PX = (24.0, 48.0, 96.0, 192.0)
CARD_SIZES_PX = (24.0, 36.0, 54.0, 81.0, 122.0, 183.0)


@dataclass(frozen=True, eq=False)
class Changes:
    """``peaks``: float32 (4 sizes, channels), the response at every size of :data:`SIZES_PX`;
    ``order``: int (channels,), unit numbers, the one that changes most first."""

    place: str
    peaks: Floats
    order: NDArray[np.intp]

    @property
    def change(self) -> Floats:
        """By unit number, float32 (channels,), in the units of the activation."""
        return np.ptp(self.peaks, axis=0)


@dataclass(frozen=True, eq=False)
class View:
    """One unit at one size.

    ``picture``: float32 (3, canvas, canvas) in [0, 1]; ``box``: the object's on it, top, left,
    bottom, right in px, unclipped; ``map``: float32 (rows, columns); ``cell``: row and column that
    rises most above the blank canvas, by ``response``; ``field``: what that cell sees, top, left,
    bottom, right in px, clipped to the canvas.
    """

    size_px: float
    picture: Picture
    box: Box
    map: Floats
    cell: tuple[int, int]
    response: float
    field: Field


@dataclass(frozen=True, eq=False)
class Views:
    """A unit of a place at every size of :data:`CARD_SIZES_PX`, ascending."""

    network: Network
    place: str
    unit: int
    views: tuple[View, ...]

    @property
    def best(self) -> View:
        """The view with the strongest response."""
        return max(self.views, key=lambda view: view.response)


def ordering(spec: Spec) -> Spec:
    """The spec without what the order of the units does not depend on: neither the two sizes nor
    the reduced detail, so that the units keep their places while a slider moves."""
    return replace(still(spec), layer=spec.place, detail_px=0)


def _seen(
    loaded: Loaded, spec: Spec, subject: Subject, size_px: float
) -> tuple[Tensor, Tensor, Tensor]:
    """A view (3, canvas, canvas), the place's maps of it and of the canvas alone (channels, ...)."""
    import torch

    from core.subject_views import draw, ground

    look = spec.look()
    image = draw(subject, look, [size_px], device=loaded.device)
    bare = ground(subject, look, image.shape[-1], loaded.device)
    _, maps = loaded.record(torch.cat([image, bare[None]]), [spec.place])
    with_object, without = maps[spec.place]
    return image[0], with_object, without


def changes(spec: Spec, picture: Picture | None = None, device: str = "cpu") -> Changes:
    """How the units of the spec's layer change with size; see :func:`ordering`.

    ``picture``: a person's own, float32 (3, rows, columns) in [0, 1]. Raises NetworkMissing where
    the network is not here.
    """
    from core import networks

    loaded = networks.load(spec.network, spec.control == "shuffled", device)
    subject, kept = spec.subject(picture), ordering(spec)
    rows = []
    for size in SIZES_PX:
        _, with_object, without = _seen(loaded, kept, subject, size)
        rows.append((with_object - without).flatten(1).amax(1).cpu().numpy())
    peaks = np.stack(rows)
    order = np.argsort(-np.ptp(peaks, axis=0), kind="stable")
    return Changes(spec.place, peaks, order)


def unit_of(spec: Spec, found: Changes) -> int:
    """The unit on the card."""
    return int(found.order[0]) if spec.unit < 0 else spec.unit


def paged(spec: Spec, found: Changes) -> list[int]:
    """The units on the spec's page, at most :data:`PER_PAGE`, in its order."""
    order = found.order.tolist() if spec.order == "change" else range(len(found.order))
    start = (spec.page - 1) * PER_PAGE
    return list(order)[start : start + PER_PAGE]


def page_of(spec: Spec, found: Changes, unit: int) -> int:
    """The page, from 1, on which a unit stands in the spec's order."""
    at = int(np.flatnonzero(found.order == unit)[0]) if spec.order == "change" else unit
    return at // PER_PAGE + 1


def unit_views(
    spec: Spec, unit: int, picture: Picture | None = None, device: str = "cpu"
) -> Views:
    """One unit of the spec's layer at six sizes. Raises as :func:`changes`."""
    from core import networks
    from core.subject_views import placed

    loaded = networks.load(spec.network, spec.control == "shuffled", device)
    subject, net = spec.subject(picture), loaded.network
    place, found = net.place(spec.place), []
    for size in CARD_SIZES_PX:
        image, with_object, without = _seen(loaded, spec, subject, size)
        above = (with_object[unit] - without[unit]).cpu().numpy()
        row, column = (int(at) for at in np.unravel_index(above.argmax(), above.shape))
        canvas = image.shape[-1]
        seen = field(place, first_pixels(net, canvas)[place.name], (row, column), canvas)
        box = placed(subject, spec.look(), size)
        shown = with_object[unit].cpu().numpy()
        found.append(
            View(size, image.cpu().numpy(), box, shown, (row, column), float(above.max()), seen)
        )
    return Views(net, place.name, unit, tuple(found))
