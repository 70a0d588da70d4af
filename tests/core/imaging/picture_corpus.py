"""Sound picture files of every kind, each with the pixels that must come of it.

Pixels come from numpy and Pillow only encodes them; what Pillow cannot write is put together by
hand. Nothing here uses the code under test.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PAPER = 0.25  # what transparent pixels must show
SIZES = ((1, 1), (1, 9), (8, 1), (5, 7), (16, 16), (33, 20), (48, 64))
LOSSLESS = 1.01 / 255
LOSSY = 12 / 255
LOSSY_HALF_COLOR = 30 / 255  # WebP keeps color at half the resolution


@dataclass(frozen=True)
class Case:
    """A file. ``levels`` (rows, columns, 3) must come out within ``near``; without them the file
    must be refused if ``refused``, and else may be read or refused."""

    kind: str
    name: str
    data: bytes
    levels: NDArray[np.float64] | None = None
    near: float = LOSSLESS
    refused: bool = False


def pattern(rows: int, columns: int, channels: int) -> NDArray[np.uint8]:
    """Ramps that differ between channels and have no symmetry: uint8 (rows, columns, channels)."""
    row, column = np.mgrid[:rows, :columns]
    ramps = [
        250 * (row + 1) // (rows + 1),
        250 * (column + 1) // (columns + 1),
        250 * (row + 2 * column + 1) // (rows + 2 * columns + 1),
        255 - 200 * (row + 1) // (rows + 1),
    ]
    return np.stack(ramps[:channels], axis=-1).astype(np.uint8)


def encoded(pixels: NDArray[np.generic], form: str, mode: str = "", **options: object) -> bytes:
    flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    picture = Image.fromarray(np.ascontiguousarray(flat))
    if mode == "CMYK":
        picture = Image.frombytes("CMYK", picture.size, pixels.tobytes())
    return saved(picture, form, **options)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def shown(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What must be seen of gray, gray and alpha, RGB or RGBA pixels."""
    levels = pixels / 255
    if levels.shape[2] in (2, 4):
        cover = levels[..., -1:]
        levels = levels[..., :-1] * cover + PAPER * (1 - cover)
    return np.broadcast_to(levels, (*levels.shape[:2], 3))


def ink(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What must be seen of CMYK pixels."""
    return (1 - pixels[..., :3] / 255) * (1 - pixels[..., 3:] / 255)


def png(header: bytes, body: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG with sound checksums around any header, other chunks and image data."""
    chunks = [(b"IHDR", header), *extra, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def png_header(columns: int, rows: int, bits: int = 8, color: int = 0) -> bytes:
    return struct.pack(">IIBBBBB", columns, rows, bits, color, 0, 0, 0)


def png_rows(pixels: NDArray[np.generic]) -> bytes:
    """Rows without filters, compressed; big-endian where a level has 16 bits."""
    order = pixels.astype(pixels.dtype.newbyteorder(">"))
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in order))


def tiff(tags: dict[int, tuple[int, ...]], body: bytes) -> bytes:
    """A little-endian TIFF of one strip; tag -> LONG values, except the SHORTs 258 to 277."""
    count, outside = len(tags) + 2, b""
    start = 8 + 2 + 12 * count + 4
    all_tags = {**tags, 273: (0,), 279: tags.get(279, (len(body),))}
    entries = []
    tail = sum(len(v) * 4 for v in all_tags.values() if len(v) > 1)
    all_tags[273] = tags.get(273, (start + tail,))
    for tag, values in sorted(all_tags.items()):
        short = tag in (258, 259, 262, 277, 338, 339)
        packed = struct.pack(f"<{len(values)}{'H' if short else 'I'}", *values).ljust(4, b"\0")
        if len(packed) > 4:
            outside += (padded := packed.ljust(len(values) * 4, b"\0"))
            packed = struct.pack("<I", start + len(outside) - len(padded))
        entries.append(struct.pack("<HHI", tag, 3 if short else 4, len(values)) + packed)
    table = struct.pack("<H", len(entries)) + b"".join(entries) + b"\0" * 4
    head = b"II*\0" + struct.pack("<I", 8) + table
    return head.ljust(start, b"\0") + outside.ljust(tail, b"\0") + body


def gray_tiff(columns: int, rows: int, bits: int, body: bytes, white: int = 1) -> bytes:
    tags = {256: (columns,), 257: (rows,), 258: (bits,), 259: (1,), 262: (white,), 277: (1,)}
    return tiff({**tags, 278: (rows,)}, body)


def _modes(rows: int, columns: int) -> Iterator[Case]:
    """Every format with every mode that it holds, of one size."""
    kinds: dict[str, tuple[tuple[int, ...], list[dict[str, object]]]] = {
        "PNG": ((1, 2, 3, 4), [{}]),
        "TIFF": ((1, 2, 3, 4), [{}, {"compression": "tiff_lzw"}, {"compression": "packbits"},
                                {"compression": "tiff_adobe_deflate"}]),
        "WEBP": ((3, 4), [{"lossless": True, "exact": True}]),
    }  # fmt: skip
    for form, (channels, options) in kinds.items():
        for count in channels:
            for index, option in enumerate(options):
                pixels = pattern(rows, columns, count)
                if count == 2:
                    pixels[..., 1] = 255 - pixels[..., 1]
                name = f"{form}-{count}-{index}-{rows}x{columns}"
                yield Case("mode", name, encoded(pixels, form, **option), shown(pixels))
    rgb, four = pattern(rows, columns, 3), pattern(rows, columns, 4)
    for form, near in (("JPEG", LOSSY), ("WEBP", LOSSY_HALF_COLOR)):
        data = encoded(rgb, form, quality=98, subsampling=0)
        yield Case("lossy", f"{form}-{rows}x{columns}", data, shown(rgb), near)
    data = encoded(rgb[..., :1], "JPEG", quality=98, progressive=True)
    yield Case("lossy", f"JPEG-gray-{rows}x{columns}", data, shown(rgb[..., :1]), LOSSY)
    data = encoded(four, "JPEG", "CMYK", quality=98, subsampling=0)
    yield Case("lossy", f"JPEG-CMYK-{rows}x{columns}", data, ink(four), LOSSY)
    yield Case(
        "mode", f"TIFF-CMYK-{rows}x{columns}", encoded(four, "TIFF", "CMYK"), ink(four), 2 / 255
    )
    yield Case("mode", f"GIF-L-{rows}x{columns}", encoded(rgb[..., :1], "GIF"), shown(rgb[..., :1]))


def _palettes(rows: int, columns: int) -> Iterator[Case]:
    """Palettes with and without transparency, and black and white."""
    colors = pattern(16, 16, 3).reshape(256, 3)
    numbers = (np.arange(rows * columns) % 7).astype(np.uint8).reshape(rows, columns)
    picture = Image.fromarray(numbers)
    picture.putpalette(colors.tobytes())
    levels = colors[numbers] / 255
    clear = np.where((numbers == 3)[..., None], PAPER, levels)
    for form in ("PNG", "GIF", "TIFF"):
        yield Case("palette", f"{form}-P-{rows}x{columns}", saved(picture, form), levels)
    for form in ("PNG", "GIF"):
        data = saved(picture, form, transparency=3)
        yield Case("palette", f"{form}-P-clear-{rows}x{columns}", data, clear)
    cover = np.array([0, 50, 100, 150, 200, 250, 255])
    part = (cover[numbers] / 255)[..., None]
    data = saved(picture, "PNG", transparency=bytes(cover.tolist()))
    want = levels * part + PAPER * (1 - part)
    yield Case("palette", f"PNG-P-covers-{rows}x{columns}", data, want)
    bits = numbers % 2 * 255
    for form, options in (("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "group4"}),
                          ("GIF", {})):  # fmt: skip
        data = saved(Image.fromarray(bits).convert("1"), form, **options)
        yield Case("palette", f"{form}-1-{rows}x{columns}{options}", data, shown(bits[..., None]))
    for level in (0, int(pattern(rows, columns, 1)[0, 0, 0])):
        gray = pattern(rows, columns, 1)
        want = np.where(gray == level, PAPER, shown(gray))
        data = encoded(gray, "PNG", transparency=level)
        yield Case("palette", f"PNG-L-clear-{level}-{rows}x{columns}", data, want)


def _deep(rows: int, columns: int) -> Iterator[Case]:
    """16 bits a level that use their range; gray must come out more finely than 8 bits can."""
    if rows * columns == 1:
        return  # one pixel uses no range
    fine = (np.arange(rows * columns) * 65535 // (rows * columns)).astype(np.uint16)
    fine = fine.reshape(rows, columns)
    gray = np.repeat((fine / 65535)[..., None], 3, axis=2)
    name, small = f"{rows}x{columns}", fine.astype("<u2").tobytes()
    yield Case("16 bits", f"PNG-{name}", encoded(fine, "PNG"), gray, 1e-6)
    yield Case("16 bits", f"TIFF-{name}", encoded(fine, "TIFF"), gray, 1e-6)
    yield Case(
        "16 bits", f"TIFF-lzw-{name}", encoded(fine, "TIFF", compression="tiff_lzw"), gray, 1e-6
    )
    negative = gray_tiff(columns, rows, 16, small, white=0)
    yield Case("16 bits", f"TIFF-negative-{name}", negative, 1 - gray, 1e-6)
    key = struct.pack(">H", int(fine[-1, -1]))
    body, header = png_rows(fine), png_header(columns, rows, 16)
    want = np.where((fine == fine[-1, -1])[..., None], PAPER, gray)
    yield Case("16 bits", f"PNG-clear-{name}", png(header, body, (b"tRNS", key)), want, 1e-6)
    for color, count in ((2, 3), (4, 2), (6, 4)):
        pixels = pattern(rows, columns, count).astype(np.uint16) * 257
        data = png(png_header(columns, rows, 16, color), png_rows(pixels))
        levels = shown((pixels // 257).astype(np.uint8))
        yield Case("16 bits", f"PNG-color-{color}-{name}", data, levels)
    pixels = pattern(rows, columns, 3).astype("<u2") * 257
    tags = {256: (columns,), 257: (rows,), 258: (16, 16, 16), 259: (1,), 262: (2,), 277: (3,)}
    data = tiff({**tags, 278: (rows,)}, pixels.tobytes())
    yield Case("16 bits", f"TIFF-color-{name}", data, pixels / 65535)


def sound() -> list[Case]:
    """Files whose pixels are known."""
    return [case for size in SIZES for kind in (_modes, _palettes, _deep) for case in kind(*size)]
