"""The feature maps of a layer's units side by side, and one unit at six sizes.

How much a unit changes with size is the range of its peak response over four sizes, an octave each:
the largest of the four less the smallest. A response is the maximum over positions with the blank
canvas's map taken off cell by cell, as in :mod:`core.networks.unit_responses`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....imaging.subjects import Box, Picture, Subject
from ....networks import Network
from ....specs.measurement_key import measurement_key
from ....specs.spec import SpecError
from ..spec import RANKING, Spec
from .card import Field, field, first_pixels

if TYPE_CHECKING:
    from torch import Tensor

    from ....networks import LoadedNetwork
    from ..views import ViewPair

Floats = NDArray[np.float32]

SIZES_PX = (24.0, 48.0, 96.0, 192.0)
# Fractions of a map's width: room for a unit's name, and between maps.
NAME_FRACTION, GAP_FRACTION = 0.16, 0.06
CARD_SIZES_PX = (24.0, 36.0, 54.0, 81.0, 122.0, 183.0)


@dataclass(frozen=True, eq=False)
class SizeSensitivity:
    """How much the units of a layer change with size.

    ``peaks``: float32 (4 sizes, channels), the response at every size of :data:`SIZES_PX`;
    ``value_range``: float32 (2, channels), the lowest and the highest value of the maps themselves
    at these sizes; ``order``: int (channels,), unit numbers, the one that changes most first.
    """

    layer: str
    peaks: Floats
    value_range: Floats
    order: NDArray[np.intp]

    @property
    def sensitivity(self) -> Floats:
        """By unit number, float32 (channels,), in the units of the activation."""
        change: Floats = np.ptp(self.peaks, axis=0)
        return change


@dataclass(frozen=True, eq=False)
class UnitView:
    """One unit at one size.

    ``picture``: float32 (3, canvas, canvas) in [0, 1]; ``box``: the object's on it, top, left,
    bottom, right in px, unclipped; ``map``: float32 (rows, columns); ``cell``: row and column that
    rises most above the blank canvas, by ``response``; ``field``: that cell's receptive field, top,
    left, bottom, right in px, clipped to the canvas.
    """

    size_px: float
    picture: Picture
    box: Box
    map: Floats
    cell: tuple[int, int]
    response: float
    field: Field


@dataclass(frozen=True, eq=False)
class UnitViews:
    """A unit of a layer at every size of :data:`CARD_SIZES_PX`, ascending."""

    network: Network
    layer: str
    unit: int
    views: tuple[UnitView, ...]

    @property
    def best(self) -> UnitView:
        """The view with the strongest response."""
        return max(self.views, key=lambda view: view.response)


def _recorded(
    loaded: LoadedNetwork, spec: Spec, subject: Subject, sizes_px: Sequence[float]
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Per size: the view (3, canvas, canvas), the layer's maps of it and of the blank canvas."""
    from ....imaging.subject_views import draw, draw_background

    settings = spec.render_settings()
    alone = settings.resize_mode == "input-size"  # then every size has a canvas of its own
    for group in [[size] for size in sizes_px] if alone else [list(sizes_px)]:
        images = draw(subject, settings, group, device=loaded.device)
        bare = draw_background(subject, settings, images.shape[-1], loaded.device)
        _, with_object = loaded.record(images, [spec.shown_layer], bare)
        _, without = loaded.record(bare[None], [spec.shown_layer], bare)
        for image, maps in zip(images, with_object[spec.shown_layer], strict=True):
            yield image, maps, without[spec.shown_layer][0]


def size_sensitivity(
    spec: Spec, picture: Picture | None = None, device: str = "cpu"
) -> SizeSensitivity:
    """Measure how the units of the spec's layer change with size.

    The result depends neither on the two sizes nor on the reduced detail, so that the units keep
    their positions while a slider moves. ``picture``: the user's, float32 (3, rows, columns) in
    [0, 1]. Raises NetworkMissing where the network is missing.
    """
    from .... import networks

    loaded = networks.load(spec.network, spec.weights == "shuffled", device)
    subject, ranked = spec.subject(picture), measurement_key(spec, RANKING)
    rows = []
    for _, maps, blank in _recorded(loaded, ranked, subject, SIZES_PX):
        rows.append([(maps - blank).amax((1, 2)), maps.amin((1, 2)), maps.amax((1, 2))])
    peaks, lowest, highest = (
        np.stack([values.cpu().numpy() for values in column]) for column in zip(*rows, strict=True)
    )
    order = np.argsort(-np.ptp(peaks, axis=0), kind="stable")
    ends = np.stack([lowest.min(axis=0), highest.max(axis=0)])
    return SizeSensitivity(spec.shown_layer, peaks, ends, order)


def selected_unit(spec: Spec, changes: SizeSensitivity) -> int:
    """The unit shown in detail: the spec's, or the most sensitive one."""
    return int(changes.order[0]) if spec.unit < 0 else spec.unit


def units_on_page(spec: Spec, changes: SizeSensitivity) -> list[int]:
    """List the units on the spec's page, in its order."""
    order = changes.order.tolist() if spec.order == "change" else range(len(changes.order))
    start = (spec.page - 1) * spec.per_page
    return list(order)[start : start + spec.per_page]


def page_of(spec: Spec, changes: SizeSensitivity, unit: int) -> int:
    """The page, from 1, on which a unit stands in the spec's order."""
    rank = int(np.flatnonzero(changes.order == unit)[0]) if spec.order == "change" else unit
    return rank // spec.per_page + 1


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Maps of some units, near above far, as one array with gaps.

    ``values``: float32 (rows, columns), nan in the gaps. Unit ``units[k]`` stands in line
    ``k // columns`` and column ``k % columns``; a line begins every ``step[0]`` rows with a gap for
    the name, a column every ``step[1]`` columns. ``tops``: where near and far begin in a line, in
    rows; ``sizes``: rows and columns of either.
    """

    units: tuple[int, ...]
    values: Floats
    columns: int
    step: tuple[int, int]
    tops: tuple[int, int]
    sizes: tuple[tuple[int, int], tuple[int, int]]

    def corner(self, index: int) -> tuple[int, int]:
        """The first row and column of ``units[index]``, including the gap for its name."""
        line, column = divmod(index, self.columns)
        return line * self.step[0], column * self.step[1]

    def unit_at(self, row: int, column: int) -> int | None:
        """The unit whose maps or name a cell belongs to."""
        index = row // self.step[0] * self.columns + min(column // self.step[1], self.columns - 1)
        return self.units[index] if 0 <= index < len(self.units) else None


def arrange(
    pair: ViewPair, units: Sequence[int], columns: int = 8, per_map: bool = False
) -> Mosaic:
    """Arrange the maps of the spec's layer; ``per_map`` divides each by its maximum magnitude."""
    both = [view.maps[pair.spec.shown_layer][list(units)] for view in (pair.near, pair.far)]
    sizes = tuple((maps.shape[1], maps.shape[2]) for maps in both)
    wide = max(width for _, width in sizes)
    name, gap = max(1, round(wide * NAME_FRACTION)), max(1, round(wide * GAP_FRACTION))
    tops = (name, name + sizes[0][0] + gap)
    step = (tops[1] + sizes[1][0] + gap, wide + gap)
    lines = -(-len(units) // columns)
    values = np.full((lines * step[0], columns * step[1] - gap), np.nan, dtype=np.float32)
    mosaic = Mosaic(tuple(units), values, columns, step, tops, (sizes[0], sizes[1]))
    for index in range(len(units)):
        row, column = mosaic.corner(index)
        for top, maps in zip(tops, both, strict=True):
            tile = maps[index]
            if per_map:
                tile = tile / (float(np.abs(tile).max()) or 1.0)
            rows, across = tile.shape
            values[row + top : row + top + rows, column : column + across] = tile
    return mosaic


def parse_unit_query(spec: Spec, written: str) -> tuple[str, int]:
    """Parse a layer and a unit from 'blocks.5 / 17', 'block 5', or '17' of the spec's layer.

    The unit is -1 where there is none. Raises SpecError, one sentence, for anything else.
    """
    parts = [part.strip().casefold() for part in written.replace(",", "/").split("/")]
    layers = spec.net.layers
    names = {known.name.casefold(): known.name for known in layers}
    names |= {known.title.split(",")[0].casefold(): known.name for known in layers}
    layer = names.get(parts[0], spec.shown_layer if parts[0].isdecimal() else "")
    number = parts[-1] if parts[-1].isdecimal() else ""
    last = spec.net.layer(layer).channels - 1 if layer else 0
    whole = len(parts) == 1 or (len(parts) == 2 and number and parts[0] in names)
    if not layer or not whole or int(number or 0) > last:
        allowed = f"{layer} / 0 to {last}" if layer else f"such as {spec.shown_layer} / 17"
        raise SpecError("find", written, f"a layer and the number of a unit, {allowed}")
    return layer, int(number) if number else -1


def unit_views(
    spec: Spec, unit: int, picture: Picture | None = None, device: str = "cpu"
) -> UnitViews:
    """Run one unit of the spec's layer at six sizes.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1]. Raises NetworkMissing where the
    network is missing.
    """
    from .... import networks
    from ....imaging.subject_views import object_box

    loaded = networks.load(spec.network, spec.weights == "shuffled", device)
    subject, net = spec.subject(picture), loaded.network
    layer, views = net.layer(spec.shown_layer), []
    recorded = _recorded(loaded, spec, subject, CARD_SIZES_PX)
    for size, (image, with_object, without) in zip(CARD_SIZES_PX, recorded, strict=True):
        shown = with_object[unit].cpu().numpy().copy()  # not all the other units with it
        above = shown - without[unit].cpu().numpy()
        row, column = (int(index) for index in np.unravel_index(above.argmax(), above.shape))
        canvas = image.shape[-1]
        cell_field = field(layer, first_pixels(net, canvas)[layer.name], (row, column), canvas)
        box = object_box(subject, spec.render_settings(), size)
        picture_px, peak = image.cpu().numpy(), float(above.max())
        views.append(UnitView(size, picture_px, box, shown, (row, column), peak, cell_field))
    return UnitViews(net, layer.name, unit, tuple(views))
