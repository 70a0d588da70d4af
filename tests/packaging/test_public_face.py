"""``import scalescope``: light, and enough for a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import scalescope
from scalescope.core.errors import UserError
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.experiment import Experiment
from scalescope.core.specs.spec import SpecError

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "torch", "streamlit", "plotly"}


def test_importing_it_loads_no_large_library() -> None:
    code = (
        "import sys, scalescope; scalescope.EXPERIMENTS; scalescope.SpecError; dir(scalescope);"
        f"sys.exit(bool({HEAVY} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_its_names_are_those_of_the_engine() -> None:
    assert scalescope.EXPERIMENTS is EXPERIMENTS
    assert scalescope.Experiment is Experiment
    assert (scalescope.SpecError, scalescope.UserError) == (SpecError, UserError)
    assert set(scalescope.__all__) <= set(dir(scalescope))
    assert all(hasattr(scalescope, name) for name in scalescope.__all__)
    with pytest.raises(AttributeError, match="'scalescope' has no attribute 'nothing'"):
        _ = scalescope.nothing


def test_run_gives_the_result_of_the_spec_with_these_values() -> None:
    experiment = EXPERIMENTS["pooling"]
    result = scalescope.run("pooling", sizes_px=[2, 4.0, 8], depth=3, pool="average")
    expected = experiment.run(experiment.spec(sizes_px=(2, 4, 8), depth=3, pool="average"))
    assert experiment.summary(result) == experiment.summary(expected)


def test_run_takes_the_inputs_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="image: "):
        scalescope.run("network", image=tmp_path / "nowhere.png")


@pytest.mark.parametrize(
    ("slug", "options", "sentence"),
    [
        ("nowhere", {}, "experiment: 'nowhere' is not allowed; give one of near-far"),
        ("near-far", {"zoom": 2}, "zoom: '2' is not allowed; give one of the fields"),
        ("near-far", {"far_m": 99.0}, "far_m: '99.0' is not allowed; give a number from 0.5 to 40"),
    ],
)
def test_run_refuses_in_one_sentence(slug: str, options: dict, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        scalescope.run(slug, **options)
    assert sentence in str(caught.value)


def test_numpy_numbers_are_numbers() -> None:
    result = scalescope.run("near-far", far_m=np.float64(12.5), depth=np.int64(2))
    assert result.spec.far_m == 12.5 and result.spec.depth == 2
