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

from scalescope.core.aerial.layer_sizes import measured_networks
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.calculator import sentences
from scalescope.core.experiments.calculator.drawings import DRAWINGS
from scalescope.core.experiments.calculator.pictures import (
    BACKGROUND,
    VIEW_SIDE,
    network_input,
    sensor_image,
    sensor_view,
)
from scalescope.core.experiments.calculator.run import run, summary
from scalescope.core.experiments.calculator.spec import CUSTOM, Spec
from scalescope.core.networks import NETWORKS
from scalescope.core.specs.spec import SpecError, validate

ROOT = Path(__file__).parents[4]


def test_the_command_line_prints_the_promised_keys() -> None:
    words = [sys.executable, "-m", "core", "run", "calculator"]
    words += ["--sensor", "worldview-3", "--object", "car", "--json"]
    printed = json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout)
    assert printed["gsd_m"] == 0.31 and round(printed["object_px"], 1) == 14.5
    assert printed["input_px"] == printed["object_px"] and printed["context_m"] == 224 * 0.31
    assert list(printed["octaves_to_layer"]) == [
        layer.name for layer in NETWORKS["efficientnet-lite0"].layers
    ]
    for name, octaves in printed["octaves_to_layer"].items():
        assert (octaves is None) == (not printed["prefers"][name])
        assert printed["range_px"][name] in printed["ranges_px"][name]
        if octaves is None:
            assert printed["resample"][name] is printed["resampled_context_m"][name] is None
            continue
        best = printed["input_px"] * 2**octaves
        assert printed["best_px"][name]["value"] == pytest.approx(best)
        assert printed["best_px"][name]["low"] <= best <= printed["best_px"][name]["high"]
        assert printed["resample"][name] * printed["object_px"] == pytest.approx(best)
        assert printed["resampled_context_m"][name] * printed["resample"][name] == pytest.approx(
            69.44
        )
    assert printed["verdict"] == "too small for the layer"
    verdict = printed["verdicts"][0]
    assert (verdict["question"], verdict["subject"]) == ("object-suits-layer", "head")
    assert verdict["verdict"] == printed["suits"]["head"] == "no"
    assert verdict["advice"]["resize_by"] == pytest.approx(printed["resample"]["head"])


def test_no_torch_and_no_table_of_networks_is_needed() -> None:
    code = "import sys; from scalescope.core.experiments.calculator.spec import Spec;"
    code += "from scalescope.core.experiments.calculator.run import run, summary;"
    code += "summary(run(Spec())); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = done.stdout.decode().split()
    assert "torch" not in loaded and "scalescope.core.networks" not in loaded


def test_a_custom_camera_and_object() -> None:
    spec = Spec(
        sensor=CUSTOM, object=CUSTOM, focal_mm=600, pitch_um=7.5, altitude_m=786_000, size_m=196.5
    )
    assert spec.gsd_m == pytest.approx(9.825) and spec.object_px == pytest.approx(20)
    assert summary(run(spec))["object_px"] == pytest.approx(20)


def test_a_layer_of_another_network_is_refused_in_one_sentence() -> None:
    with pytest.raises(SpecError, match=r"layer: 'blocks\.16' is not allowed; give 'auto' or"):
        validate(Spec(layer="blocks.16"))
    validate(Spec(layer="blocks.16", network="mobilenet-v2"))
    with pytest.raises(ValueError, match="it has stem"):
        measured_networks()["efficientnet-lite0"].layer("stern")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_pixel_is_the_mean_over_its_footprint(name: str) -> None:
    fine = sensor_image(name, 16 * 12.3, 16 * 20)
    blocks = fine.reshape(20, 16, 20, 16).mean(axis=(1, 3))
    np.testing.assert_allclose(sensor_image(name, 12.3, 20), blocks, atol=2e-3)


def test_what_one_pixel_shows_of_a_car_in_sentinel_2() -> None:
    """The car's own area over the pixel's: all of it lies in one pixel, with background around."""
    car = sensor_image("car", 100, 100)
    alone = sensor_image("car", 0.45, 1)[0, 0]
    assert alone == pytest.approx(BACKGROUND + 0.45**2 * (car.mean() - BACKGROUND), abs=1e-4)
    assert abs(alone - BACKGROUND) < 0.03


def test_a_view_repeats_whole_pixels() -> None:
    size = 14.5
    view = sensor_view("car", size, 144)
    values = sensor_image("car", size, 27)
    assert VIEW_SIDE * size == pytest.approx(26.1)
    assert set(np.unique(view)) <= set(np.unique(values))
    assert view[72, 72] == values[13, 13]
    assert len(np.unique(sensor_view("house", 0.2, 30))) == 1
    np.testing.assert_array_equal(sensor_view("car", 5000, 60), sensor_view("car", 50, 60))


@pytest.mark.parametrize("resize", (2.0, 5.0))
def test_enlarging_is_torchs_bilinear_interpolation(resize: float) -> None:
    pixels = 25
    sensor = torch.from_numpy(sensor_image("house", 12.0, pixels))[None, None]
    whole = torch.nn.functional.interpolate(sensor, scale_factor=resize, mode="bilinear")[0, 0]
    cells = int(pixels * resize)
    inner = slice(int(2 * resize), cells - int(2 * resize))
    enlarged = network_input("house", 12.0, resize, cells)
    np.testing.assert_allclose(enlarged[inner, inner], whole[inner, inner], atol=1e-5)


def test_shrinking_averages_and_one_leaves_as_it_is() -> None:
    np.testing.assert_array_equal(network_input("cat", 30, 1, 64), sensor_image("cat", 30, 64))
    fine = sensor_image("cat", 30, 128).reshape(64, 2, 64, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(network_input("cat", 30, 0.5, 64), fine, atol=1e-5)


@pytest.mark.parametrize(
    ("values", "side_px"),
    [
        ({"sensor": "phone", "resize": 0.02}, 3024),  # the picture ends
        ({"sensor": "phone", "resize": 0.1}, 2240),  # the input ends
        ({"sensor": "landsat", "resize": 0.02}, 185_000 / 30),
        ({"sensor": CUSTOM, "resize": 0.02}, 11_200),
    ],
)
def test_the_input_shows_no_more_ground_than_the_sensors_picture(
    values: dict[str, object], side_px: float
) -> None:
    spec = Spec(**values)
    assert spec.field_of_view_px(spec.resize) == pytest.approx(side_px)
    assert spec.field_of_view_m(spec.resize) == pytest.approx(side_px * spec.gsd_m)
    said = "as the sensor's picture covers" in sentences.describe_view(run(spec))
    assert said == (side_px == pytest.approx(spec.picture_side_px))


def test_what_lies_beyond_the_sensors_picture_is_black() -> None:
    whole = network_input("cat", 300, 0.1, 64)
    cut = network_input("cat", 300, 0.1, 64, picture_px=401)
    inside = slice(12, 52)  # 40.1 px in the middle
    np.testing.assert_array_equal(cut[inside, inside], whole[inside, inside])
    edge = cut[11, inside] / whole[11, inside]
    np.testing.assert_allclose(edge, 0.05, atol=1e-5)
    assert not cut[:11].any() and not cut[:, 53:].any()


def test_extremes_give_finite_pictures_and_numbers() -> None:
    kind = EXPERIMENTS["calculator"].spec
    for values in (
        {"object": "field", "sensor": CUSTOM, "altitude_m": 1, "focal_mm": 20_000, "pitch_um": 0.5},
        {"object": CUSTOM, "size_m": 0.05, "sensor": CUSTOM, "altitude_m": 1e6, "focal_mm": 0.5},
        {"object": "cat", "sensor": "landsat", "resize": 0.02},
        {"object": "field", "sensor": "phone", "altitude_m": 1, "resize": 64.0},
    ):
        result = run(validate(kind(**values)))
        assert result.input_at_best_size is not None
        for picture in (result.view, result.input_as_resized, result.input_at_best_size):
            assert np.isfinite(picture).all() and 0 <= picture.min() <= picture.max() <= 1 + 1e-6
        assert all(sentences.describe(result))
        assert math.isfinite(summary(result)["octaves_to_layer"]["head"])
