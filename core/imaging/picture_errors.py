"""The limits of a picture that is read, and the sentences for one that is refused."""

from __future__ import annotations

from ..errors import UserError
from ..jobs.worker_limits import PICTURE_LIMITS

LIMITS = PICTURE_LIMITS
MAX_PIXELS = 25_000_000
MAX_JPEG_PIXELS = 80_000_000  # a JPEG is reduced while it is decoded
MAX_HEIC_PIXELS = 50_000_000  # telephones take 48 million
MAX_SIDE_PX = 1024
MIN_SIDE_PX = 16
HEIC_INSTALL = "pip install -r requirements-heic.txt"

GIVE = "give a PNG, JPEG, WebP, TIFF, GIF, BMP, JPEG 2000, AVIF or HEIC picture"
NOT_A_PICTURE = f"This file holds no picture that can be read here; {GIVE}."
DAMAGED = "This picture is damaged or cut off; give one that other programs can open."
OTHER_DEPTH = (
    "This picture stores its pixels in a way that is not read here; give one in gray, color, "
    "palette, CMYK or Lab."
)
NO_VALUE = "No pixel of this picture has a value; give one that other programs show."
TOO_HEAVY = (
    f"This picture could not be read within {LIMITS.reply_s:g} seconds and "
    f"{LIMITS.memory_bytes // 2**20} MB of memory; give a smaller or simpler one."
)
HEIC_MISSING = (
    f"This is a HEIC picture, and what reads it is not installed here; '{HEIC_INSTALL}' adds it, "
    "or save the picture as JPEG."
)
AVIF_MISSING = (
    "This is an AVIF picture, which the Pillow that is installed here does not read; save it as "
    "JPEG."
)


class PictureError(UserError):
    """A picture that cannot be taken: one sentence with what was wrong and what is allowed."""


def check_pixels(width: int, height: int, maximum: int = MAX_PIXELS) -> None:
    """Raise PictureError for a picture without pixels, or with more than ``maximum``."""
    if min(width, height) < 1:
        raise PictureError(DAMAGED)
    if width * height > maximum:
        raise PictureError(too_many_pixels(maximum))


def too_many_pixels(maximum: int = MAX_PIXELS) -> str:
    """The sentence for a picture of more than ``maximum`` pixels."""
    return f"This picture has too many pixels; it may have at most {maximum // 10**6} million."


def check_sides(stored: tuple[int, int], reduced: tuple[int, int]) -> None:
    """Raise PictureError for a picture with a side below 16 px; both sizes are (rows, columns).

    ``reduced`` is what is left of it where the longer side is limited.
    """
    if min(reduced) >= MIN_SIDE_PX:
        return
    size, way_out = _by(stored), "a larger one"
    if reduced != stored:
        size = f"{size}, and {_by(reduced)} when it is reduced to a side of {MAX_SIDE_PX} px"
        way_out = "a part of it that is less elongated"
    raise PictureError(
        f"This picture has {size}, and both sides must have at least {MIN_SIDE_PX} px; give "
        f"{way_out}."
    )


def _by(size: tuple[int, int]) -> str:
    return f"{size[1]} x {size[0]} px"
