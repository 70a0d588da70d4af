"""Reading a picture file; :mod:`core.imaging.decode` has it done in a worker process."""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from ..errors import UserError
from ..jobs.worker_limits import PICTURE_LIMITS
from ..jobs.worker_main import Handler

Picture = NDArray[np.float32]

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")
MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr")
MODES_OF_16_BITS = ("I;16", "I;16B", "I;16L", "I;16N")

LIMITS = PICTURE_LIMITS
MAX_PIXELS = 25_000_000
MAX_SIDE_PX = 1024

GIVE = "give a PNG, JPEG, WebP, TIFF or GIF picture"
TOO_MANY_PIXELS = (
    f"This picture has too many pixels; it may have at most {MAX_PIXELS // 10**6} million."
)
NOT_A_PICTURE = f"This file holds no picture that can be read here; {GIVE}."
DAMAGED = "This picture is damaged or cut off; give one that other programs can open."
OTHER_DEPTH = (
    "This picture stores its pixels in a way that is not read here; give one with 8 or 16 bits, "
    "gray, color, palette or CMYK."
)
TOO_HEAVY = (
    f"This picture could not be read within {LIMITS.reply_s:g} seconds and "
    f"{LIMITS.memory_bytes // 2**20} MB of memory; give a smaller or simpler one."
)

_TURN = Image.Transpose
_TURNS = {  # EXIF orientation -> what makes it upright
    2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90,
}  # fmt: skip


class PictureError(UserError):
    """A picture that cannot be taken: one sentence with what was wrong and what is allowed."""


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How the picture must be turned to stand upright; None where it stands so."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # the pixels are sound; only the note on how to hold them is not
        return None


def _small(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """Reduced where it is too large, anti-aliased, and upright."""
    longest = max(picture.size)
    if longest > MAX_SIDE_PX:
        wide, tall = (max(1, round(side * MAX_SIDE_PX / longest)) for side in picture.size)
        picture = picture.resize((wide, tall), Image.Resampling.LANCZOS)
    return picture if turn is None else picture.transpose(turn)


def _of_8_bits(picture: Image.Image, paper: float, turn: Image.Transpose | None) -> Picture:
    if picture.mode == "La":
        picture = picture.convert("LA")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    same = picture if picture.mode == mode else picture.convert(mode)  # a copy would cost memory
    levels = np.asarray(_small(same, turn), dtype=np.float32) / np.float32(255)
    if mode == "RGB":
        return levels
    cover = levels[..., 3:]
    color: Picture = levels[..., :3] * cover + np.float32(paper) * (1 - cover)
    return color


def _of_16_bits(picture: Image.Image, paper: float, turn: Image.Transpose | None) -> Picture:
    tags = getattr(picture, "tag_v2", {})  # TIFF: bits per sample (258), white is zero (262)
    stored = np.asarray(picture)
    levels = stored.astype(np.float32) / np.float32(2 ** tags.get(258, (16,))[0] - 1)
    if tags.get(262) == 0:
        levels = 1 - levels
    if "transparency" in picture.info:
        levels[stored == picture.info["transparency"]] = paper
    small = np.asarray(_small(Image.fromarray(levels), turn))
    return np.repeat(small[..., None], 3, axis=2)


def load(picture: Image.Image) -> None:
    """Decode an opened picture of an accepted kind; raises PictureError, or Pillow's own errors."""
    if min(picture.size) < 1 or picture.width * picture.height > MAX_PIXELS:
        raise PictureError(TOO_MANY_PIXELS if min(picture.size) else DAMAGED)
    if picture.mode not in MODES + MODES_OF_16_BITS:
        raise PictureError(OTHER_DEPTH)
    picture.draft(None, (2 * MAX_SIDE_PX, 2 * MAX_SIDE_PX))  # a large JPEG, while it is decoded
    picture.load()


def levels_of(picture: Image.Image, paper: float) -> Picture:
    """A loaded picture's levels in [0, 1], float32 (3, rows, columns)."""
    reading = _of_16_bits if picture.mode in MODES_OF_16_BITS else _of_8_bits
    levels = reading(picture, paper, _turn(picture))
    return np.ascontiguousarray(np.clip(levels, 0, 1).transpose(2, 0, 1))


def _loaded(data: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        load(picture)
    except (PictureError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise PictureError(NOT_A_PICTURE) from None
    except Exception:  # Pillow's readers raise many kinds for a damaged file
        raise PictureError(DAMAGED) from None
    return picture


def read(data: bytes, paper: float) -> Picture:
    """Decode a picture in this process, without a bound on time: float32 (3, rows, columns).

    See :func:`core.imaging.decode.decode`. Not for threads, because it sets the process's warning
    filters while it runs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with _loaded(data) as picture:
                return levels_of(picture, paper)
        except MemoryError:
            raise PictureError(TOO_HEAVY) from None


def worker(argument: str) -> Handler:
    """Levels of picture files, for :mod:`core.jobs.worker_main`; the argument is ``paper``."""
    paper = float(argument)

    def handle(data: bytes, stop: threading.Event) -> Iterator[bytes]:
        levels = read(data, paper)
        yield struct.pack("<II", *levels.shape[1:]) + levels.tobytes()

    return handle
