"""The finished runs: what the repository holds, and a small one made anew."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from scalescope.core.experiments.training import precomputed
from scalescope.core.experiments.training.precomputed import (
    FOLDER,
    NAMES,
    drop_spare_weights,
    precomputed_results,
    spec_of,
)
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.run_file import RunFileError
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


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "zoom.safetensors").write_bytes(b"no run")
    with pytest.raises(RunFileError):
        precomputed_results(tmp_path)


def test_every_recipe_is_to_be_trained_with_three_seeds_on_the_digits():
    assert NAMES[: len(RECIPE_NAMES)] == RECIPE_NAMES
    for name in NAMES:
        spec = validate(spec_of(name))
        assert spec.data == "digits" and len(spec.seeds) >= 3


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
