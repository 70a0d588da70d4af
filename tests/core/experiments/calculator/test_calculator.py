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

from scalescope.core.aerial.layer_sizes import SizeRange, measured_networks, range_of
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.calculator import sentences
from scalescope.core.experiments.calculator.drawings import DRAWINGS
from scalescope.core.experiments.calculator.layer_tuning import (
    cell_coverage,
    layer_curve,
    measure,
)
from scalescope.core.experiments.calculator.pictures import (
    BACKGROUND,
    VIEW_SIDE,
    network_input,
    sensor_image,
    sensor_view,
)
from scalescope.core.experiments.calculator.run import run, summary
from scalescope.core.experiments.calculator.spec import CUSTOM, Spec
from scalescope.core.imaging.subjects import Subject
from scalescope.core.networks import NETWORKS
from scalescope.core.networks.unit_responses import SIZES_PX
from scalescope.core.specs.spec import SpecError, validate
from tests.core.networks.fake_network import fake, flat

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
        low, high = printed["range_px"][name]
        wanted = printed["input_px"] * 2**octaves
        assert low <= wanted * (1 + 1e-9) and wanted <= high * (1 + 1e-9)
        assert printed["resample"][name] * printed["object_px"] == pytest.approx(wanted)
        assert printed["resampled_context_m"][name] * printed["resample"][name] == pytest.approx(
            69.44
        )
    assert printed["verdict"] == "too small for the layer"


def test_no_torch_and_no_table_of_networks_is_needed() -> None:
    code = "import sys; from scalescope.core.experiments.calculator.spec import Spec;"
    code += "from scalescope.core.experiments.calculator.run import run, summary;"
    code += "summary(run(Spec())); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = done.stdout.decode().split()
    assert "torch" not in loaded and "scalescope.core.networks" not in loaded


@pytest.mark.slow
def test_resizing_to_the_layer_brings_the_object_there() -> None:
    for network, measurement in measured_networks().items():
        for layer in measurement.layers:
            before = run(Spec(network=network, layer=layer.name, sensor="naip", object="house"))
            after = run(
                Spec(
                    network=network,
                    layer=layer.name,
                    sensor="naip",
                    object="house",
                    resize=before.target.resample,
                )
            )
            assert after.target.octaves == pytest.approx(0, abs=1e-9)
            assert after.target.resample == pytest.approx(before.target.resample)
            assert sentences.verdict(after.spec) == "within the layer's range"


def test_a_custom_camera_and_object() -> None:
    spec = Spec(
        sensor=CUSTOM, object=CUSTOM, focal_mm=600, pitch_um=7.5, altitude_m=786_000, size_m=196.5
    )
    assert spec.gsd_m == pytest.approx(9.825) and spec.object_px == pytest.approx(20)
    assert summary(run(spec))["object_px"] == pytest.approx(20)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"sensor": "sentinel-2"}, "not resolved"),
        ({"sensor": "sentinel-2", "resize": 64.0}, "not resolved"),
        ({"resize": 0.1}, "not resolved at the input"),
        ({}, "too small for the layer"),
        ({"resize": 4.7}, "within the layer's range"),
        ({"resize": 14.0}, "too large for the layer"),
        ({"resize": 16.0}, "larger than the input"),
        ({"layer": "stem"}, "outside the measured sizes"),
    ],
)
def test_verdicts(values: dict[str, object], verdict: str) -> None:
    assert sentences.verdict(Spec(**values)) == verdict


def test_sentences_say_what_is_not_resolved_and_what_resizing_costs() -> None:
    start = run(Spec())
    size_of = sentences.describe_size
    assert "a car of 4.5 m spans 14.5 px" in size_of(start)
    assert "Sentinel-2, it spans 0.45 px and is not resolved (below 2 px)." in size_of(start)
    target = sentences.describe_target(start)
    assert "4.7 times larger than the object at the input now (2.2 octaves)" in target
    assert "Enlarging by a factor of 4.7 reaches this size but adds no detail" in target
    assert "the field of view is 14.7 m along a side instead of 69.4 m" in target
    gone = run(Spec(sensor="landsat"))
    assert "is not resolved (below 2 px). Seen by NAIP, it still spans 7.5 px." in size_of(gone)
    assert "Enlarging cannot restore" in sentences.describe_target(gone)
    large = sentences.describe_target(run(Spec(sensor="drone", altitude_m=20)))
    assert "Shrinking to 0.084" in large and "is averaged away" in large
    assert "no reason to resize" in sentences.describe_target(run(Spec(layer="stem", resize=3)))
    assert "The object is at this center" in sentences.describe_target(run(Spec(resize=4.73)))


def test_a_layer_of_another_network_is_refused_in_one_sentence() -> None:
    with pytest.raises(SpecError, match=r"layer: 'blocks\.16' is not allowed; give 'auto' or"):
        validate(Spec(layer="blocks.16"))
    validate(Spec(layer="blocks.16", network="mobilenet-v2"))
    with pytest.raises(ValueError, match="it has stem"):
        measured_networks()["efficientnet-lite0"].layer("stern")


def test_the_measured_layers_are_those_of_the_table() -> None:
    for slug, network in measured_networks().items():
        table = NETWORKS[slug]
        assert (network.title, network.input_px) == (table.title, table.input_px)
        assert [layer.name for layer in network.layers] == [layer.name for layer in table.layers]
        assert [layer.title for layer in network.layers] == [layer.title for layer in table.layers]
        assert network.sizes_px == pytest.approx(SIZES_PX, abs=1e-3)
        for layer in network.layers:
            assert len(layer.curve) == len(SIZES_PX) and 0 < max(layer.curve) <= 1


@pytest.mark.parametrize("width", (0.5, 0.8, 1.2))
def test_the_range_of_a_bell_is_where_a_bell_falls_to_nine_tenths(width: float) -> None:
    """exp(-u**2 / 2 w**2) = .9 at u = w * sqrt(2 ln(1 / .9)); here on a fine grid of sizes."""
    sizes = np.exp2(np.arange(2, 9, 0.01))
    curve = np.exp(-((np.log2(sizes) - 5.5) ** 2) / (2 * width**2))
    sizes_of_curve = range_of(sizes.tolist(), (0.7 * curve).tolist())
    reach = width * math.sqrt(2 * math.log(1 / 0.9))
    assert math.log2(sizes_of_curve.preferred_px) == pytest.approx(5.5, abs=0.01)
    assert sizes_of_curve.octaves == pytest.approx(2 * reach, abs=0.02)
    assert not sizes_of_curve.is_wide
    assert not (sizes_of_curve.open_below or sizes_of_curve.open_above)


def test_a_range_is_cut_off_where_the_sizes_end_and_a_second_hump_is_left_out() -> None:
    assert range_of((16, 32, 64), (0.2, 0.5, 1.0)) == SizeRange(
        pytest.approx(32 * 2 ** (0.4 / 0.5)), 64, False, True
    )
    flat_curve = range_of((16, 32, 64, 128, 256), (0.95, 1, 0.97, 0.93, 0.91))
    assert flat_curve.open_below and flat_curve.open_above and flat_curve.is_wide
    assert flat_curve.target_px(10) == 16 and flat_curve.target_px(50) == 50
    assert range_of((1, 2, 4, 8), (0.9, 1.0, 0.5, 0.99)).high_px < 4


def test_cover_is_the_overlap_counted_pixel_by_pixel() -> None:
    fine = 1000
    for start, side, cells, stride in ((3.25, 9.5, 8, 4), (-6.0, 20.0, 7, 8), (2.0, 1.0, 4, 32)):
        points = start + (np.arange(fine * 8) + 0.5) * side / (fine * 8)
        counted = np.histogram(points, bins=np.arange(cells + 1) * stride)[0]
        np.testing.assert_allclose(
            cell_coverage(start, side, cells, stride), counted / counted.sum(), atol=2e-4
        )


def test_the_layer_curve_is_the_mean_of_curves_over_their_own_maxima() -> None:
    response = np.array([[1.0, 0.0, 8.0], [4.0, 0.0, 4.0], [2.0, 0.0, 0.0]])
    np.testing.assert_allclose(layer_curve(response), [(0.25 + 1) / 2, (1 + 0.5) / 2, 0.25])
    assert not layer_curve(np.zeros((3, 2))).any()


def test_measuring_a_network_of_which_everything_is_known() -> None:
    """Color is equal at all sizes; edges of a flat object are one column of it: 1 / size."""
    progress: list[float] = []
    subject = Subject(flat((1.0, 0.9, 0.8)), (0, 0, 40, 40), "flat")
    curves = measure(fake(), [subject], progress.append)
    np.testing.assert_allclose(curves["color"][::2], 1, atol=1e-4)  # whole pixels
    np.testing.assert_allclose(curves["color"], 1, atol=0.03)
    assert SIZES_PX[2] == 32  # the largest that is inside of the canvas of 64 px after every shift
    np.testing.assert_allclose(curves["edges"][[0, 2]], [1, 0.5], rtol=1e-3)
    assert progress == [1.0]


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


def test_extremes_give_finite_pictures_and_numbers() -> None:
    kind = EXPERIMENTS["calculator"].spec
    for values in (
        {"object": "field", "sensor": CUSTOM, "altitude_m": 1, "focal_mm": 20_000, "pitch_um": 0.5},
        {"object": CUSTOM, "size_m": 0.05, "sensor": CUSTOM, "altitude_m": 1e6, "focal_mm": 0.5},
        {"object": "cat", "sensor": "landsat", "resize": 0.02},
        {"object": "field", "sensor": "phone", "altitude_m": 1, "resize": 64.0},
    ):
        result = run(validate(kind(**values)))
        for picture in (result.view, result.input_as_resized, result.input_at_preferred_size):
            assert np.isfinite(picture).all() and 0 <= picture.min() <= picture.max() <= 1 + 1e-6
        assert all(sentences.describe(result))
        assert math.isfinite(summary(result)["octaves_to_layer"]["head"])
