"""The finished runs: what the repository holds, and a small one made anew."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from scalescope.core.experiments.training import comparisons, precomputed, verdicts
from scalescope.core.experiments.training.precomputed import (
    FIVE_SEEDS,
    FOLDER,
    NAMES,
    drop_spare_weights,
    name_of,
    precomputed_results,
    spec_of,
)
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.run_file import RunFileError, read
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.specs.spec import validate
from scalescope.core.training.names import RECIPE_NAMES
from scripts.train_finished import main, small

MAX_BYTES = 300_000  # of a file in the repository
HELD = sorted(path.stem for path in FOLDER.glob("*.safetensors"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with one finished run, made by the script's own steps."""
    folder = tmp_path_factory.mktemp("finished")
    few = {"steps": 3, "train_objects": 30, "test_objects": 10, "batch_size": 4, "width": 4}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "scripts.train_finished.spec_of",
            lambda name: replace(spec_of(name), seeds=(0, 1), test_px=(12.0, 24.0), **few),
        )
        assert main(["--recipe", "plain,blur-centered", "--folder", str(folder)]) == 0
        before = (folder / "plain.safetensors").stat().st_mtime_ns
        assert main(["--recipe", "plain", "--folder", str(folder)]) == 0
        assert (folder / "plain.safetensors").stat().st_mtime_ns == before  # left as it is
    return folder


def test_what_the_script_writes_is_what_the_app_reads(tiny):
    result = precomputed_results(tiny)
    assert list(result) == ["plain", "blur-centered"]  # in the order of the table
    plain, centered = result.values()
    assert (centered.spec.recipe, centered.spec.position) == ("blur", "centered")
    assert plain.accuracy.shape == (2, 2)
    assert plain.runs[0].weights and not plain.runs[1].weights
    assert precomputed_results(tiny) is result  # read once


def test_seeds_that_a_file_lacks_are_trained_and_the_others_kept(tmp_path, monkeypatch):
    few = {"steps": 2, "train_objects": 30, "test_objects": 10, "batch_size": 4, "width": 4}
    trained, seeds = [], [(0, 1)]

    def counted(spec, *progress):
        trained.extend(spec.seeds)
        return run(spec, *progress)

    monkeypatch.setattr("scripts.train_finished.run", counted)
    monkeypatch.setattr(
        "scripts.train_finished.spec_of",
        lambda name: replace(spec_of(name), seeds=seeds[-1], test_px=(12.0, 24.0), **few),
    )
    words = ["--recipe", "scale-channels-naive", "--folder", str(tmp_path)]
    assert main(words) == 0
    path = tmp_path / "scale-channels-naive.safetensors"
    seeds.append((0, 1, 2))
    assert main(words) == 0 and trained == [0, 1, 2]
    resumed = path.read_bytes()
    assert main([*words, "--again"]) == 0 and trained == [0, 1, 2, 0, 1, 2]
    whole, kept = read(path.read_bytes()), read(resumed)
    np.testing.assert_array_equal(kept.accuracy, whole.accuracy)
    assert kept.weakest.plan == whole.weakest.plan and kept.weakest.weights
    for name, array in whole.weakest.weights.items():
        np.testing.assert_array_equal(kept.weakest.weights[name], array)


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "zoom.safetensors").write_bytes(b"no run")
    with pytest.raises(RunFileError):
        precomputed_results(tmp_path)


def test_every_recipe_is_to_be_trained_with_three_seeds_or_five_on_the_digits():
    assert NAMES[: len(RECIPE_NAMES)] == RECIPE_NAMES
    for name in NAMES:
        spec = validate(spec_of(name))
        assert spec.data == "digits" and len(spec.seeds) == (5 if name in FIVE_SEEDS else 3)
        assert name_of(spec) == name_of(replace(spec, seeds=(7,))) == name
        assert name_of(replace(spec, steps=100)) == ""
    assert name_of(Spec(recipe="zoom", position="centered")) == ""


def without(result, index):
    """The same without one seed."""
    kept = tuple(run for place, run in enumerate(result.runs) if place != index)
    return Result(replace(result.spec, seeds=tuple(run.plan.seed for run in kept)), kept)


def first_three(result):
    return result if len(result.runs) == 3 else first_three(without(result, len(result.runs) - 1))


SLOWEST = "steerable"  # keeps three seeds, and what they leave open


@pytest.mark.parametrize("name", NAMES)
def test_five_seeds_are_trained_where_three_leave_an_answer_open(name, monkeypatch):
    """Where it is another one without one of the three, or the interval crosses the line."""
    monkeypatch.setattr(verdicts, "MIN_SEEDS", 2)
    three = first_three(precomputed_results()[name])
    given = [verdict.verdict for verdict in verdicts.verdicts(three) if verdict.estimate]
    changed = any(
        [
            verdict.verdict
            for verdict in verdicts.verdicts(without(three, index))
            if verdict.estimate
        ]
        != given
        for index in range(3)
    )
    of_pair = (
        name in ("plain", "blur")
        and comparisons.size_verdict(
            *(first_three(precomputed_results()[each]) for each in ("plain", "blur"))
        ).is_undecided
    )
    is_open = changed or "undecided" in given or of_pair
    assert is_open == (name in (*FIVE_SEEDS, SLOWEST))


@pytest.mark.parametrize("name", HELD)
def test_a_file_in_the_repository_is_that_of_its_name_and_small(name):
    path = FOLDER / f"{name}.safetensors"
    assert path.stat().st_size <= MAX_BYTES
    assert precomputed_results()[name].spec == spec_of(name)


def test_no_name_but_these_is_trained(capsys):
    with pytest.raises(SystemExit):
        main(["--recipe", "plain,magic"])
    assert "'magic' is not allowed" in capsys.readouterr().err


@pytest.fixture(scope="module")
def anew():
    """The small version of a finished run, trained here; once for all tests."""
    return cache(lambda name: run(small(name)).runs[0])


def losses(run):
    return np.array([one.loss for one in run.log])


def stored(name):
    return json.loads((FOLDER / "small" / f"{name}.json").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_small_training_begins_as_it_did(name, anew):
    """The same objects, sizes, places and first weights give the same first losses. What comes
    later hangs on the last bits of sums, which differ between kinds of processor."""
    result, bundled = anew(name), stored(name)
    assert result.test_px.tolist() == bundled["test_px"] == [12, 24, 48]
    assert (result.parameters, result.images) == (bundled["parameters"], bundled["images"])
    np.testing.assert_allclose(losses(result)[:3], bundled["loss"][:3], rtol=2e-3, atol=2e-3)


def test_a_small_plain_training_ends_as_it_did(anew):
    """It knows its own size, and not those an octave away; the numbers hang on the processor."""
    result, bundled = anew("plain"), stored("plain")
    assert losses(result)[-20:].mean() == pytest.approx(np.mean(bundled["loss"][-20:]), abs=0.2)
    np.testing.assert_allclose(result.accuracy, bundled["accuracy"], atol=0.15)
    assert result.accuracy[1] > 0.8 and max(result.accuracy[[0, 2]]) < 0.45


def test_the_small_version_differs_from_the_finished_one_in_its_counts_only():
    whole, few = spec_of("blur-centered"), small("blur-centered")
    assert (few.recipe, few.position, few.train_px) == (whole.recipe, whole.position, "auto")
    assert few.steps < whole.steps and precomputed.NAMES[-1] == "blur-centered"


def test_of_scale_channels_the_weakest_seed_can_be_looked_into():
    few = {"steps": 2, "train_objects": 20, "test_objects": 10, "batch_size": 4, "width": 4}
    for recipe in ("plain", "scale-channels-naive"):
        whole = run(Spec(recipe=recipe, seeds=(3, 4, 5), test_px=(12.0, 24.0), **few))
        weakest = int(whole.accuracy.mean(axis=1).argmin())
        runs = drop_spare_weights(whole).runs
        with_weights = [index for index, run in enumerate(runs) if run.weights]
        assert with_weights == [0 if recipe == "plain" else weakest]
        assert drop_spare_weights(whole).weakest.plan.seed == (3, 4, 5)[with_weights[0]]
