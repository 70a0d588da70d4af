"""What is inside trained networks, and their files, on the training page run by AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components.pages.training import state
from scalescope.core.experiments.training.run_file import NO_RUN, write
from scalescope.core.specs.spec import validate
from tests.components.pages.test_pages import everything_said, state_of
from tests.components.pages.training.fake_trainer import (
    LINE,
    Trainer,
    alone,
    done,
    figures,
    known_of,
    labels,
    names,
    opened,
    press,
    small,
)
from tests.core.experiments.training.test_sentences import result


@pytest.fixture(autouse=True)
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    with alone(monkeypatch) as made:
        yield made


@pytest.fixture
def page(open_page: Any) -> Callable[..., AppTest]:
    return partial(opened, open_page)


def loaded(run: AppTest, data: bytes) -> AppTest:
    run.session_state["training/load-box"] = True
    run.run()
    field = run.file_uploader[0]
    return field.set_value(("run.safetensors", data, "application/octet-stream")).run()


@pytest.mark.slow
def test_a_saved_run_comes_back_with_its_curve_and_its_link(page: Any) -> None:
    run = loaded(page(), write(small()["plain"]))
    assert "run 1: plain, 24 px (loaded)" in names(run)
    press(run, "Load these settings")
    spec = state_of(run, "training").spec
    assert spec == small()["plain"].spec and validate(spec)
    assert loaded(run, write(small()["plain"])) and len(run.toggle) == 2


def test_a_file_that_is_no_run_gets_one_sentence(page: Any) -> None:
    run = loaded(page(), b"nothing of the kind")
    assert [one.value for one in run.error] == [NO_RUN]
    assert "Your training runs will be listed here." in everything_said(run)


def test_what_is_inside_is_drawn_when_it_is_opened(page: Any) -> None:
    assert set(figures(page())) == {"training"}
    run = page(sections=(0, 1, 2, 3))
    wanted = {f"training-{name}" for name in ("filters", "maps", "channels", "steady")}
    assert set(figures(run)) == {"training", *wanted}
    assert figures(run)["training-maps"]["data"][1]["z"].shape[0] == 4 * 33 - 1
    text = everything_said(run)
    assert "plain has no scale channels" in text and "one of them has the largest logit" in text
    assert len(figures(run)["training-channels"]["data"]) == 4
    known = known_of(run)
    assert sum("mean confidence is" in sentence for sentence in known) == 2


def test_a_run_of_ones_own_can_be_looked_into(page: Any, trainer: Trainer) -> None:
    run = done(page, trainer)
    run.session_state["training/inside/0"] = True
    run.selectbox[0].set_value("run 1: plain, 24 px").run()
    kernels = figures(run)["training-filters"]["data"][0]["z"]
    assert kernels.shape == (3, 15)


def test_a_run_without_weights_says_so(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {"zoom": result("zoom", LINE, train_px="10:56")}
    monkeypatch.setattr(state, "precomputed_results", lambda: bare)
    run = page(sections=(0, 1, 2, 3), recipe="zoom")
    assert set(figures(run)) == {"training", "training-steady"}
    assert "weights of this run were not saved" in everything_said(run)


def test_without_finished_runs_the_page_is_usable(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "precomputed_results", dict)
    run = page(sections=(0, 1, 2, 3))
    assert figures(run)["training"]["data"] == []
    assert any(label.startswith("Train (") for label in labels(run))
