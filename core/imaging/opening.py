"""Open a picture file with Pillow, of every format that is read, and decode it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError, features

from . import deep_codecs, jpeg_end, png_chunks
from .jpeg_end import MIN_ROWS_THERE
from .picture_errors import (
    AVIF_MISSING,
    DAMAGED,
    HEIC_MISSING,
    MAX_HEIC_PIXELS,
    MAX_JPEG_PIXELS,
    MAX_PIXELS,
    MAX_SIDE_PX,
    NOT_A_PICTURE,
    OTHER_DEPTH,
    PictureError,
    check_pixels,
)

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF")
MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB")
MODES_OF_16_BITS = ("I;16", "I;16B", "I;16L", "I;16N")

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1",
               b"msf1")  # fmt: skip
AVIF_BRANDS = (b"avif", b"avis")
DRAFT_PX = 2 * MAX_SIDE_PX  # to which a JPEG may be reduced while it is decoded


@dataclass(frozen=True)
class Opened:
    """A picture, decoded unless its values are deep, and ``remarks``, sentences about it.

    ``size``: its (width, height) before a reduction; ``data``: the bytes that were opened.
    """

    picture: Image.Image = field(default_factory=Image.Image)
    size: tuple[int, int] = (0, 0)
    remarks: tuple[str, ...] = ()
    data: bytes = b""


@cache
def _reads_heic() -> bool:
    """Whether the optional reader of HEIC is there; it is then one of Pillow's formats."""
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def _formats(data: bytes) -> tuple[str, ...]:
    """The formats to try; raises PictureError for one whose reader is not installed."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    if brand in AVIF_BRANDS and not features.check("avif"):
        raise PictureError(AVIF_MISSING)
    if brand not in HEIC_BRANDS:
        return FORMATS
    if not _reads_heic():
        raise PictureError(HEIC_MISSING)
    return (*FORMATS, "HEIF")


def load(picture: Image.Image) -> None:
    """Decode an opened picture of an accepted kind; raises PictureError, or Pillow's own errors."""
    limits = {"JPEG": MAX_JPEG_PIXELS, "MPO": MAX_JPEG_PIXELS, "HEIF": MAX_HEIC_PIXELS}
    check_pixels(*picture.size, limits.get(str(picture.format), MAX_PIXELS))
    if picture.mode not in MODES + MODES_OF_16_BITS:
        raise PictureError(OTHER_DEPTH)
    longest = max(picture.size)
    wide, tall = (max(1, side * DRAFT_PX // longest) for side in picture.size)
    picture.draft(None, (wide, tall))  # a large JPEG, while it is decoded
    if picture.format != "HEIF":
        check_pixels(*picture.size)
    picture.load()


def _loaded(data: bytes, formats: tuple[str, ...]) -> Opened:
    picture = Image.open(BytesIO(data), formats=formats)
    size = picture.size
    if picture.format in ("JPEG", "MPO") and jpeg_end.is_too_short(data, size):
        raise PictureError(DAMAGED)
    if deep_codecs.is_deep(data, picture) and not picture.mode.startswith("I;16"):
        check_pixels(*size)
        return Opened(picture, size)  # another reader decodes it, with all of its bits
    try:
        load(picture)
    except OSError:
        if picture.format not in ("JPEG", "MPO"):
            raise
        there = jpeg_end.read_what_is_there(data, _load_again)
        if there is None:
            raise
        return Opened(there[0], size, (there[1],))
    if picture.format == "PNG":
        return _without_missing_rows(data, picture)
    return Opened(picture, size)


def _without_missing_rows(data: bytes, picture: Image.Image) -> Opened:
    """A decoded PNG without the rows that its data do not hold, which Pillow leaves black."""
    there, rows = png_chunks.rows_there(data)
    if there == rows:
        return Opened(picture, picture.size)
    if there < MIN_ROWS_THERE * rows:
        raise PictureError(DAMAGED)
    sentence = png_chunks.ROWS_LEFT_OUT.format(missing=rows - there, count=rows)
    return Opened(picture.crop((0, 0, picture.width, there)), picture.size, (sentence,))


def _load_again(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data), formats=("JPEG",))
    load(picture)
    return picture


def opened(data: bytes) -> Opened:
    """Open and decode a picture file; raises PictureError, and MemoryError.

    Pillow's own limit on pixels must be off: the limits here are lower, with sentences.
    """
    remarks: tuple[str, ...] = ()
    try:
        if data.startswith(png_chunks.SIGNATURE):
            data, remarks = png_chunks.without_faulty_options(data)
        loaded = _loaded(data, _formats(data))
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureError(NOT_A_PICTURE) from None
    except Exception:  # Pillow's readers raise many kinds for a damaged file
        raise PictureError(DAMAGED) from None
    return Opened(loaded.picture, loaded.size, (*remarks, *loaded.remarks), data)
