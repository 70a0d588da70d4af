"""The controls of the network experiment, and what only the command line may name."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from scalescope.core.experiments.network.spec import DEFAULT_SIZES_PX, SWEEP, Spec
from scalescope.core.imaging.subjects import CAT_CLASSES, SUBJECTS
from scalescope.core.networks import NETWORKS, labels
from scalescope.core.networks.compute import ComputeOptions
from scalescope.core.networks.inputs import parse_inputs
from scalescope.core.networks.notation import parse_box, parse_classes
from scalescope.core.specs.field_types import parse_numbers
from scalescope.core.specs.measurement_key import measurement_key
from scalescope.core.specs.spec import SpecError, from_query, from_text, to_query, validate

ROOT = Path(__file__).parents[4]


def test_importing_the_controls_brings_neither_torch_nor_pixels():
    code = (
        "import sys, scalescope.core.experiments.network.spec as n; n.Spec().shown_layer;"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    ).stdout
    assert "scalescope.core.experiments.network" in loaded.split()
    assert not {"torch", "scipy", "skimage"} & set(loaded.split())


def test_the_standard_sweep_is_a_quarter_of_an_octave_a_step():
    assert parse_numbers("16:215:log16") == DEFAULT_SIZES_PX == Spec().sizes_px
    steps = np.diff(np.log2(DEFAULT_SIZES_PX))
    assert steps == pytest.approx([np.log2(215 / 16) / 15] * 15) and steps.max() <= 0.26


def test_the_defaults_are_valid_and_their_link_is_empty():
    assert to_query(validate(Spec())) == {}
    spec = from_text(Spec, {"sizes_px": "16:224:log16", "background": "gray"})
    assert len(spec.sizes_px) == 16 and from_query(Spec, to_query(spec)) == (spec, [])


@pytest.mark.parametrize("slug", NETWORKS)
def test_every_network_has_a_middle_layer_and_its_own_canvas(slug):
    spec = validate(Spec(network=slug))
    names = [layer.name for layer in NETWORKS[slug].layers]
    assert spec.shown_layer == names[len(names) // 2]
    assert spec.render_settings().canvas_px == NETWORKS[slug].input_px
    assert spec.render_settings().gray == NETWORKS[slug].padding_gray


def test_the_layer_must_be_one_of_the_networks():
    assert validate(Spec(layer="head")).layer == "head"
    with pytest.raises(SpecError, match="layer: 'conv1_1' is not allowed; give 'auto' or one of"):
        validate(Spec(layer="conv1_1"))
    assert validate(Spec(layer="conv1_1", network="vgg16-hed")).layer == "conv1_1"
    spec, errors = from_query(Spec, {"layer": "nowhere", "near_px": "99"})
    assert spec == Spec(near_px=99) and len(errors) == 1


def test_boxes():
    assert parse_box("auto") is None and parse_box("0,25.5,50,100") == (0, 25.5, 50, 100)
    spec = from_text(Spec, {"box": "0,0,50,50"})
    assert spec.subject().box == (0, 0, 150, 226) and spec.subject().classes == CAT_CLASSES
    assert Spec().subject().box == (0, 18, 300, 361)
    picture = np.zeros((3, 40, 80), dtype=np.float32)
    assert Spec().subject(picture).box == (0, 0, 40, 80) and not Spec().subject(picture).classes
    assert spec.subject(picture).box == (0, 0, 20, 40)
    for wrong in ("1,2,3", "0,0,0,50", "0,0,101,50", "a,b,c,d", "", "nan,0,50,50"):
        with pytest.raises(SpecError, match=r"box: .* percent of the picture"):
            from_text(Spec, {"box": wrong})


def test_classes_are_numbers_or_names():
    tabby = labels()[281]
    assert parse_classes("285, 281,281") == (281, 285)
    assert parse_classes(tabby.upper()) == (281,)
    assert set(parse_classes("cat")) >= {283, 284}  # Persian and Siamese cat
    assert all("cat" in labels()[at].casefold().split() for at in parse_classes("cat"))
    assert Spec(classes="13").subject().classes == (13,)
    for wrong in ("1000", "-1", "no such thing", "281,,282"):
        with pytest.raises(SpecError, match=r"classes: .* numbers from 0 to 999 or names"):
            validate(Spec(classes=wrong))


def test_what_is_only_shown_does_not_change_the_sweep():
    spec = Spec(near_px=99, far_px=20, layer="head", row_shift_px=3, column_shift_px=-3)
    assert measurement_key(spec, SWEEP) == Spec()
    changed = replace(spec, background="white")
    assert measurement_key(changed, SWEEP) == Spec(background="white")


def test_given_takes_what_no_link_may_hold(tmp_path):
    levels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    path = tmp_path / "thing.png"
    Image.fromarray(levels).save(path)
    values = {"image": str(path), "device": "cpu", "background": "white"}
    left, result = parse_inputs(values)
    assert left == {"background": "white"} and result["compute"] == ComputeOptions("cpu")
    np.testing.assert_allclose(result["picture"], levels.transpose(2, 0, 1) / 255, atol=1e-6)
    assert values["image"] == str(path)  # what was given is left as it is
    names = {"image": "coffee", "network": "mobilenet-v2"}
    assert parse_inputs(names) == (names, {})
    assert all(parse_inputs({"image": name})[1] == {} for name in SUBJECTS)


@pytest.mark.filterwarnings("ignore:.*jit:DeprecationWarning")
def test_given_opens_a_network_file(tmp_path):
    path = tmp_path / "own.pt"
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, stride=2), torch.nn.ReLU())
    torch.jit.trace(module, torch.zeros(1, 3, 32, 32), check_trace=False).save(str(path))
    left, result = parse_inputs({"network": str(path)})
    assert left == {} and result["network"].network.title == "own.pt"


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"image": "no/such.png"}, "image: 'no/such.png' is not allowed; give one of chelsea,"),
        ({"image": "."}, "image: '.' is not allowed; give one of"),
        ({"network": "none.pt"}, "network: 'none.pt' is not allowed; give one of efficientnet"),
        ({"network": "weights.pth"}, "network: .* pickle"),
        ({"device": "tpu"}, "device: 'tpu' is not allowed; give one of auto, cpu, cuda."),
        ({"precision": "int8"}, "precision: 'int8' is not allowed; give one of float16, float32."),
        (
            {"precision": "float16"},
            "precision: .* give float32; float16 needs a network of the table on",
        ),
        ({"compiled": "maybe"}, "compiled: 'maybe' is not allowed; give yes or no."),
        (
            {"compiled": "yes"},
            "compiled: 'yes' is not allowed; give no; yes needs a network of the table on",
        ),
    ],
)
def test_what_cannot_be_opened_is_refused_in_a_sentence(values, sentence):
    with pytest.raises(SpecError, match=sentence) as caught:
        parse_inputs(values)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no picture")
    with pytest.raises(SpecError, match=r"image: .*another file \(.* no picture"):
        parse_inputs({"image": str(path)})


def test_a_deep_picture_is_stretched_and_that_is_said_on_standard_error(tmp_path, capsys):
    values = np.linspace(0, 3000, 600).reshape(20, 30).astype(np.uint16)
    path = tmp_path / "tile.png"
    Image.fromarray(values).save(path)
    left, found = parse_inputs({"image": str(path)})
    assert left == {} and found["picture"].mean() == pytest.approx(0.5, abs=0.01)
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == (
        f"image: '{path}': 16-bit values 0 to 3000, shown from 59.9 (black) to 2939 (white): "
        "percentiles 2 and 98.\n"
    )
    _, found = parse_inputs({"image": str(path), "stretch": "type"})
    assert found["picture"].max() == pytest.approx(3000 / 65535)
    assert "the whole range of the type" in capsys.readouterr().err
    with pytest.raises(SpecError, match=r"stretch: 'gamma'.* auto, percentiles, values, type"):
        parse_inputs({"image": str(path), "stretch": "gamma"})


@pytest.mark.parametrize("there", [False, True])
def test_auto_is_a_gpu_where_there_is_one(there, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: there)
    result = parse_inputs({"device": "auto"})[1]
    assert result == {"compute": ComputeOptions("cuda" if there else "cpu")}
    quick = {"precision": "float16", "compiled": "yes"}
    if there:
        assert parse_inputs(quick, "auto")[1] == {
            "compute": ComputeOptions("auto", "float16", True)
        }
        return
    with pytest.raises(SpecError, match="precision: 'float16' is not allowed; give float32"):
        parse_inputs(quick, "auto")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_refused():
    with pytest.raises(SpecError, match="device: 'cuda' is not allowed; give cpu"):
        parse_inputs({"device": "cuda"})
