"""The experiment training: its controls, its numbers, and the command line."""

import json
import subprocess
import sys

import numpy as np
import pyarrow.parquet
import pytest

from scalescope.core.command_line.main import main
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.run import run, summary
from scalescope.core.experiments.training.spec import Spec, parse_range
from scalescope.core.specs.spec import SpecError, from_query, from_text, to_query, validate
from scalescope.core.training.plan import Plan
from tests.core.command_line.sweep.sweep_toy import ROOT

SMALL = {
    "steps": 4,
    "train_objects": 40,
    "test_objects": 20,
    "batch_size": 8,
    "width": 4,
    "seeds": (0, 3),
}
SMALL |= {"canvas_px": 32, "test_px": (8.0, 16.0, 32.0)}
WORDS = (
    "--steps",
    "4",
    "--train-objects",
    "40",
    "--test-objects",
    "20",
    "--batch-size",
    "8",
    "--width",
    "4",
)
WORDS += ("--canvas-px", "32", "--test-px", "8:32:log3", "--train-px", "16")


def test_the_defaults_are_those_of_a_plan_and_of_the_recipe():
    first, *others = Spec().plans()
    assert [plan.seed for plan in (first, *others)] == [0, 1, 2]
    assert first == Plan("plain", test_px=Spec().test_px)
    assert Spec().test_px == from_text(Spec, {"test_px": "8:64:log12"}).test_px
    assert Spec(recipe="zoom").train_range_px == (12, 48)


@pytest.mark.parametrize(
    ("written", "sizes"),
    [("auto", None), ("24", (24, 24)), ("10:56", (10, 56)), ("9.5:9.5", (9.5, 9.5))],
)
def test_training_sizes_are_read(written, sizes):
    assert parse_range(written) == sizes
    assert from_text(Spec, {"train_px": written}).train_px == written


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("train_px", "24:10", "from 4 to 128 px"),
        ("train_px", "abc", "'auto', one size or LOW:HIGH"),
        ("train_px", "1:2:3", "LOW:HIGH"),
        ("train_px", "nan", "LOW:HIGH"),
        ("train_px", "200", "from 4 to 128 px"),
        ("train_px", "24:100", "sizes up to 64 px, the side of the canvas"),
        ("test_px", "8,100", "sizes up to 64 px, the side of the canvas"),
        ("test_px", "8", "2 to 32 numbers"),
        ("seeds", "0.5", "whole numbers"),
        ("seeds", "1,1", "seeds that differ"),
        ("seeds", ",".join(map(str, range(17))), "1 to 16 whole numbers"),
        ("train_objects", "1500", "at most 1397 with 400 test objects, of the 1797 digits"),
        ("recipe", "magic", "one of plain, zoom"),
    ],
)
def test_what_is_not_allowed_is_one_sentence(field, written, says):
    with pytest.raises(SpecError, match=f"^{field}: '.*' is not allowed; give ") as caught:
        from_text(Spec, {field: written})
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("recipe", ["zoom", "natural"])
def test_a_recipe_of_a_range_refuses_one_size(recipe):
    with pytest.raises(SpecError, match=r"train_px: '24' .* a range such as 12:48"):
        from_text(Spec, {"recipe": recipe, "train_px": "24"})


def test_a_canvas_that_is_too_small_for_the_recipe_is_refused():
    with pytest.raises(SpecError, match=r"train_px: 'auto' .* up to 32 px"):
        validate(Spec(recipe="zoom", canvas_px=32, test_px=(8.0, 32.0)))


def test_what_the_data_hold_bounds_the_objects_of_a_link():
    spec, dropped = from_query(Spec, {"test_objects": "700"})
    assert (spec.train_objects, spec.test_objects) == (1097, 700) and len(dropped) == 1


def test_a_link_says_it_all():
    spec = Spec(recipe="zoom", train_px="12:40", seeds=(4, 9), noise=0.25)
    assert from_query(Spec, to_query(spec)) == (spec, [])


def test_the_controls_need_neither_torch_nor_scikit_learn():
    code = (
        "import sys; from scalescope.core.experiments import EXPERIMENTS; "
        "from scalescope.core.specs.spec import validate; "
        "validate(EXPERIMENTS['training'].spec()); "
        "assert not {'torch', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def result():
    reported = []
    actual = run(Spec(train_px="16", **SMALL), reported.append)
    assert (
        all(0 < share < 1 for share in reported[:-1])
        and reported[-1] == 1
        and len(reported) == 2 * 4 + 1
    )
    return actual


def test_the_numbers_are_by_seed_and_size(result):
    numbers = summary(result)
    assert numbers["test_px"] == pytest.approx([8, 16, 32])
    for name in ("accuracy", "consistency", "change"):
        actual = np.array(numbers[name])
        assert actual.shape == (2, 3) and ((actual >= 0) & (actual <= 1)).all()
    assert numbers["seconds"] == pytest.approx(sum(numbers["seconds_per_seed"]))
    convolutions = 9 * (1 * 4 + 4 * 8 + 8 * 16 + 16 * 16)
    assert numbers["parameters"] == convolutions + 2 * (4 + 8 + 16 + 16) + 16 * 10 + 10
    assert (numbers["steps"], numbers["images"]) == (4, 32)
    assert numbers["winners"] is None and numbers["scales"] is None


def test_a_seed_gives_the_same_network_wherever_it_stands(result):
    again = run(Spec(train_px="16", **{**SMALL, "seeds": (3,)}))
    for name, array in result.runs[1].weights.items():
        np.testing.assert_array_equal(again.runs[0].weights[name], array)
    other = result.runs[0].weights
    assert any((array != other[name]).any() for name, array in again.runs[0].weights.items())


def test_the_command_line_gives_the_same_numbers(result, capsys):
    assert main(["run", "training", *WORDS, "--seeds", "0,3", "--json"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers["accuracy"] == result.accuracy.tolist()
    assert {"test_px", "accuracy", "seconds", "parameters"} <= set(numbers)


def test_a_sweep_has_a_row_for_each_combination(tmp_path, capsys):
    out = tmp_path / "t.parquet"
    words = ["sweep", "training", *WORDS, "--seeds", "0;3", "--recipe", "plain,blur"]
    assert main([*words, "--out", str(out)]) == 0
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert [row["seeds"] for row in rows] == [[0], [0], [3], [3]]
    assert [row["recipe"] for row in rows] == ["plain", "blur"] * 2
    assert all(np.shape(row["accuracy"]) == (1, 3) for row in rows)


def test_a_gpu_that_is_not_there_is_refused_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["run", "training", "--device", "cuda"]) == 2
    text = capsys.readouterr().err
    assert text == "device: 'cuda' is not allowed; give cpu: torch finds no GPU here.\n"


def test_a_device_reaches_the_training(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    left, inputs = EXPERIMENTS["training"].parse_inputs({"device": "cuda", "recipe": "zoom"})
    assert left == {"recipe": "zoom"} and inputs == {"device": "cuda"}


def test_a_result_says_what_it_was_trained_on(result):
    assert result.label == "16 px" and result.train_range_px == (16, 16)
    assert isinstance(result, Result) and result.test_px.tolist() == pytest.approx([8, 16, 32])
