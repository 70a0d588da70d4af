"""Bands of a TIFF that Pillow would show with 8 bits, or not at all."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .picture_errors import PictureError, check_pixels
from .stored import Stored

Values = NDArray[np.generic]

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MAX_BYTES = 400 * 2**20  # of all bands together

_GRAY_INVERTED, _GRAY, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
_REDUCED_OR_MASK = 1 | 4  # of NewSubfileType: overviews and masks beside the picture
_ASSOCIATED, _UNASSOCIATED, _COREL = 1, 2, 999  # kinds of alpha among the extra samples
# none, fax, LZW, JPEG, Deflate, PackBits
_PILLOW_COMPRESSIONS = (1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946)
_COLORS = ("Red", "Green", "Blue")
_INTERPRETATION = re.compile(r'sample="(\d+)" role="colorinterp">(\w+)<')

TOO_MANY_BYTES = (
    f"This TIFF holds more than {MAX_BYTES // 2**20} MB of pixels over all of its bands; give one "
    "with fewer bands or fewer pixels."
)
CUT_OFF = "This TIFF is cut off: a part of its pixels is missing; give a whole one."
FIRST_PAGE = "The file has several pages; the first is shown."
OTHER_COLORS = (
    "This TIFF stores its colors in a way that is not read here; give one in gray, RGB, palette, "
    "CMYK, YCbCr or Lab."
)
OTHER_VALUES = (
    "This TIFF stores its pixels as {name}, which is not read here; give one of integers or floats."
)


def is_for_pillow(page: Any) -> bool:
    """Whether Pillow reads all that tifffile's ``page`` says, with all of its bits."""
    samples, kind, extra = page.samplesperpixel, int(page.photometric), _extra(page)
    bits = page.bitspersample
    if kind in (_PALETTE, _CMYK, _YCBCR, _LAB):
        return True
    if int(page.compression) not in _PILLOW_COMPRESSIONS:
        return False
    if (max(bits) if isinstance(bits, tuple) else bits) > 8 or page.sampleformat not in (1, 4):
        return False
    if kind in (_GRAY, _GRAY_INVERTED):
        return samples == 1 or (samples == 2 and extra == (_UNASSOCIATED,))
    alpha = (_ASSOCIATED, _UNASSOCIATED, _COREL)
    return kind == _RGB and (samples == 3 or (samples == 4 and extra[:1] in {(a,) for a in alpha}))


def read(data: bytes) -> Stored | None:
    """Read the bands that are shown of a TIFF's first page; None for what Pillow reads whole.

    Raises PictureError for what is not read, and tifffile's and imagecodecs' own errors.
    """
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # it reports every unusual tag
    with tifffile.TiffFile(BytesIO(data)) as file:
        page = file.pages.first
        check_pixels(page.imagewidth, page.imagelength)
        if is_for_pillow(page):
            return None
        _check(page, len(data))
        return _stored(page, _bands(page), (FIRST_PAGE,) if _has_more_pages(file) else ())


def _check(page: Any, size: int) -> None:
    kind = page.dtype
    if kind is None or kind.kind not in "uif" or kind.itemsize > 8:
        name = "complex numbers" if kind is not None and kind.kind == "c" else "an unusual type"
        raise PictureError(OTHER_VALUES.format(name=name))
    if int(page.photometric) not in (_GRAY, _GRAY_INVERTED, _RGB) or page.imagedepth > 1:
        raise PictureError(OTHER_COLORS)
    if page.imagewidth * page.imagelength * page.samplesperpixel * kind.itemsize > MAX_BYTES:
        raise PictureError(TOO_MANY_BYTES)
    ends = zip(page.dataoffsets, page.databytecounts, strict=True)
    if not page.dataoffsets or any(offset + count > size for offset, count in ends):
        raise PictureError(CUT_OFF)  # tifffile would read zeros


def _bands(page: Any) -> Values:
    """All bands, (bands, rows, columns)."""
    whole = page.asarray(squeeze=False, maxworkers=1)  # (planes, depth, rows, columns, samples)
    planes, _, rows, columns, samples = whole.shape
    bands: Values = np.moveaxis(whole[:, 0], -1, 1).reshape(planes * samples, rows, columns)
    return bands


def _extra(page: Any) -> tuple[int, ...]:
    return tuple(int(kind) for kind in page.extrasamples or ())


def _has_more_pages(file: Any) -> bool:
    return len(file.pages) > 1 and not int(file.pages[1].subfiletype) & _REDUCED_OR_MASK


def _stored(page: Any, bands: Values, remarks: tuple[str, ...]) -> Stored:
    bits = page.bitspersample
    bits = max(bits) if isinstance(bits, tuple) else int(bits)
    color, alpha, remark = _choice(page, len(bands))
    few = len(color) if color == list(range(len(color))) else 0
    values = bands[:few] if few else bands[color]  # a slice takes no memory
    cover = _no_data(page, values)
    if alpha is not None:
        opaque = 2.0**bits - 1 if bands.dtype.kind == "u" else 1.0
        opacity = np.clip(np.nan_to_num(bands[alpha].astype(np.float32)) / np.float32(opaque), 0, 1)
        if _extra(page)[-1] == _ASSOCIATED:  # colors are stored times their opacity
            values = _divided(values, np.where(opacity > 0, opacity, np.float32(1)))
        cover = opacity if cover is None else np.minimum(cover, opacity)
    inverted, turned = int(page.photometric) == _GRAY_INVERTED, page.tags.valueof(274, 1)
    return Stored(values, bits, cover, inverted, turned, (*remarks, remark) if remark else remarks)


def _divided(values: Values, opacity: NDArray[np.float32]) -> Values:
    """Values over opacity, (rows, columns), of the type that they had."""
    colors = np.divide(values, opacity, dtype=np.float64)
    if values.dtype.kind != "f":
        colors = np.minimum(np.rint(colors), np.iinfo(str(values.dtype)).max)
    return np.asarray(colors, dtype=values.dtype)


def _choice(page: Any, count: int) -> tuple[list[int], int | None, str]:
    """The bands to show, the band of opacity if any, and a sentence about the choice."""
    extra = _extra(page)
    has_alpha = count > 1 and extra[-1:] in ((_ASSOCIATED,), (_UNASSOCIATED,))
    colors = count - has_alpha
    alpha = count - 1 if has_alpha else None
    named = _named_bands(page)
    if named and max(named) < count:
        return named, alpha, f"Its bands {_numbers(named)} are named red, green and blue."
    if colors < 3:
        remark = f"Of its {colors} bands the first is shown, in gray." if colors > 1 else ""
        return [0], alpha, remark
    if colors == 3 and int(page.photometric) == _RGB:
        return [0, 1, 2], alpha, ""
    return [0, 1, 2], alpha, _first_three(colors, int(page.photometric) == _RGB)


def _first_three(count: int, is_rgb: bool) -> str:
    if is_rgb:
        left = "the fourth is" if count == 4 else f"the other {count - 3} are"
        return f"Of its {count} bands the first three are red, green and blue; {left} left out."
    return (
        f"The file does not say which of its {count} bands are red, green and blue; the first "
        "three are shown as these."
    )


def _named_bands(page: Any) -> list[int]:
    """The bands that GDAL's metadata (tag 42112) name red, green and blue, else none."""
    tag = page.tags.get(42112)
    found = _INTERPRETATION.findall(str(tag.value)) if tag is not None else []
    numbers = {name: int(number) for number, name in found}
    return [numbers[name] for name in _COLORS] if set(_COLORS) <= numbers.keys() else []


def _numbers(bands: list[int]) -> str:
    first, second, third = (band + 1 for band in bands)
    return f"{first}, {second} and {third}"


def _no_data(page: Any, values: Values) -> NDArray[np.float32] | None:
    """0 where all bands have the value that GDAL's tag 42113 says is none; None without one."""
    tag = page.tags.get(42113)
    try:
        no_data = float(str(tag.value).strip("\0 ")) if tag is not None else np.nan
    except ValueError:
        no_data = np.nan
    if np.isnan(no_data):
        return None
    if values.dtype == np.float32:
        no_data = float(np.float32(no_data))  # -3.4e38 is written with few digits
    return np.asarray(np.not_equal(values, no_data).any(axis=0), dtype=np.float32)
