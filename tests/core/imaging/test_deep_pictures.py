"""Pictures of more than 8 bits, of floats and of many bands, against tifffile's and NumPy's values.

The files are made here by tifffile and imagecodecs; what must be shown is computed with NumPy from
the values that went into them.
"""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage import color

from scalescope.core.imaging.decode import PictureError, decode
from scalescope.core.imaging.decode_worker import read

PAPER = 0.25
ROWS, COLUMNS = 24, 40


def reflectances(bands, high=3000, kind="u2", shape=(ROWS, COLUMNS)):
    """Values (rows, columns, bands) from 0 to ``high``, different in every band."""
    chance = np.random.default_rng(bands)
    ramps = chance.random((*shape, bands)) * np.linspace(0.6, 1, bands)
    return (ramps * high).astype(kind)


def tiff(values, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def by_percentiles(values):
    """(rows, columns, 3 or 1) to what must be seen, (3, rows, columns)."""
    low, high = np.percentile(values.astype(float), [2, 98])
    levels = np.clip((values.astype(float) - low) / (high - low), 0, 1)
    return np.broadcast_to(levels, (*levels.shape[:2], 3)).transpose(2, 0, 1)


def assert_seen(data, expected, *remarks, atol=1e-6, **options):
    seen = read(data, PAPER, **options)
    np.testing.assert_allclose(seen.levels, expected, atol=atol)
    text = " ".join(seen.remarks)
    for remark in remarks:
        assert remark in text
    return seen


@pytest.mark.parametrize("kind", ["u2", "i2", "u4", "i4", "f2", "f4", "f8"])
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("compression", [None, "zlib", "lzw", "zstd", "packbits"])
def test_a_tiff_of_any_type_and_compression(kind, bands, compression):
    values = reflectances(bands, 2000, kind)
    data = tiff(values, photometric="rgb" if bands == 3 else "minisblack", compression=compression)
    low, high = np.percentile(values.astype(float), [2, 98])
    name = {"u": "", "i": "signed ", "f": "floating-point "}[kind[0]]
    seen = assert_seen(
        data,
        by_percentiles(values),
        f"{name}{8 * int(kind[1])}-bit values",
        f"{low:.4g} (black) to {high:.4g} (white): percentiles 2 and 98.",
    )
    assert seen.stretch == "percentiles"


def test_it_is_not_the_picture_of_its_upper_bytes():
    """What was shown before: 12 gray levels near black."""
    data = tiff(reflectances(3), photometric="rgb")
    levels = decode(data).levels
    assert levels.mean() > 0.3 and len(np.unique(levels)) > 1000


@pytest.mark.parametrize("stretch", ["percentiles", "values", "type"])
def test_the_stretch_can_be_chosen(stretch):
    values = reflectances(3)
    expected = {
        "percentiles": by_percentiles(values),
        "values": ((values - values.min()) / np.ptp(values)).transpose(2, 0, 1),
        "type": (values / 65535).transpose(2, 0, 1),
    }[stretch]
    data = tiff(values, photometric="rgb")
    assert assert_seen(data, expected, stretch=stretch).stretch == stretch
    np.testing.assert_allclose(decode(data, PAPER, stretch).levels, expected, atol=1e-6)


def test_another_stretch_is_refused():
    with pytest.raises(ValueError, match="'gamma' is not one of auto, percentiles, values, type"):
        decode(b"a file", stretch="gamma")


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_gray_of_odd_bits_uses_the_range_of_its_bits(bits):
    values = reflectances(1, 2**bits - 1)
    data = tiff(values[..., 0], bitspersample=bits, compression=None, photometric="minisblack")
    expected = np.broadcast_to(values / (2**bits - 1), (ROWS, COLUMNS, 3)).transpose(2, 0, 1)
    whole = f"{2**bits - 1} (white): the whole range of the type."
    assert_seen(data, expected, f"{bits}-bit values", whole)
    dark = np.minimum(values, 2**bits // 5)
    data = tiff(dark[..., 0], bitspersample=bits, compression=None, photometric="minisblack")
    assert_seen(data, by_percentiles(dark), "percentiles 2 and 98")


def test_white_is_zero():
    values = reflectances(1)
    data = tiff(values[..., 0], photometric="miniswhite")
    assert_seen(data, 1 - by_percentiles(values))


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_of_many_bands_the_first_three_are_shown(planar):
    values = reflectances(13)
    stored = values if planar == "contig" else values.transpose(2, 0, 1)
    data = tiff(stored, photometric="minisblack", planarconfig=planar, compression="zlib")
    sentence = "does not say which of its 13 bands are red, green and blue; the first three"
    assert_seen(data, by_percentiles(values[..., :3]), sentence)


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_the_infrared_beside_rgb_is_left_out_and_no_transparency(kind):
    values = reflectances(4, 200 if kind == "u1" else 3000, kind)
    data = tiff(values, photometric="rgb", extrasamples=["unspecified"])
    rgb = values[..., :3]
    expected = (rgb / 255).transpose(2, 0, 1) if kind == "u1" else by_percentiles(rgb)
    assert_seen(data, expected, "Of its 4 bands the first three", "the fourth is left out")


def test_bands_that_gdal_names_are_taken():
    values = reflectances(4)
    names = ("Blue", "Green", "Red", "Undefined")
    items = "".join(
        f'<Item name="COLORINTERP" sample="{band}" role="colorinterp">{name}</Item>'
        for band, name in enumerate(names)
    )
    xml = f"<GDALMetadata>{items}</GDALMetadata>"
    data = tiff(values, photometric="minisblack", planarconfig="contig",
                extratags=[(42112, "s", 0, xml, True)])  # fmt: skip
    bands = values[..., [2, 1, 0]]
    assert_seen(data, by_percentiles(bands), "bands 3, 2 and 1 are named red, green and blue")


@pytest.mark.parametrize("kind", ["unassalpha", "assocalpha"])
def test_deep_opacity_is_blended(kind):
    values = reflectances(3, 65535)
    opacity = np.linspace(0, 1, ROWS * COLUMNS).reshape(ROWS, COLUMNS, 1)
    stored = values * opacity if kind == "assocalpha" else values
    four = np.concatenate([stored, opacity * 65535], axis=2).round().astype("u2")
    data = tiff(four, photometric="rgb", extrasamples=[kind])
    expected = values / 65535 * opacity + PAPER * (1 - opacity)
    atol = 2e-3 if kind == "assocalpha" else 1e-4
    sentence = "transparent pixels are blended with a gray of 25 %"
    assert_seen(data, expected.transpose(2, 0, 1), sentence, atol=atol)


def test_pixels_without_a_value_are_gray_and_counted_and_do_not_stretch():
    values = reflectances(3, 1, "f4") * 5
    values[:4, :5, 1] = np.nan
    valid = values[4:]
    low, high = np.percentile(values[np.isfinite(values).all(2)].astype(float), [2, 98])
    expected = np.clip((valid - low) / (high - low), 0, 1).transpose(2, 0, 1)
    seen = read(tiff(values, photometric="rgb"), PAPER)
    np.testing.assert_allclose(seen.levels[:, 4:], expected, atol=1e-5)
    assert (seen.levels[:, :4, :5] == PAPER).all()
    assert "20 pixels have no value; they are shown gray." in " ".join(seen.remarks)


def test_a_band_that_is_not_shown_may_be_empty():
    values = reflectances(4, 5, "f4")
    values[..., 3] = np.nan
    data = tiff(values, photometric="rgb", extrasamples=["unspecified"])
    assert_seen(data, by_percentiles(values[..., :3]), atol=1e-5)


def test_gdals_value_for_no_data_does_not_stretch():
    values = reflectances(1)
    values[:3] = 65535
    data = tiff(
        values[..., 0], photometric="minisblack", extratags=[(42113, "s", 0, "65535", True)]
    )
    seen = read(data, PAPER).levels
    assert (seen[:, :3] == PAPER).all()
    np.testing.assert_allclose(seen[:, 3:], by_percentiles(values[3:]), atol=1e-6)


def test_a_deep_picture_is_turned_and_reduced():
    values = reflectances(1, shape=(60, 1600))
    values = np.sort(values, axis=1)
    tag = (274, "H", 1, 6, True)  # upright after a quarter turn clockwise
    seen = read(tiff(values[..., 0], photometric="minisblack", extratags=[tag]), PAPER)
    assert seen.levels.shape == (3, 1024, 38)
    assert seen.levels[0, 5].mean() < 0.1 and seen.levels[0, -5].mean() > 0.9
    assert "Its 1600 x 60 px are reduced to 38 x 1024 px." in seen.remarks


def test_only_the_first_page_is_shown_and_that_is_said():
    pages = reflectances(3).transpose(2, 0, 1)
    data = tiff(pages, photometric="minisblack")
    expected = by_percentiles(pages[0][..., None])
    assert_seen(data, expected, "several pages; the first is shown")


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_a_deep_png_keeps_its_bits(channels):
    values = reflectances(channels)
    if channels in (2, 4):
        values[..., -1] = 65535
    data = imagecodecs.png_encode(values)
    shown = values[..., : channels if channels == 3 else channels - 1]
    assert_seen(data, by_percentiles(shown), "16-bit values", "percentiles 2 and 98")


@pytest.mark.parametrize("bits", [12, 15, 16])
@pytest.mark.parametrize("bands", [1, 3])
def test_a_deep_jpeg_2000_keeps_its_bits(bits, bands):
    values = reflectances(bands, 1000)
    pixels = values[..., 0] if bands == 1 else values
    data = imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, bitspersample=bits)
    assert_seen(data, by_percentiles(values), f"{bits}-bit values", "percentiles 2 and 98")


def test_lab_is_converted():
    """Against scikit-image: Lab of D50 to XYZ, Bradford's adaptation to D65, and sRGB."""
    lightness, a = np.mgrid[30:80:24j, -30:30:40j]
    lab = np.stack([lightness, a, a[:, ::-1] / 2], axis=-1).round()
    picture = np.stack([np.round(lab[..., 0] * 2.55), *(lab[..., 1:] % 256).transpose(2, 0, 1)], -1)
    data = tiff(picture.astype("u1"), photometric="cielab")
    xyz = color.lab2xyz(lab, illuminant="D50")
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367],
                         [0.0389, -0.0685, 1.0296]])  # fmt: skip
    white = [bradford @ color.xyz_tristimulus_values(illuminant=name, observer="2")
             for name in ("D50", "D65")]  # fmt: skip
    adapted = np.linalg.inv(bradford) @ np.diag(white[1] / white[0]) @ bradford
    expected = color.xyz2rgb(xyz @ adapted.T).transpose(2, 0, 1)
    assert_seen(data, expected, "Lab colors are converted", atol=8 / 255)


def test_what_is_not_read_is_refused_with_the_reason():
    values = reflectances(1)[..., 0]
    complex_numbers = tiff(values.astype("c8"), photometric="minisblack")
    with pytest.raises(PictureError, match=r"as complex numbers, which is not read here; give"):
        read(complex_numbers, PAPER)
    with pytest.raises(PictureError, match=r"cut off: a part of its pixels is missing"):
        read(tiff(values, photometric="minisblack")[:-200], PAPER)
    with pytest.raises(PictureError, match="No pixel of this picture has a value"):
        read(tiff(np.full((20, 20), np.nan, "f4"), photometric="minisblack"), PAPER)


def test_eight_bits_stay_as_they_are_whatever_is_chosen():
    values = reflectances(3, 60, "u1")
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    for data in (file.getvalue(), tiff(values, photometric="rgb")):
        for stretch in ("auto", "percentiles", "values", "type"):
            seen = assert_seen(data, (values / 255).transpose(2, 0, 1), stretch=stretch)
            assert seen.stretch == "" and seen.remarks == ()
