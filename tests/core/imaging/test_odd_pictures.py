"""What people bring besides: formats of telephones, damaged files, tiny and huge pictures."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, features

from scalescope.core.imaging import opening
from scalescope.core.imaging.decode import PictureError, decode
from scalescope.core.imaging.decode_worker import read
from tests.core.imaging.picture_corpus import encoded, pattern, png, png_header, png_rows, saved

PAPER = 0.25
RGB = pattern(48, 64, 3)
HEIC = Path(__file__).parent / "cases" / "noise.heic"  # 48 x 64 px, written by pillow-heif
needs_avif = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")


def levels(pixels):
    return (pixels / 255).transpose(2, 0, 1)


@pytest.mark.parametrize(
    ("form", "options", "near"),
    [
        ("BMP", {}, 1e-6),
        ("JPEG2000", {}, 1e-6),
        ("MPO", {"quality": 98, "subsampling": 0}, 12 / 255),
        pytest.param("AVIF", {"quality": 98}, 16 / 255, marks=needs_avif),
    ],
)
def test_formats_of_cameras_and_scanners(form, options, near):
    seen = decode(encoded(RGB, form, **options))
    np.testing.assert_allclose(seen.levels, levels(RGB), atol=near)
    assert seen.remarks == () and seen.stretch == ""


def test_heic_is_read_as_its_own_library_reads_it():
    heif = pytest.importorskip("pi_heif")
    seen = decode(HEIC.read_bytes())
    file = heif.read_heif(HEIC.read_bytes())  # its memory is that of the array
    np.testing.assert_allclose(seen.levels, levels(np.asarray(file)), atol=1e-6)
    assert seen.levels.std() > 0.1


def test_heic_without_its_reader_says_what_adds_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    opening._reads_heic.cache_clear()
    with pytest.raises(PictureError, match=r"'pip install -r requirements-heic.txt' adds it, or"):
        read(HEIC.read_bytes(), PAPER)
    opening._reads_heic.cache_clear()


def test_avif_without_its_reader_is_named(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(PictureError, match="an AVIF picture, which the Pillow"):
        read(b"\0\0\0\x20ftypavif" + bytes(99), PAPER)


def test_a_png_with_a_large_text_is_read_and_that_is_said():
    text = PngImagePlugin.PngInfo()
    text.add_text("prompt", "a cat " * 500_000, zip=True)
    text.add_itxt("workflow", "near and far " * 250_000, zip=True)
    text.add_text("short", "kept", zip=True)
    data = encoded(RGB, "PNG", pnginfo=text)
    with pytest.raises(ValueError, match="MAX_TEXT_CHUNK"):
        Image.open(io.BytesIO(data)).load()
    seen = decode(data)
    np.testing.assert_allclose(seen.levels, levels(RGB), atol=1e-6)
    assert seen.remarks == (
        "A text of more than 1 MB in the PNG was left out; no pixel depends on it.",
    )


@pytest.mark.parametrize("name", [b"tEXt", b"gAMA", b"xYzZ"])
def test_a_wrong_checksum_of_an_option_is_said_and_the_picture_read(name):
    gray = pattern(20, 30, 1)[..., 0]
    data = png(png_header(30, 20), png_rows(gray), (name, b"\0\0\xb1\x8f"))
    wrong = bytearray(data)
    wrong[data.index(name) + 8] ^= 1
    seen = decode(bytes(wrong))
    np.testing.assert_allclose(seen.levels[0], gray / 255, atol=1e-6)
    (remark,) = seen.remarks
    assert remark.startswith(f"The optional part '{name.decode()}' of the PNG has a wrong checksum")


@pytest.mark.parametrize("color", [0, 2, 4, 6])
def test_rows_that_a_png_does_not_hold_are_left_out(color):
    pixels = pattern(40, 30, {0: 1, 2: 3, 4: 2, 6: 4}[color])
    data = png(png_header(30, 64, 8, color), png_rows(pixels))
    seen = read(data, PAPER)
    whole = read(png(png_header(30, 40, 8, color), png_rows(pixels)), PAPER)
    np.testing.assert_array_equal(seen.levels, whole.levels)
    assert "The PNG ends early: its last 24 of 64 rows are missing and left out." in seen.remarks
    with pytest.raises(PictureError, match="damaged or cut off"):
        read(png(png_header(30, 81, 8, color), png_rows(pixels)), PAPER)


def test_an_interlaced_png_is_read_whole():
    adam7 = bytearray(png_header(8, 8))
    adam7[-1] = 1
    passes = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 4), (4, 4), (4, 8)]
    rows = b"".join(b"\0" + bytes([200]) * wide for tall, wide in passes for _ in range(tall))
    assert read(png(bytes(adam7), zlib.compress(rows)), PAPER).levels.min() == pytest.approx(
        200 / 255
    )


def photograph():
    """Smooth noise, (150, 225, 3), so that every row differs from the others."""
    noise = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((225, 150), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    "options",
    [{}, {"subsampling": 0}, {"restart_marker_blocks": 3}, {"restart_marker_rows": 1}],
    ids=str,
)
@pytest.mark.parametrize("cut", [1, 3, 40, 51, 52, 200, 700])
def test_a_jpeg_without_its_end_shows_only_rows_that_are_right(options, cut):
    data = saved(photograph(), "JPEG", **options)
    whole = read(data, PAPER).levels
    seen = read(data[:-cut], PAPER)
    rows = seen.levels.shape[1]
    assert 75 <= rows <= 150
    np.testing.assert_allclose(seen.levels, whole[:, :rows], atol=1e-6)
    if rows < 150:
        assert seen.remarks == (
            f"The JPEG ends early: its last {150 - rows} of 150 rows are incomplete and left out.",
        )
    assert rows >= 150 - 16 * (1 + cut // 100) - 1


@pytest.mark.parametrize("cut", [1, 40, 700])
def test_a_progressive_jpeg_without_its_end_lacks_some_detail(cut):
    data = saved(photograph(), "JPEG", progressive=True)
    whole, seen = read(data, PAPER), read(data[:-cut], PAPER)
    assert seen.remarks == ("The JPEG ends early: a part of its finest detail is missing.",)
    assert seen.levels.shape == whole.levels.shape
    assert np.abs(seen.levels - whole.levels).mean() < 0.01


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.45])
def test_less_than_half_a_jpeg_is_refused(progressive, share):
    data = saved(photograph(), "JPEG", progressive=progressive)
    with pytest.raises(PictureError, match="damaged or cut off"):
        read(data[: int(len(data) * share)], PAPER)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_48_megapixels_is_reduced_while_it_is_read(progressive):
    small = photograph().resize((84, 63), Image.Resampling.BICUBIC)
    large = small.resize((8064, 6048), Image.Resampling.BILINEAR)
    seen = decode(saved(large, "JPEG", quality=90, progressive=progressive))
    assert seen.levels.shape == (3, 768, 1024)
    assert seen.remarks == ("Its 8064 x 6048 px are reduced to 1024 x 768 px.",)
    expected = np.asarray(small.resize((1024, 768), Image.Resampling.BILINEAR))
    assert np.abs(seen.levels - levels(expected)).mean() < 0.02


@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [
        (1, 1, "has 1 x 1 px, and both sides must have at least 16 px; give a larger one"),
        (4, 5, "has 5 x 4 px"),
        (15, 300, "has 300 x 15 px"),
        (2, 3000, r"has 3000 x 2 px, and 1024 x 1 px when it is reduced.* less elongated"),
    ],
)
def test_a_side_below_16_px_is_refused_with_the_size(rows, columns, reason):
    with pytest.raises(PictureError, match=reason):
        decode(encoded(pattern(rows, columns, 3), "PNG"))


def test_sixteen_pixels_are_enough():
    assert decode(encoded(pattern(16, 16, 3), "PNG")).levels.shape == (3, 16, 16)


def test_transparency_and_frames_are_said():
    clear = encoded(pattern(20, 30, 4), "PNG")
    assert decode(clear, PAPER).remarks == (
        "Its transparent pixels are blended with a gray of 25 %.",
    )
    opaque = pattern(20, 30, 4)
    opaque[..., 3] = 255
    assert decode(encoded(opaque, "PNG"), PAPER).remarks == ()
    frames = [Image.fromarray(pattern(20, 30, 3) // part) for part in (1, 2)]
    for form in ("GIF", "WEBP", "PNG", "TIFF", "MPO"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:])
        assert "The file has several frames; the first is shown." in decode(data).remarks, form


def test_a_large_text_is_found_by_decompressing_it():
    """The sentence is not about the compressed length."""
    short = zlib.compress(np.random.default_rng(0).bytes(200_000))
    data = png(png_header(30, 20), png_rows(pattern(20, 30, 1)[..., 0]),
               (b"zTXt", b"a\0\0" + short))  # fmt: skip
    assert read(data, PAPER).remarks == ()
