"""The calculator: arithmetic against closed forms, pictures against other ways to make them."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.calculator import sentences
from scalescope.core.experiments.calculator.drawings import DRAWINGS
from scalescope.core.experiments.calculator.layer_ranges import Range, measured, range_of
from scalescope.core.experiments.calculator.layer_tuning import cover, layer_curve, measure
from scalescope.core.experiments.calculator.pictures import (
    AROUND,
    GROUND,
    at_input,
    footprints,
    seen,
)
from scalescope.core.experiments.calculator.run import run, summary
from scalescope.core.experiments.calculator.spec import OWN, Spec
from scalescope.core.imaging.subjects import Subject
from scalescope.core.networks import NETWORKS
from scalescope.core.networks.unit_responses import SIZES_PX
from scalescope.core.specs.spec import SpecError, validate
from tests.core.networks.fake_network import fake, flat

ROOT = Path(__file__).parents[4]


def test_the_command_line_prints_the_promised_keys() -> None:
    words = [sys.executable, "-m", "core", "run", "calculator"]
    words += ["--sensor", "worldview-3", "--object", "car", "--json"]
    found = json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout)
    assert found["gsd_m"] == 0.31 and round(found["object_px"], 1) == 14.5
    assert found["input_px"] == found["object_px"] and found["context_m"] == 224 * 0.31
    assert list(found["octaves_to_layer"]) == [
        layer.name for layer in NETWORKS["efficientnet-lite0"].layers
    ]
    for name, octaves in found["octaves_to_layer"].items():
        low, high = found["range_px"][name]
        wanted = found["input_px"] * 2**octaves
        assert low <= wanted * (1 + 1e-9) and wanted <= high * (1 + 1e-9)
        assert found["resample"][name] * found["object_px"] == pytest.approx(wanted)
        assert found["resampled_context_m"][name] * found["resample"][name] == pytest.approx(69.44)
    assert found["verdict"] == "too small for the layer"


def test_no_torch_and_no_table_of_networks_is_needed() -> None:
    code = "import sys; from scalescope.core.experiments.calculator.spec import Spec;"
    code += "from scalescope.core.experiments.calculator.run import run, summary;"
    code += "summary(run(Spec())); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = done.stdout.decode().split()
    assert "torch" not in loaded and "scalescope.core.networks" not in loaded


def test_resizing_to_the_layer_brings_the_object_there() -> None:
    for net, measurement in measured().items():
        for layer in measurement.layers:
            before = run(Spec(network=net, layer=layer.name, sensor="naip", object="house"))
            after = run(
                Spec(
                    network=net,
                    layer=layer.name,
                    sensor="naip",
                    object="house",
                    resize=before.answer.resample,
                )
            )
            assert after.answer.octaves == pytest.approx(0, abs=1e-9)
            assert after.answer.resample == pytest.approx(before.answer.resample)
            assert sentences.verdict(after.spec) == "within the layer's range"


def test_ones_own_camera_and_object() -> None:
    spec = Spec(
        sensor=OWN, object=OWN, focal_mm=600, pitch_um=7.5, altitude_m=786_000, size_m=196.5
    )
    assert spec.gsd_m == pytest.approx(9.825) and spec.object_px == pytest.approx(20)
    assert summary(run(spec))["object_px"] == pytest.approx(20)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"sensor": "sentinel-2"}, "shape is gone"),
        ({"sensor": "sentinel-2", "resize": 64.0}, "shape is gone"),
        ({"resize": 0.1}, "shape is gone at the input"),
        ({}, "too small for the layer"),
        ({"resize": 4.7}, "within the layer's range"),
        ({"resize": 14.0}, "too large for the layer"),
        ({"resize": 16.0}, "larger than the input"),
        ({"layer": "stem"}, "outside of what was measured"),
    ],
)
def test_verdicts(values: dict[str, object], verdict: str) -> None:
    assert sentences.verdict(Spec(**values)) == verdict


def test_sentences_say_what_is_gone_what_is_gained_and_what_it_costs() -> None:
    start = run(Spec())
    assert "a car of 4.5 m spans 14.5 px" in sentences.sentence(start)
    assert "Sentinel-2 it spans 0.45 px: no shape is left" in sentences.sentence(start)
    advice = sentences.advice(start)
    assert "2.2 octaves more" in advice and "Enlarging by 4.7" in advice
    assert "14.7 m of ground along a side instead of 69.4 m" in advice
    gone = run(Spec(sensor="landsat"))
    assert "its shape is gone. Seen by NAIP it spans 7.5 px" in sentences.sentence(gone)
    assert "enlarging cannot bring back" in sentences.advice(gone)
    large = sentences.advice(run(Spec(sensor="drone", altitude_m=20)))
    assert "Shrinking to 0.084" in large and "is averaged away" in large
    assert "no reason to resample" in sentences.advice(run(Spec(layer="stem", resize=3)))
    assert "it is there" in sentences.advice(run(Spec(resize=4.73)))


def test_a_layer_of_another_network_is_refused_in_one_sentence() -> None:
    with pytest.raises(SpecError, match=r"layer: 'blocks\.16' is not allowed; give 'auto' or"):
        validate(Spec(layer="blocks.16"))
    validate(Spec(layer="blocks.16", network="mobilenet-v2"))
    with pytest.raises(ValueError, match="it has stem"):
        measured()["efficientnet-lite0"].layer("stern")


def test_the_measured_layers_are_those_of_the_table() -> None:
    for slug, net in measured().items():
        table = NETWORKS[slug]
        assert (net.title, net.input_px) == (table.title, table.input_px)
        assert [one.name for one in net.layers] == [layer.name for layer in table.layers]
        assert [one.title for one in net.layers] == [layer.title for layer in table.layers]
        assert net.sizes_px == pytest.approx(SIZES_PX, abs=1e-3)
        for layer in net.layers:
            assert len(layer.curve) == len(SIZES_PX) and 0 < max(layer.curve) <= 1


@pytest.mark.parametrize("width", (0.5, 0.8, 1.2))
def test_the_range_of_a_bell_is_where_a_bell_falls_to_nine_tenths(width: float) -> None:
    """exp(-u**2 / 2 w**2) = .9 at u = w * sqrt(2 ln(1 / .9)); here on a fine grid of sizes."""
    sizes = np.exp2(np.arange(2, 9, 0.01))
    curve = np.exp(-((np.log2(sizes) - 5.5) ** 2) / (2 * width**2))
    found = range_of(sizes.tolist(), (0.7 * curve).tolist())
    reach = width * math.sqrt(2 * math.log(1 / 0.9))
    assert math.log2(found.best_px) == pytest.approx(5.5, abs=0.01)
    assert found.octaves == pytest.approx(2 * reach, abs=0.02)
    assert not (found.open_below or found.open_above or found.is_wide)


def test_a_range_is_cut_off_where_the_sizes_end_and_a_second_hump_is_left_out() -> None:
    assert range_of((16, 32, 64), (0.2, 0.5, 1.0)) == Range(
        pytest.approx(32 * 2 ** (0.4 / 0.5)), 64, False, True
    )
    flat_curve = range_of((16, 32, 64, 128, 256), (0.95, 1, 0.97, 0.93, 0.91))
    assert flat_curve.open_below and flat_curve.open_above and flat_curve.is_wide
    assert flat_curve.wanted_px(10) == 16 and flat_curve.wanted_px(50) == 50
    assert range_of((1, 2, 4, 8), (0.9, 1.0, 0.5, 0.99)).high_px < 4


def test_cover_is_the_overlap_counted_pixel_by_pixel() -> None:
    fine = 1000
    for start, side, cells, stride in ((3.25, 9.5, 8, 4), (-6.0, 20.0, 7, 8), (2.0, 1.0, 4, 32)):
        points = start + (np.arange(fine * 8) + 0.5) * side / (fine * 8)
        counted = np.histogram(points, bins=np.arange(cells + 1) * stride)[0]
        np.testing.assert_allclose(
            cover(start, side, cells, stride), counted / counted.sum(), atol=2e-4
        )


def test_the_layer_curve_is_the_mean_of_curves_over_their_own_maxima() -> None:
    response = np.array([[1.0, 0.0, 8.0], [4.0, 0.0, 4.0], [2.0, 0.0, 0.0]])
    np.testing.assert_allclose(layer_curve(response), [(0.25 + 1) / 2, (1 + 0.5) / 2, 0.25])
    assert not layer_curve(np.zeros((3, 2))).any()


def test_measuring_a_network_of_which_everything_is_known() -> None:
    """Colour is alike at all sizes; edges of a flat thing are one column of it: 1 / size."""
    told: list[float] = []
    subject = Subject(flat((1.0, 0.9, 0.8)), (0, 0, 40, 40), "flat")
    found = measure(fake(), [subject], told.append)
    np.testing.assert_allclose(found["colour"][::2], 1, atol=1e-4)  # whole pixels
    np.testing.assert_allclose(found["colour"], 1, atol=0.03)
    assert SIZES_PX[2] == 32  # the largest that is inside of the canvas of 64 px after every shift
    np.testing.assert_allclose(found["edges"][[0, 2]], [1, 0.5], rtol=1e-3)
    assert told == [1.0]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_pixel_is_the_mean_over_its_footprint(name: str) -> None:
    fine = footprints(name, 16 * 12.3, 16 * 20)
    blocks = fine.reshape(20, 16, 20, 16).mean(axis=(1, 3))
    np.testing.assert_allclose(footprints(name, 12.3, 20), blocks, atol=2e-3)


def test_what_one_pixel_shows_of_a_car_in_sentinel_2() -> None:
    """The car's own area over the pixel's: all of it lies in one pixel, with ground around."""
    car = footprints("car", 100, 100)
    alone = footprints("car", 0.45, 1)[0, 0]
    assert alone == pytest.approx(GROUND + 0.45**2 * (car.mean() - GROUND), abs=1e-4)
    assert abs(alone - GROUND) < 0.03


def test_a_view_repeats_whole_pixels() -> None:
    size = 14.5
    view = seen("car", size, 144)
    values = footprints("car", size, 27)
    assert AROUND * size == pytest.approx(26.1)
    assert set(np.unique(view)) <= set(np.unique(values))
    assert view[72, 72] == values[13, 13]
    assert len(np.unique(seen("house", 0.2, 30))) == 1
    np.testing.assert_array_equal(seen("car", 5000, 60), seen("car", 50, 60))


@pytest.mark.parametrize("resize", (2.0, 5.0))
def test_enlarging_is_torchs_bilinear_interpolation(resize: float) -> None:
    pixels = 25
    sensor = torch.from_numpy(footprints("house", 12.0, pixels))[None, None]
    whole = torch.nn.functional.interpolate(sensor, scale_factor=resize, mode="bilinear")[0, 0]
    cells = int(pixels * resize)
    inner = slice(int(2 * resize), cells - int(2 * resize))
    found = at_input("house", 12.0, resize, cells)
    np.testing.assert_allclose(found[inner, inner], whole[inner, inner], atol=1e-5)


def test_shrinking_averages_and_one_leaves_as_it_is() -> None:
    np.testing.assert_array_equal(at_input("cat", 30, 1, 64), footprints("cat", 30, 64))
    fine = footprints("cat", 30, 128).reshape(64, 2, 64, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(at_input("cat", 30, 0.5, 64), fine, atol=1e-5)


def test_extremes_give_finite_pictures_and_numbers() -> None:
    kind = EXPERIMENTS["calculator"].spec
    for values in (
        {"object": "field", "sensor": OWN, "altitude_m": 1, "focal_mm": 20_000, "pitch_um": 0.5},
        {"object": OWN, "size_m": 0.05, "sensor": OWN, "altitude_m": 1e6, "focal_mm": 0.5},
        {"object": "cat", "sensor": "landsat", "resize": 0.02},
        {"object": "field", "sensor": "phone", "altitude_m": 1, "resize": 64.0},
    ):
        result = run(validate(kind(**values)))
        for picture in (result.view, result.given, result.brought):
            assert np.isfinite(picture).all() and 0 <= picture.min() <= picture.max() <= 1 + 1e-6
        assert sentences.sentence(result) and sentences.advice(result)
        assert math.isfinite(summary(result)["octaves_to_layer"]["head"])
