"""Page `calculator`: its table and its presets say what the verdicts do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalescope.components.pages.calculator import LAYER_COLUMNS, PRESETS, _layer_row, readouts
from scalescope.core.aerial.layer_sizes import measured_networks
from scalescope.core.experiments.calculator.run import run
from scalescope.core.experiments.calculator.spec import Spec


@pytest.mark.parametrize("network", measured_networks())
def test_a_row_gives_the_answer_and_no_size_where_there_is_none(network: str) -> None:
    for target in run(Spec(network=network, resize=3)).targets:
        row = dict(zip(LAYER_COLUMNS, _layer_row(target), strict=True))
        assert row["suits"] == target.verdict.verdict
        assert (row["best size, px"] == "none") == (target.best is None)
        assert (row["factor (octaves)"] == "") == (target.best is None)
        assert row["shuffled, px"].count(",") == len(target.layer.shuffled) - 1


def test_a_preset_enlarges_to_the_best_size_of_the_last_layer() -> None:
    preset = replace(Spec(), **PRESETS["Enlarged for the last layer"])
    target = run(preset).target
    assert target.octaves == pytest.approx(0, abs=0.02)


def test_the_field_of_view_ends_with_the_sensors_picture() -> None:
    rows = dict(readouts(Spec(sensor="phone", resize=0.02)))
    assert rows["field of view"] == "3024 px, 99.8 m"
