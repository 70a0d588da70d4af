"""Picture files with something the matter: turned, animated, cut, flipped, lying, not pictures."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

import numpy as np
from PIL import Image

from tests.core.imaging.picture_corpus import (
    LOSSLESS,
    LOSSY,
    Case,
    encoded,
    gray_tiff,
    pattern,
    png,
    png_header,
    png_rows,
    saved,
    shown,
    sound,
    tiff,
)

BIG = ((65_535, 65_535), (2**31 - 1, 1), (30_000, 30_000), (6_000, 6_000), (1, 25_000_001))


def _turned() -> Iterator[Case]:
    """EXIF orientations, applied backwards to a known pattern (EXIF 2.3, tag 274)."""
    upright = pattern(24, 40, 3)
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1],
        5: upright.transpose(1, 0, 2), 6: np.rot90(upright, 1),
        7: upright.transpose(1, 0, 2)[::-1, ::-1], 8: np.rot90(upright, -1),
    }  # fmt: skip
    for orientation, pixels in stored.items():
        exif = Image.Exif()
        exif[274] = orientation
        for form, near, options in (
            ("JPEG", LOSSY, {"quality": 98, "subsampling": 0}),
            ("PNG", LOSSLESS, {}),
            ("TIFF", LOSSLESS, {}),
            ("TIFF", LOSSLESS, {"compression": "tiff_lzw"}),
            ("WEBP", LOSSLESS, {"lossless": True}),
        ):
            data = encoded(pixels, form, exif=exif, **options)
            yield Case("turned", f"{form}-{orientation}{options}", data, shown(upright), near)


def _moving() -> Iterator[Case]:
    """Animations and many pages, of which only the first shows."""
    first = pattern(20, 30, 3)
    others = [Image.fromarray(255 - first), Image.fromarray(first[::-1].copy())]
    for form, near, options in (
        ("PNG", LOSSLESS, {}),
        ("WEBP", LOSSLESS, {"lossless": True}),
        ("TIFF", LOSSLESS, {}),
        ("MPO", LOSSY, {"quality": 98, "subsampling": 0}),
    ):
        data = encoded(first, form, save_all=True, append_images=others, **options)
        yield Case("moving", form, data, shown(first), near)
    gray = [Image.fromarray(pixels[..., 0].copy()) for pixels in (first, 255 - first)]
    data = saved(gray[0], "GIF", save_all=True, append_images=gray[1:])
    yield Case("moving", "GIF", data, shown(first[..., :1]))


def _junk_beside_the_pixels() -> Iterator[Case]:
    """Color profiles and EXIF that are none, and other files glued on: the pixels still show."""
    rgb, junk = pattern(20, 30, 3), bytes(range(256)) * 4
    for form, near, options in (
        ("PNG", LOSSLESS, {}),
        ("JPEG", LOSSY, {"quality": 98, "subsampling": 0}),
        ("WEBP", LOSSLESS, {"lossless": True}),
        ("TIFF", LOSSLESS, {}),
    ):
        profile = encoded(rgb, form, icc_profile=junk, **options)
        yield Case("junk", f"{form}-icc", profile, shown(rgb), near)
        plain = encoded(rgb, form, **options)
        for name, tail in (("zip", zipped()), ("page", b"<script>1</script>"), ("zeros", junk)):
            yield Case("junk", f"{form}-then-{name}", plain + tail, shown(rgb), near)
        if form != "TIFF":
            data = encoded(rgb, form, exif=b"Exif\0\0MM\0*junk" + junk, **options)
            yield Case("junk", f"{form}-exif", data, shown(rgb), near)
    comment = encoded(rgb[..., :1], "GIF", comment=b"*/alert(1);/*")
    yield Case("junk", "GIF-script", comment, shown(rgb[..., :1]))


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("cat.png"), encoded(pattern(4, 4, 3), "PNG"))
    return file.getvalue()


def _no_pictures() -> Iterator[Case]:
    """Other things, and pictures of formats or types that are not taken."""
    rgb = pattern(8, 8, 3)
    texts = [b"", b"\0", b"hello, world\n", b"%PDF-1.7\n", b"<html></html>", b"GIF", b"P6 1 1 255 "]
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'
    magic = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"MM\0*",
             b"RIFF\xff\xff\xff\xffWEBP", b"RIFF\0\0\0\0WEBPVP8 "]  # fmt: skip
    noise = np.random.default_rng(5).bytes(4000)
    others = [encoded(rgb, form) for form in ("PPM", "ICO", "TGA", "PCX", "EPS", "SGI")]
    yields = [*texts, svg, zipped(), noise, *magic, *(head + noise for head in magic), *others]
    for index, data in enumerate(yields):
        yield Case("no picture", str(index), data, refused=True)
    for count, bits in ((1, 64), (2, 64), (1, 128)):  # complex numbers
        tags = {256: (8,), 257: (8,), 258: (bits,) * count, 259: (1,), 262: (1,), 277: (count,),
                278: (8,), 339: (6,) * count}  # fmt: skip
        data = tiff(tags, bytes(64 * count * bits // 8))
        yield Case("no picture", f"TIFF-complex-{count}-{bits}", data, refused=True)


def _lies() -> Iterator[Case]:
    """Headers that promise far more pixels than may come, on small bodies."""
    gray = pattern(4, 4, 1)[..., 0]
    jpeg, gif = encoded(gray, "JPEG"), encoded(gray, "GIF")
    webp = encoded(pattern(4, 4, 4), "WEBP", icc_profile=b"junk")
    frame = jpeg.index(b"\xff\xc0") + 5
    for columns, rows in BIG:
        name = f"{columns}x{rows}"
        yield Case("lie", f"PNG-{name}", png(png_header(columns, rows), png_rows(gray)), None,
                   refused=True)  # fmt: skip
        yield Case("lie", f"TIFF-{name}", gray_tiff(columns, rows, 8, b"1234"), refused=True)
        if max(columns, rows) < 2**16:
            sides = struct.pack(">HH", rows, columns)
            data = jpeg[:frame] + sides + jpeg[frame + 4 :]
            yield Case("lie", f"JPEG-{name}", data, refused=True)
            sides = struct.pack("<HH", columns, rows)
            yield Case("lie", f"GIF-{name}", gif[:6] + sides + gif[10:], refused=True)
        if max(columns, rows) < 2**24:
            sides = struct.pack("<I", columns - 1)[:3] + struct.pack("<I", rows - 1)[:3]
            yield Case("lie", f"WEBP-{name}", webp[:24] + sides + webp[30:], refused=True)
    for wrong in ((4, 0), (0, 4), (4, 4, 7), (4, 4, 8, 5)):  # no rows, no columns, bits, color
        data = png(png_header(*wrong), png_rows(gray))
        yield Case("lie", f"PNG-{wrong}", data, refused=True)
    yield Case("lie", "PNG-more-rows", png(png_header(4, 40), png_rows(gray)))
    for at in (0, 7, 2**31, 2**32 - 1):
        tags = {256: (4,), 257: (4,), 258: (8,), 259: (1,), 262: (1,), 277: (1,), 278: (4,)}
        yield Case("lie", f"TIFF-strip-at-{at}", tiff({**tags, 273: (at,)}, gray.tobytes()))
        yield Case("lie", f"TIFF-strip-of-{at}", tiff({**tags, 279: (at,)}, gray.tobytes()))


def _zeros(megabytes: int) -> bytes:
    press = zlib.compressobj(9)
    return b"".join(press.compress(bytes(2**20)) for _ in range(megabytes)) + press.flush()


def _bombs() -> Iterator[Case]:
    """Small files that unpack to much: beyond the pixel limit, in a note, and within it."""
    zeros = _zeros(80)
    yield Case("bomb", "PNG", png(png_header(25_000, 25_000, 1), zeros), refused=True)
    small, body = png_header(4, 4), png_rows(pattern(4, 4, 1)[..., 0])
    yield Case("bomb", "PNG-note", png(small, body, (b"zTXt", b"a\0\0" + zeros)))
    yield Case("bomb", "PNG-profile", png(small, body, (b"iCCP", b"a\0\0" + zeros)))
    yield Case("bomb", "PNG-much-data", png(small, zeros))
    allowed = png(png_header(5_000, 5_000, 1), zeros)
    yield Case("bomb", "PNG-allowed", allowed, np.zeros((1024, 1024, 3)))


def _broken(step: int = 24, flips: int = 24) -> Iterator[Case]:
    """Sound files cut at many places, and with bytes changed."""
    chosen = {case.name: case for case in sound() if case.name.endswith("33x20")}
    names = ("PNG-4-0", "PNG-P-clear", "TIFF-3-0", "TIFF-3-1", "WEBP-4-0", "WEBP", "JPEG",
             "JPEG-gray", "JPEG-CMYK", "GIF-P", "TIFF-CMYK")  # fmt: skip
    chance = np.random.default_rng(11)
    for name in names:
        data = chosen[f"{name}-33x20"].data
        for at in np.linspace(1, len(data) - 1, step).astype(int):
            cut = data[: int(at)]
            yield Case("cut", f"{name}-{at}", cut, refused=len(cut) < 0.6 * len(data))
        for turn in range(flips):
            wrong = bytearray(data)
            reach = len(data) if turn % 2 else min(len(data), 120)  # half of them in the header
            for at in chance.integers(0, reach, 1 + turn % 4):
                wrong[at] ^= int(chance.integers(1, 256))
            yield Case("flipped", f"{name}-{turn}", bytes(wrong))


@cache
def corpus() -> tuple[Case, ...]:
    """Every file, sound or not."""
    kinds = (_turned, _moving, _junk_beside_the_pixels, _no_pictures, _lies, _bombs, _broken)
    return (*sound(), *(case for kind in kinds for case in kind()))


def endless_jpeg(scans: int = 40_000) -> bytes:
    """A JPEG of moderate size whose last scan is repeated so often that reading takes minutes."""
    data = saved(Image.new("L", (2_000, 2_000), 90), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"
