"""The training page, run by AppTest: the finished runs, and trainings of one's own.

Trainings are carried out by a stand-in for the process; the real one has tests of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components.pages import PAGES
from scalescope.components.pages.training import state
from scalescope.core.errors import UserError
from scalescope.core.experiments.training import precomputed, subprocess_run, time_estimate
from scalescope.core.experiments.training.run_file import OTHER_FORMAT, RunFileError
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.formatting import duration
from scalescope.core.specs.spec import validate
from scalescope.core.training.data import DATA, DataSource
from scalescope.core.training.pace import Pace
from tests.components.pages.test_pages import everything_said
from tests.components.pages.training.fake_trainer import (
    QUICK,
    Trainer,
    alone,
    bars,
    done,
    figures,
    jobs_of,
    known_of,
    labels,
    names,
    opened,
    press,
    until_bar,
)
from tests.core.jobs.test_queue import SOON_S


@pytest.fixture(autouse=True)
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    with alone(monkeypatch) as made:
        yield made


@pytest.fixture
def page(open_page: Any) -> Callable[..., AppTest]:
    return partial(opened, open_page)


def test_the_first_screen_shows_the_finished_runs_and_waits_for_nothing(page: Any) -> None:
    run = page()
    assert names(run) == {"plain", "zoom", "scale-channels", "scale-channels-naive"}
    assert not jobs_of(run) and not bars(run)
    text = everything_said(run)
    assert "is below half of its maximum. **" in text and "at most five percentage points" in text
    assert "How tolerant of size is plain?" in text and "by writers of training digits" in text
    assert text.count("<tr>") == 5 and "<b>plain</b>" in text


def test_the_chosen_recipe_is_the_strong_one_and_in_the_table(page: Any) -> None:
    run = page(recipe="zoom")
    strong = [one["name"] for one in figures(run)["training"]["data"] if one.get("fill")]
    assert strong == ["plain, highest limit", "zoom, highest limit"]
    text = everything_said(run)
    assert "<b>zoom</b>" in text and "Simonyan" in text
    caption = figures(run)["training"]["layout"]["meta"]["caption"][0]
    assert "Trained at 10 to 56 px, zoom has its highest test accuracy at 24 px: 90 %" in caption


def test_all_answers_on_the_page_are_in_how_we_know(page: Any, trainer: Trainer) -> None:
    """One-seed runs of two steps have learned nothing: all of their answers are undecided."""
    run = done(page, trainer, recipe="scale-channels")
    text = unescape(everything_said(run))
    found = known_of(run)
    assert len(found) == len(set(found)) > 8
    for question in ("one octave smaller", "more accurate than plain", "nearest to the trained"):
        told = [sentence for sentence in found if question in sentence]
        assert told and all(sentence in text for sentence in told)
    assert "Undecided whether scale-channels keeps half of its highest accuracy" in text
    assert "is not clearly above chance, 10 %" in text


def test_the_time_is_said_beforehand(page: Any) -> None:
    spec = Spec()
    seconds = time_estimate.estimate(spec, Pace(0.05, 0.0001)).seed_s
    wanted = duration(seconds)
    assert f"Train (about {wanted} per seed, {duration(3 * seconds)} in total)" in labels(page())
    assert "Train (about 1 s)" in labels(page(seeds="7", **QUICK))


def test_it_learns_stops_and_goes_on_where_it_was(page: Any, trainer: Trainer) -> None:
    run = press(page(seeds="0,1", **QUICK), "Train")
    trainer.steps.release(1)
    until_bar(run, "seed 1 of 2, 17%")
    shown = figures(run)["training-learning"]
    assert shown["data"][0]["y"] == [2.0] and len(shown["data"]) == 2
    press(run, "Stop")
    assert jobs_of(run)[0].ended.wait(SOON_S)
    text = everything_said(run.run())
    assert "stopped at 17%" in text and "Stop" not in labels(run)
    press(run, "Resume")
    trainer.steps.release(4)
    assert jobs_of(run)[-1].ended.wait(SOON_S)
    assert "done, " in everything_said(run.run())
    assert [checkpoint and checkpoint.metadata for checkpoint in trainer.resumed] == [
        None,
        {"seed": 0},
        None,
    ]
    assert "run 1: plain, 24 px" in names(run)


def test_a_run_is_drawn_above_or_not_and_can_be_removed(page: Any, trainer: Trainer) -> None:
    run = done(page, trainer)
    title = "run 1: plain, 24 px"
    assert title in names(run)
    run.toggle[0].set_value(False).run()
    assert title not in names(run)
    press(run, "Remove")
    assert "Your training runs will be listed here." in everything_said(run)
    assert not run.toggle


def test_several_wait_in_line_and_one_too_many_is_refused(page: Any) -> None:
    run = press(page(seeds="0", **QUICK), "Train")
    until_bar(run, "starting")
    press(run, "Train")
    assert "waiting, first in line" in bars(run)[1]
    press(run, "Train")
    assert [one.value for one in run.warning] == [
        "1 of your jobs are already waiting, the maximum."
    ]
    assert len(bars(run)) == 2
    press(run, "Stop", 1)
    assert "stopped at 0%" in everything_said(run.run())


def test_a_fault_is_one_sentence(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> None:
        raise UserError("There is no memory left.")

    monkeypatch.setattr(subprocess_run, "train_in_subprocess", refuses)
    run = press(page(seeds="0", **QUICK), "Train")
    assert jobs_of(run)[0].ended.wait(SOON_S)
    assert "There is no memory left." in everything_said(run.run())


def test_no_session_sees_the_runs_of_another(page: Any, trainer: Trainer) -> None:
    done(page, trainer)
    assert "Your training runs will be listed here." in everything_said(page())


def test_missing_data_are_said_and_nothing_can_be_started(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DataSource, "missing_reason", lambda self: "They are missing.")
    run = page(data="mnist")
    assert [one.value for one in run.info] == [
        "They are missing. Until then, choose another data set."
    ]
    assert not any(label.startswith("Train") for label in labels(run))


def test_a_finished_run_of_another_version_breaks_no_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses() -> None:
        raise RunFileError(OTHER_FORMAT)

    monkeypatch.undo()
    monkeypatch.setattr(precomputed, "precomputed_results", refuses)
    assert state.precomputed_results() == {}


def test_what_is_trained_alike_is_said(page: Any) -> None:
    assert "Training is the same as for plain" in everything_said(
        page(recipe="scale-channels-naive")
    )
    assert "Training is the same as" not in everything_said(page())


def test_presets_are_what_they_say() -> None:
    page = next(entry for entry in PAGES if entry.slug == "training").load()
    for values in page.presets.values():
        assert validate(Spec(**values))
    assert set(DATA) == {"shapes", "digits", "mnist"}
