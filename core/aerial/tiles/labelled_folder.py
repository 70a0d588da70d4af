"""A person's own labelled tiles, from a folder or a .zip with one sub-folder per class."""

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
from .archive import Listing, Member, Unreadable, counted, opened, shown
from .geotiff import DEGREES, MERCATOR, NO_UNIT, Raster
from .reader import Read, Reader
from .tiles import Tiles, TilesError

LEAST_SIDE_PX = 8
MOST_LEVELS = 2**27  # of all tiles together: 512 MB
MOST_EMPTY = 0.5  # of a tile without data
GSDS_M = (0.001, 10_000.0)
SAME = 0.05  # ground sample distances that differ by less are one
SOURCE = "labelled tiles of your own"

Progress = Callable[[float], None]
Bands = tuple[int, int, int]

_HOW = {
    DEGREES: "The files give degrees; at their latitude a pixel spans {} m.",
    MERCATOR: "The files are in Web Mercator; at their latitude a pixel spans {} m.",
    NO_UNIT: "The files give a pixel's size without a unit, which is taken to be metres: {} m.",
}


@dataclass(frozen=True)
class Found:
    """A tile and where it came from; its raster has three bands."""

    member: Member
    read: Read

    @property
    def raster(self) -> Raster:
        """The pixels."""
        return self.read.raster


def read(
    path: Path | BinaryIO,
    gsd_m: float | None = None,
    bands: tuple[int, ...] | None = None,
    progress: Progress | None = None,
) -> Tiles:
    """The tiles of a folder, of a .zip, or of an open binary file that holds a zip.

    ``gsd_m``: metres per pixel; None takes what GeoTIFF tags say. ``bands``: which three, counted
    from 0, serve as red, green and blue; None takes the first three, and shows one band as gray.
    ``progress`` hears the share that is done.

    All tiles are cut to one square about their middle. 8 bits become [0, 1] by 255; other kinds by
    percentiles 2 to 98 of each band over all tiles. Where there is no data a tile gets its own
    mean. A sub-folder within a class is one group; any other tile is its own. ``notes`` tell of
    all that, and of tiles that were left out. Pictures are read one by one in another process;
    nothing is written. Raises :class:`TilesError`, one sentence, where the whole is not taken.
    """
    chosen = _checked(gsd_m, bands)
    with opened(path) as listing:
        found, refused = _found(listing, chosen, progress or (lambda share: None))
    _check_bands(found, chosen)
    gsd_m, said = _gsd(found, gsd_m)
    same, cut = _cut(found)
    full, empty = _with_data(same)
    _check_left(full, refused)
    span = levels.range_of([one.raster for one in full])
    notes = (
        *listing.notes, *_unread(listing, found, refused), *_of_bands(found, chosen), *said, *cut,
        *empty, _lost(listing, full), span.note,
    )  # fmt: skip
    return _tiles(full, span, gsd_m, tuple(note for note in notes if note))


def _checked(gsd_m: float | None, bands: tuple[int, ...] | None) -> Bands | None:
    low, high = GSDS_M
    if gsd_m is not None and not low <= gsd_m <= high:
        raise TilesError(f"gsd_m: {gsd_m} is not allowed; give metres per pixel, {low} to {high}.")
    if bands is None:
        return None
    if len(bands) != 3 or any(type(band) is not int or band < 0 for band in bands):
        raise TilesError(f"bands: {bands} is not allowed; give three whole numbers from 0.")
    return bands[0], bands[1], bands[2]


def _found(
    listing: Listing, bands: Bands | None, progress: Progress
) -> tuple[list[Found], list[str]]:
    """The tiles in the order of their names, as many as memory allows; and what was refused."""
    found, refused, room = list[tuple[int, Found]](), list[str](), MOST_LEVELS
    with Reader(bands) as reader:
        for done, index in enumerate(_in_turn([one.label for one in listing.members])):
            member = listing.members[index]
            try:
                one = Found(member, reader.read(member.read()))
                room -= one.raster.values.size
                found.append((index, one))
            except Unreadable as error:
                refused.append(f"{shown(member.name)} {error}")
            progress((done + 1) / len(listing.members))
            if room <= 0:
                break
    if not found:
        raise TilesError(f"None of the pictures can be read: {refused[0]}.")
    return [one for _, one in sorted(found, key=lambda each: each[0])], refused


def _in_turn(labels: Sequence[str]) -> list[int]:
    """Places of ``labels``: one of each class, then a second of each, at random within a class."""
    order = np.random.default_rng(0).permutation(len(labels))
    seen: dict[str, int] = {}
    ranked = []
    for index in order:
        rank = seen[labels[index]] = seen.get(labels[index], 0) + 1
        ranked.append((rank, int(index)))
    return [index for _, index in sorted(ranked)]


def _unread(listing: Listing, found: list[Found], refused: list[str]) -> list[str]:
    notes = []
    if refused:
        more = f" and {len(refused) - 3} more" if len(refused) > 3 else ""
        notes.append(f"Left out: {'; '.join(refused[:3])}{more}.")
    if (read := len(found) + len(refused)) < len(listing.members):
        notes.append(
            f"{read} of {len(listing.members)} tiles are read, at random and as many of each class "
            f"as there are: more would take over {MOST_LEVELS * 4 // 2**20} MB."
        )
    return notes


def _check_bands(found: list[Found], bands: Bands | None) -> None:
    counts = sorted({one.read.bands for one in found})
    if bands is None and len(counts) > 1 and counts[-1] > 3:
        names = ", ".join(str(count) for count in counts)
        raise TilesError(
            f"The tiles have different numbers of bands ({names}), so that the first three may not "
            "be the same; choose three that all have, as bands 0,1,2."
        )


def _of_bands(found: list[Found], bands: Bands | None) -> list[str]:
    counts = sorted({one.read.bands for one in found})
    if bands is not None:
        return [f"Bands {', '.join(map(str, bands))}, counted from 0, serve as red, green, blue."]
    if counts[-1] > 3:
        return [f"Of {counts[-1]} bands the first three serve as red, green, blue."]
    gray = sum(one.read.bands < 3 for one in found)
    return [f"Gray: {gray} of {len(found)} tiles."] if 0 < gray < len(found) else []


def _gsd(found: list[Found], typed: float | None) -> tuple[float, list[str]]:
    """The one ground sample distance, and what to note on it."""
    said = [one.raster.gsd_m for one in found if one.raster.gsd_m]
    low, high = (min(said), max(said)) if said else (0.0, 0.0)
    if typed is not None:
        apart = any(abs(math.log(one / typed)) > SAME for one in said)
        files = (
            significant_digits(low)
            if high / (low or 1) < 1 + SAME
            else f"{significant_digits(low)} to {significant_digits(high)}"
        )
        return typed, [f"The files say {files} m per pixel; {significant_digits(typed)} m, as typed, is used."
                       ] if apart else []  # fmt: skip
    if not said:
        raise TilesError("The files do not say how many metres a pixel spans; give gsd_m.")
    if high / low > 1 + SAME:
        raise TilesError(
            f"The files have from {significant_digits(low)} to {significant_digits(high)} m per pixel; give tiles of one "
            "ground sample distance, or the one that holds for all as gsd_m."
        )
    gsd_m = float(np.median(said))
    notes = [_HOW[how].format(significant_digits(gsd_m)) for how in _HOW if _any(found, how)]
    if len(said) < len(found):
        notes.append(f"Only {len(said)} of {len(found)} files say how many metres a pixel spans.")
    return gsd_m, notes


def _any(found: list[Found], how: str) -> bool:
    return any(one.raster.how == how for one in found)


def _cut(found: list[Found]) -> tuple[list[Found], list[str]]:
    """All tiles as squares of one side about their middle; much smaller ones are left out."""
    sides = np.array([min(one.raster.valid.shape) for one in found])
    least = max(LEAST_SIDE_PX, float(np.median(sides)) / 2)
    if (sides < least).all():
        raise TilesError(f"The tiles have fewer than {LEAST_SIDE_PX} px along a side; that is too "
                         "few to tell anything apart.")  # fmt: skip
    side = int(sides[sides >= least].min())
    kept = [one for one, own in zip(found, sides, strict=True) if own >= least]
    notes = []
    if small := len(found) - len(kept):
        notes.append(
            f"Left out: {counted(small, 'tile')} of less than {significant_digits(least)} px a side."
        )
    if any(one.read.whole != (side, side) for one in kept):
        notes.append(f"All tiles are cut to the {side} by {side} px about their middle.")
    return [replace(one, read=replace(one.read, raster=_middle(one.raster, side)))
            for one in kept], notes  # fmt: skip


def _middle(raster: Raster, side: int) -> Raster:
    row, column = ((whole - side) // 2 for whole in raster.valid.shape)
    window = (slice(row, row + side), slice(column, column + side))
    return replace(raster, values=raster.values[:, *window], valid=raster.valid[window])


def _with_data(found: list[Found]) -> tuple[list[Found], list[str]]:
    """The tiles that have data in at least half of their pixels."""
    empty = np.array([1 - one.raster.valid.mean() for one in found])
    kept = [one for one, share in zip(found, empty, strict=True) if share <= MOST_EMPTY]
    notes = []
    if len(kept) < len(found):
        left = counted(len(found) - len(kept), "tile")
        notes.append(f"Left out: {left} without data in more than half of the pixels.")
    holed = empty[(empty > 0) & (empty <= MOST_EMPTY)]
    if len(holed):
        notes.append(
            f"Filled with its own mean where there is no data, {percent(holed.mean())} on average: "
            f"{counted(len(holed), 'tile')}."
        )
    return kept, notes


def _check_left(found: list[Found], refused: list[str]) -> None:
    if len({one.member.label for one in found}) < 2:
        why = f" ({refused[0]})" if refused else ""
        raise TilesError(f"Fewer than two classes have tiles that can be used{why}.")


def _lost(listing: Listing, found: list[Found]) -> str:
    """A note on classes of which no tile is left, or none."""
    lost = {one.label for one in listing.members} - {one.member.label for one in found}
    return f"No tile is left of {', '.join(sorted(lost))}." if lost else ""


def _tiles(found: list[Found], span: levels.Range, gsd_m: float, notes: tuple[str, ...]) -> Tiles:
    side = found[0].raster.valid.shape[0]
    images: NDArray[np.float32] = np.empty((len(found), 3, side, side), np.float32)
    for index, one in enumerate(found):
        images[index] = levels.shown(one.raster, span)
    classes = tuple(sorted({one.member.label for one in found}))
    labels = np.array([classes.index(one.member.label) for one in found], np.int64)
    places = [one.member.place or one.member.name for one in found]
    groups = np.unique(places, return_inverse=True)[1].astype(np.int64)
    return Tiles(images, labels, classes, gsd_m, groups, SOURCE, notes)
