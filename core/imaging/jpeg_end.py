"""A JPEG whose last bytes are missing: how much of the picture is there."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from PIL import Image

END_MARKER = b"\xff\xd9"
NOISE = bytes((170 + 37 * step) % 251 for step in range(4096))  # without a marker
MIN_ROWS_THERE = 0.5  # of all rows
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_START_OF_SCAN, _PROGRESSIVE = 0xDA, 0xC2

LAST_DETAIL = "The JPEG ends early: a part of its finest detail is missing."
END_ALONE = "The JPEG's end is missing, but all of its rows are there."
ROWS_LEFT_OUT = (
    "The JPEG ends early: its last {missing} of {count} rows are incomplete and left out."
)


def is_too_short(data: bytes, size: tuple[int, int]) -> bool:
    """Whether a JPEG cannot hold its pixels: a block of 8 x 8 takes at least one bit."""
    return 8 * len(data) < size[0] * size[1] / 64


def read_what_is_there(
    data: bytes, load: Callable[[bytes], Image.Image]
) -> tuple[Image.Image, str] | None:
    """Read a JPEG without its end, with a sentence about it; None where too much is missing.

    ``load`` opens and decodes a file. Of a progressive one every coefficient must be there, if
    coarsely; of any other at least half of the rows, and the others are left out.
    """
    whole = data.rstrip(b"\xff")
    picture = load(whole + END_MARKER)  # libjpeg fills in what is missing
    scans = progressive_scans(data)
    if scans is not None:
        return (picture, LAST_DETAIL) if _is_complete(scans[:-1]) else None
    there = min(_rows_there(picture, load(whole + end + END_MARKER)) for end in _other_ends(whole))
    if there < MIN_ROWS_THERE * picture.height:
        return None
    if there == picture.height:
        return picture, END_ALONE
    sentence = ROWS_LEFT_OUT.format(missing=picture.height - there, count=picture.height)
    return picture.crop((0, 0, picture.width, there)), sentence


def _other_ends(data: bytes) -> list[bytes]:
    """What else might follow: noise, and where there are restart markers, the next one and noise.

    At a restart marker that is missing, a decoder does not read what stands in its place.
    """
    restarts = _RESTART.findall(data)
    if not restarts:
        return [NOISE]
    following = bytes([0xFF, 0xD0 + (restarts[-1][1] - 0xD0 + 1) % 8])
    return [NOISE, following + NOISE]


def _rows_there(picture: Image.Image, other: Image.Image) -> int:
    """The rows that are the same whatever follows the file's last byte."""
    changed = np.not_equal(np.asarray(picture), np.asarray(other))
    rows = np.flatnonzero(changed.reshape(picture.height, -1).any(axis=1))
    return int(rows[0]) if rows.size else picture.height


def progressive_scans(data: bytes) -> list[tuple[bytes, int, int]] | None:
    """List the scans of a progressive JPEG that have begun; None for another kind.

    Each as (its components, first and last coefficient); ITU-T T.81, B.2.3.
    """
    scans, is_progressive, position = list[tuple[bytes, int, int]](), False, 2
    while (found := _MARKER.search(data, position)) is not None:
        marker, at = data[found.start() + 1], found.end()
        length = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + length]
        is_progressive |= marker == _PROGRESSIVE
        if marker == _START_OF_SCAN and body and len(body) >= 2 * body[0] + 4:
            count = body[0]
            scans.append((body[1 : 1 + 2 * count : 2], body[1 + 2 * count], body[2 + 2 * count]))
        position = at + max(length, 2)
    return scans if is_progressive else None


def _is_complete(scans: list[tuple[bytes, int, int]]) -> bool:
    """Whether scans give all 64 coefficients of every component that any of them names."""
    there: dict[int, set[int]] = {}
    for components, first, last in scans:
        for component in components:
            there.setdefault(component, set()).update(range(first, last + 1))
    return bool(there) and all(len(coefficients) == 64 for coefficients in there.values())
