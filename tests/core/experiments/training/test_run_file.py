"""Training runs as files: what was written is read back, and nothing else is."""

import json
import pickle
import struct
from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from scalescope.core.experiments.training import run_file
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.run_file import RunFileError, read, write
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.training.recipes import recipe

FEW = {
    "steps": 2,
    "train_objects": 30,
    "test_objects": 10,
    "batch_size": 4,
    "width": 4,
    "canvas_px": 32,
}
TEST_PX = (8.0, 2**4.5)
SPEC = Spec(recipe="scale-channels", train_px="16", test_px=TEST_PX, seeds=(7, 0), **FEW)
LINES = ("test_px", "accuracy", "consistency", "change", "winners")


@pytest.fixture(scope="module")
def result():
    return run(SPEC)


@pytest.fixture(scope="module")
def data(result):
    return write(result)


def parts(data):
    """The metadata and the tensors of a file, read without our reader."""
    size = struct.unpack_from("<Q", data)[0]
    return json.loads(data[8 : 8 + size])["__metadata__"], load(data)


def changed(data, tensors=None, **metadata):
    """The file with other metadata or tensors, as somebody else would write it."""
    before, arrays = parts(data)
    return save(arrays if tensors is None else tensors, {**before, **metadata})


def curves(data, **values):
    """The file with other values in its first curve; None takes one out."""
    actual = json.loads(parts(data)[0]["curves"])
    actual[0] = {name: one for name, one in (actual[0] | values).items() if one != "gone"}
    return changed(data, curves=json.dumps(actual))


def test_what_was_written_is_read_back_bit_for_bit(result, data):
    actual = read(data)
    assert actual.spec == result.spec and len(actual.runs) == 2
    assert actual.runs[0].winners.shape == (2, len(recipe("scale-channels").scales))
    for ours, theirs in zip(actual.runs, result.runs, strict=True):
        assert ours.plan == theirs.plan
        for name in LINES:
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
        for name in ("parameters", "images", "seconds"):
            assert getattr(ours, name) == getattr(theirs, name)
        assert ours.weights.keys() == theirs.weights.keys()
        for name, array in theirs.weights.items():
            np.testing.assert_array_equal(ours.weights[name], array)
            assert ours.weights[name].dtype == array.dtype
            assert ours.weights[name].shape == array.shape
        assert [one.loss for one in ours.log] == [one.loss for one in theirs.log]
        assert [one.accuracy is None for one in ours.log] == [
            one.accuracy is None for one in theirs.log
        ]
    assert write(actual) == data


def test_another_reader_finds_the_spec_as_a_link_and_the_weights_by_seed(data):
    metadata, tensors = parts(data)
    assert metadata["format"] == run_file.FORMAT
    query = dict(parse_qsl(metadata["query"]))
    assert (query["recipe"], query["seeds"], query["train_px"]) == ("scale-channels", "7,0", "16")
    assert {name.split("/")[0] for name in tensors} == {"seed7", "seed0"}


def test_a_file_is_written_where_it_is_asked_for(result, data, tmp_path):
    path = tmp_path / "run.safetensors"
    assert write(result, path) == data == path.read_bytes()


def test_weights_need_not_be_kept(result):
    few = Result(SPEC, (result.runs[0], replace(result.runs[1], weights={})))
    actual = read(write(few))
    assert actual.runs[0].weights and not actual.runs[1].weights
    np.testing.assert_array_equal(actual.accuracy, result.accuracy)


def test_a_loss_that_was_lost_stays_so(result):
    first = result.runs[0]
    lost = replace(first, log=(replace(first.log[0], loss=float("inf")),))
    actual = read(write(Result(SPEC, (lost, result.runs[1]))))
    assert np.isnan(actual.runs[0].log[0].loss)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"PK\3\4" + b"\0" * 100,
        pickle.dumps({"format": run_file.FORMAT}),
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 40_000) + b"[" * 40_000,
        save({"a": np.zeros(3)}),
        save({"a": np.zeros(3)}, {"kind": "weights"}),
    ],
)
def test_what_is_no_run_is_refused(data):
    with pytest.raises(RunFileError, match="holds no training run"):
        read(data)


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch, data):
    monkeypatch.setattr(run_file, "MAX_BYTES", len(data) - 1)
    with pytest.raises(RunFileError, match="too large"):
        read(data)


def test_another_format_is_refused(data):
    with pytest.raises(
        RunFileError, match=f"another format; this version reads '{run_file.FORMAT}'"
    ):
        read(changed(data, format="scalescope-training-9"))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "recipe",
        "recipe=magic",
        "recipe=zoom&train_px=24",
        "steps=1e9",
        "color=red",
        "a=1&" * 99,
    ],
)
def test_a_spec_that_is_not_allowed_is_refused(data, query):
    with pytest.raises(RunFileError, match="damaged or was changed") as caught:
        read(changed(data, query=query))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        {"accuracy": [0.5]},
        {"accuracy": [0.5, 2.0]},
        {"accuracy": [0.5, None]},
        {"accuracy": "gone"},
        {"change": [[0.5, 0.5]]},
        {"winners": [0.5, 0.5]},
        {"winners": [[], []]},
        {"parameters": -1},
        {"parameters": 1.5},
        {"seconds": "12"},
        {"seconds": True},
        {"log": {}},
        {"log": [{"step": 99, "loss": 1, "accuracy": None, "seconds": 1}]},
        {"log": [3]},
    ],
)
def test_curves_that_do_not_fit_are_refused(data, values):
    with pytest.raises(RunFileError, match="damaged or was changed"):
        read(curves(data, **values))


def test_curves_of_too_few_seeds_are_refused(data):
    actual = json.loads(parts(data)[0]["curves"])
    with pytest.raises(RunFileError, match="one curve for each of 2 seeds"):
        read(changed(data, curves=json.dumps(actual[:1])))


@pytest.mark.parametrize("change", ["shape", "name", "fewer", "more", "seed"])
def test_weights_of_another_network_are_refused(data, change):
    _, tensors = parts(data)
    name = next(key for key in tensors if key.startswith("seed7/") and tensors[key].ndim == 4)
    array = tensors[name]
    if change != "more":
        del tensors[name]
    others = {"shape": {name: array[:1]}, "name": {name + "x": array}, "fewer": {}}
    others |= {"more": {"seed7/more": array}, "seed": {"seed8/weight": array}}
    with pytest.raises(RunFileError, match="weights"):
        read(changed(data, tensors | others[change]))


@given(at=st.floats(0, 0.999), byte=st.integers(0, 255), end=st.booleans())
def test_a_damaged_file_is_read_or_refused(data, at, byte, end):
    """One byte in the header is another one, or the file ends early: never another error."""
    place = int(at * struct.unpack_from("<Q", data)[0]) + 8
    broken = data[:place] if end else data[:place] + bytes([byte]) + data[place + 1 :]
    try:
        read(broken)
    except RunFileError as error:
        assert "\n" not in str(error)
    else:
        assert not end
