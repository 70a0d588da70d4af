"""The user's labeled tiles, from a folder or a .zip with one subfolder per class."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ...formatting import percent, significant_digits
from . import levels
from .archive import Listing, Member, Unreadable, count_noun, open_listing, printable
from .geotiff import DEGREES, MERCATOR, NO_UNIT, Raster
from .reader import Read, Reader
from .tiles import Tiles, TilesError

MIN_SIDE_PX = 8
MAX_LEVELS = 2**27  # values of all tiles together: 512 MB
MAX_EMPTY = 0.5  # fraction of a tile without data
GSDS_M = (0.001, 10_000.0)
SAME_GSD = 0.05  # ground sample distances that differ by less count as equal
SOURCE = "your own labeled tiles"

Progress = Callable[[float], None]
Bands = tuple[int, int, int]

_NOTES = {
    DEGREES: "The files give degrees; at their latitude a pixel spans {} m.",
    MERCATOR: "The files are in Web Mercator; at their latitude a pixel spans {} m.",
    NO_UNIT: "The files give a pixel's size without a unit, which is assumed to be meters: {} m.",
}


@dataclass(frozen=True)
class LoadedTile:
    """A tile of three bands, with its file."""

    member: Member
    read: Read

    @property
    def raster(self) -> Raster:
        """The tile's pixels."""
        return self.read.raster


def read(
    path: Path | BinaryIO,
    gsd_m: float | None = None,
    bands: tuple[int, ...] | None = None,
    progress: Progress | None = None,
) -> Tiles:
    """Read the tiles of a folder, of a .zip, or of an open binary file that holds a zip.

    ``gsd_m``: meters per pixel; None takes what GeoTIFF tags say. ``bands``: which three, counted
    from 0, serve as red, green and blue; None takes the first three, and shows one band as gray.
    ``progress`` gets the fraction done, 0 to 1.

    All tiles are cropped to one square about their center. 8 bits are scaled to [0, 1] by 255;
    other types by percentiles 2 to 98 of each band over all tiles. Pixels without data get the mean
    of their tile. A subfolder within a class is one group; any other tile is a group of its own.
    ``notes`` report all that, and tiles that are omitted. Pictures are decoded one by one in a
    subprocess; nothing is written. Raises :class:`TilesError` if the tiles cannot be used.
    """
    chosen = _checked(gsd_m, bands)
    with open_listing(path) as listing:
        loaded, rejected = _load(listing, chosen, progress or (lambda fraction: None))
    _check_bands(loaded, chosen)
    gsd_m, gsd_notes = _gsd(loaded, gsd_m)
    squares, crop_notes = _cropped(loaded)
    tiles, empty_notes = _with_data(squares)
    _check_classes(tiles, rejected)
    span = levels.range_of([tile.raster for tile in tiles])
    notes = (
        *listing.notes, *_omitted(listing, loaded, rejected), *_band_notes(loaded, chosen),
        *gsd_notes, *crop_notes, *empty_notes, _lost_classes(listing, tiles), span.note,
    )  # fmt: skip
    return _tiles(tiles, span, gsd_m, tuple(note for note in notes if note))


def _checked(gsd_m: float | None, bands: tuple[int, ...] | None) -> Bands | None:
    low, high = GSDS_M
    if gsd_m is not None and not low <= gsd_m <= high:
        raise TilesError(f"gsd_m: {gsd_m} is not allowed; give meters per pixel, {low} to {high}.")
    if bands is None:
        return None
    if len(bands) != 3 or any(type(band) is not int or band < 0 for band in bands):
        raise TilesError(f"bands: {bands} is not allowed; give three whole numbers from 0.")
    return bands[0], bands[1], bands[2]


def _load(
    listing: Listing, bands: Bands | None, progress: Progress
) -> tuple[list[LoadedTile], list[str]]:
    """Tiles in the order of their names, as many as memory allows; and why others are rejected."""
    loaded, rejected, room = list[tuple[int, LoadedTile]](), list[str](), MAX_LEVELS
    with Reader(bands) as reader:
        for done, index in enumerate(_in_turn([member.label for member in listing.members])):
            member = listing.members[index]
            try:
                tile = LoadedTile(member, reader.read(member.read()))
                room -= tile.raster.values.size
                loaded.append((index, tile))
            except Unreadable as error:
                rejected.append(f"{printable(member.name)} {error}")
            progress((done + 1) / len(listing.members))
            if room <= 0:
                break
    if not loaded:
        raise TilesError(f"None of the pictures can be read: {rejected[0]}.")
    return [tile for _, tile in sorted(loaded, key=lambda pair: pair[0])], rejected


def _in_turn(labels: Sequence[str]) -> list[int]:
    """Indices of ``labels``: one of each class, then a second of each, random within a class."""
    order = np.random.default_rng(0).permutation(len(labels))
    counts: dict[str, int] = {}
    ranked = []
    for index in order:
        rank = counts[labels[index]] = counts.get(labels[index], 0) + 1
        ranked.append((rank, int(index)))
    return [index for _, index in sorted(ranked)]


def _omitted(listing: Listing, loaded: list[LoadedTile], rejected: list[str]) -> list[str]:
    notes = []
    if rejected:
        more = f" and {len(rejected) - 3} more" if len(rejected) > 3 else ""
        notes.append(f"Omitted: {'; '.join(rejected[:3])}{more}.")
    if (count := len(loaded) + len(rejected)) < len(listing.members):
        notes.append(
            f"{count} of {len(listing.members)} tiles are read: a random selection, balanced over "
            f"the classes. More would take over {MAX_LEVELS * 4 // 2**20} MB."
        )
    return notes


def _check_bands(loaded: list[LoadedTile], bands: Bands | None) -> None:
    counts = sorted({tile.read.bands for tile in loaded})
    if bands is None and len(counts) > 1 and counts[-1] > 3:
        names = ", ".join(str(count) for count in counts)
        raise TilesError(
            f"The tiles have different numbers of bands ({names}), so the first three may not "
            "match; choose three that all tiles have, such as bands 0,1,2."
        )


def _band_notes(loaded: list[LoadedTile], bands: Bands | None) -> list[str]:
    counts = sorted({tile.read.bands for tile in loaded})
    if bands is not None:
        return [f"Bands {', '.join(map(str, bands))}, counted from 0, serve as red, green, blue."]
    if counts[-1] > 3:
        return [f"Of {counts[-1]} bands the first three serve as red, green, blue."]
    gray = sum(tile.read.bands < 3 for tile in loaded)
    return [f"Gray: {gray} of {len(loaded)} tiles."] if 0 < gray < len(loaded) else []


def _gsd(loaded: list[LoadedTile], typed: float | None) -> tuple[float, list[str]]:
    """The ground sample distance of all tiles, and notes on it."""
    tagged = [tile.raster.gsd_m for tile in loaded if tile.raster.gsd_m]
    if typed is not None:
        return typed, _typed_notes(tagged, typed)
    if not tagged:
        raise TilesError("The files do not say how many meters a pixel spans; give gsd_m.")
    low, high = min(tagged), max(tagged)
    if high / low > 1 + SAME_GSD:
        raise TilesError(
            f"The files have from {significant_digits(low)} to {significant_digits(high)} m per "
            "pixel; give tiles of one ground sample distance, or the one for all as gsd_m."
        )
    gsd_m = float(np.median(tagged))
    sources = {tile.raster.gsd_source for tile in loaded}
    notes = [
        note.format(significant_digits(gsd_m)) for name, note in _NOTES.items() if name in sources
    ]
    if len(tagged) < len(loaded):
        notes.append(
            f"Only {len(tagged)} of {len(loaded)} files say how many meters a pixel spans."
        )
    return gsd_m, notes


def _typed_notes(tagged: list[float], typed: float) -> list[str]:
    """A note if the files contradict the ground sample distance that was typed."""
    if not any(abs(math.log(gsd_m / typed)) > SAME_GSD for gsd_m in tagged):
        return []
    low, high = min(tagged), max(tagged)
    files = significant_digits(low)
    if high / low >= 1 + SAME_GSD:
        files += f" to {significant_digits(high)}"
    return [f"The files say {files} m per pixel; {significant_digits(typed)} m, as typed, is used."]


def _cropped(loaded: list[LoadedTile]) -> tuple[list[LoadedTile], list[str]]:
    """All tiles as squares of one side about their center; much smaller ones are omitted."""
    sides = np.array([min(tile.raster.valid.shape) for tile in loaded])
    minimum = max(MIN_SIDE_PX, float(np.median(sides)) / 2)
    if (sides < minimum).all():
        raise TilesError(
            f"The tiles have fewer than {MIN_SIDE_PX} px along a side, too few for a network."
        )
    side = int(sides[sides >= minimum].min())
    used = [tile for tile, length in zip(loaded, sides, strict=True) if length >= minimum]
    notes = []
    if small := len(loaded) - len(used):
        notes.append(
            f"Omitted: {count_noun(small, 'tile')} of less than {significant_digits(minimum)} px "
            "a side."
        )
    if any(tile.read.whole != (side, side) for tile in used):
        notes.append(f"All tiles are cropped to the central {side} by {side} px.")
    rasters = [_center(tile.raster, side) for tile in used]
    squares = [
        replace(tile, read=replace(tile.read, raster=raster))
        for tile, raster in zip(used, rasters, strict=True)
    ]
    return squares, notes


def _center(raster: Raster, side: int) -> Raster:
    row, column = ((length - side) // 2 for length in raster.valid.shape)
    window = (slice(row, row + side), slice(column, column + side))
    return replace(raster, values=raster.values[:, *window], valid=raster.valid[window])


def _with_data(loaded: list[LoadedTile]) -> tuple[list[LoadedTile], list[str]]:
    """The tiles that have data in at least half of their pixels."""
    empty = np.array([1 - tile.raster.valid.mean() for tile in loaded])
    used = [tile for tile, part in zip(loaded, empty, strict=True) if part <= MAX_EMPTY]
    notes = []
    if len(used) < len(loaded):
        omitted = count_noun(len(loaded) - len(used), "tile")
        notes.append(f"Omitted: {omitted} without data in more than half of the pixels.")
    partial = empty[(empty > 0) & (empty <= MAX_EMPTY)]
    if len(partial):
        notes.append(
            f"Pixels without data are filled with the tile's mean: {percent(partial.mean())} on "
            f"average in {count_noun(len(partial), 'tile')}."
        )
    return used, notes


def _check_classes(loaded: list[LoadedTile], rejected: list[str]) -> None:
    if len({tile.member.label for tile in loaded}) < 2:
        reason = f" ({rejected[0]})" if rejected else ""
        raise TilesError(f"Fewer than two classes have usable tiles{reason}.")


def _lost_classes(listing: Listing, loaded: list[LoadedTile]) -> str:
    """A note on classes without usable tiles; may be empty."""
    lost = {member.label for member in listing.members} - {tile.member.label for tile in loaded}
    return f"No tile is left of {', '.join(sorted(lost))}." if lost else ""


def _tiles(
    loaded: list[LoadedTile], span: levels.Range, gsd_m: float, notes: tuple[str, ...]
) -> Tiles:
    side = loaded[0].raster.valid.shape[0]
    images: NDArray[np.float32] = np.empty((len(loaded), 3, side, side), np.float32)
    for index, tile in enumerate(loaded):
        images[index] = levels.to_levels(tile.raster, span)
    classes = tuple(sorted({tile.member.label for tile in loaded}))
    labels = np.array([classes.index(tile.member.label) for tile in loaded], np.int64)
    places = [tile.member.place or tile.member.name for tile in loaded]
    groups = np.unique(places, return_inverse=True)[1].astype(np.int64)
    return Tiles(images, labels, classes, gsd_m, groups, SOURCE, notes)
