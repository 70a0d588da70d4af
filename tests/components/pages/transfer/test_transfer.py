"""Page `transfer` by AppTest: what is there at once, what is private, what is said."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from scalescope.components import cached, jobs
from scalescope.components.pages.transfer import page, sections, state
from scalescope.core.aerial.tiles import neon_crowns
from scalescope.core.experiments.transfer import measurement, sentences
from scalescope.core.experiments.transfer.findings import findings
from scalescope.core.experiments.transfer.precomputed import precomputed_results
from scalescope.core.experiments.transfer.result import collect
from scalescope.core.experiments.transfer.spec import Spec
from scalescope.core.experiments.transfer.steps import steps
from scalescope.core.jobs.measurement import Measurement, done_by_last_step
from scalescope.core.jobs.queue import JobQueue
from tests.components.pages.test_pages import (
    chart,
    component,
    everything_said,
    panel,
    state_of,
    words,
)
from tests.core.experiments.transfer.test_transfer import QUICK, colored, networks

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has a queue of its own, and no work outlives it."""
    queue = JobQueue(2)
    monkeypatch.setattr(jobs, "MEASUREMENT_QUEUE", queue)
    yield
    queue.close(60)


def quick_measurement(spec: Spec, tiles: Any = None) -> Measurement[Any, Any]:
    """A measurement of known tiles by a known network."""
    return Measurement(
        lambda: steps(QUICK, tiles or colored(), networks()), collect, 60.0, done_by_last_step
    )


def pressed(run: AppTest, text: str) -> AppTest:
    button = next(one for one in run.button if one.label.startswith(text))
    return button.click().run()


def until(run: AppTest, true: Callable[[AppTest], bool]) -> AppTest:
    """Run the page again until something holds; its jobs are waited for, not guessed at."""
    for _ in range(40):
        if true(run):
            return run
        for job in run.session_state["scalescope-jobs"].values():
            job.ended.wait(2)
        run.run()
    raise AssertionError("it never came")


def zipped(per_class: int = 20, classes: int = 2) -> bytes:
    random, file = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        for at in range(per_class * classes):
            levels = random.integers(0, 90, (16, 16, 3)) + 100 * (at % classes)
            one = io.BytesIO()
            Image.fromarray(levels.astype(np.uint8)).save(one, "PNG")
            whole.writestr(f"class {at % classes}/{at}.png", one.getvalue())
    return file.getvalue()


def test_the_first_screen_waits_for_nothing_and_gives_the_answer(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "start", lambda *_: pytest.fail("nothing may be begun"))
    run = open_page("transfer")
    said, evidence = chart(run)["layout"]["meta"]["caption"]
    choice = precomputed_results()[4.0].choice
    assert choice is not None
    assert "At 4 m per pixel, a tile of 96 m has 24 px on each side. For tiles at 4 m" in said
    for name in ("whole", "layer", "resize"):
        assert f"{choice.gains[name].points:+.1f} percentage points" in said
    assert "8 training sets of 20 tiles per class on each of 3 landscapes: 4 choose" in evidence
    assert "mean color" in evidence
    assert ["chosen layer", choice.layer] in panel(run)["readouts"]
    assert "Measure these settings" not in words(run)


def test_each_sentence_of_the_first_screen_is_among_the_findings() -> None:
    for gsd_m, result in precomputed_results().items():
        found = [finding.sentence for finding in findings(result)]
        assert sentences.recommendation(result) == found[0], gsd_m
        for describe in (sentences.describe_layer_gain, sentences.describe_resize_gain):
            assert not describe(result) or describe(result) in found
        verdicts = {each.verdict.question for each in findings(result) if each.verdict}
        assert {"recommendation", "layer-gain", "resize-gain"} <= verdicts


def test_what_measures_a_result_again_is_named(open_page: Open) -> None:
    run = open_page("transfer", gsd_m="7", labels_per_class="7")
    known = json.loads(component(run, "live_notes").json)["known"]
    assert known.count("python -m core run transfer --gsd-m 8 --json") == known.count("<h4>") > 8


def test_presets_are_measured_already(open_page: Open) -> None:
    for name, values in page.PRESETS.items():
        if values["data"] == "crowns":
            continue
        caption = chart(open_page("transfer", gsd_m=str(values["gsd_m"])))["layout"]["meta"]
        assert "The nearest measured" not in caption["caption"][0], name


def test_between_them_the_nearest_is_named_and_the_measurement_offered(open_page: Open) -> None:
    run = open_page("transfer", gsd_m="5.7")
    assert "The nearest measured GSD is" in chart(run)["layout"]["meta"]["caption"][0]
    assert any(one.label.startswith("Measure (about") for one in run.button)


def test_other_controls_keep_the_picture_and_say_what_it_is_of(open_page: Open) -> None:
    run = open_page("transfer", labels_per_class="7")
    said, remark = chart(run)["layout"]["meta"]["caption"]
    assert "For tiles at 4 m" in said and "have not been measured" in remark
    assert len(chart(run)["data"]) > 12


def test_sections_come_when_they_are_opened(open_page: Open) -> None:
    run = open_page("transfer")
    names = ("transfer-layers", "transfer-factors", "transfer-labels", "transfer-across")
    for at in range(len(sections.SECTIONS)):
        run.session_state[f"transfer/study/{at}"] = True
    run.run()
    assert not run.exception
    charts = run.get("bidi_component")
    shown = str([one.proto.bytes[:200] for one in charts]) + str(len(charts))
    found = [chart(run, at)["layout"]["meta"]["name"] for at in range(7)]
    assert set(names) <= set(found), shown
    words = everything_said(run)
    assert "Corley et al. 2023" in words and "not for these tiles" in words
    assert any(one.label.startswith("Fine-tune (about") for one in run.button)


def test_a_measurement_is_shown_when_it_is_done(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement, "measurement", quick_measurement)
    run = pressed(open_page("transfer", seed="3"), "Measure (about")
    until(run, lambda one: "Measured: the chart above" in everything_said(one))
    said = chart(run)["layout"]["meta"]["caption"][0]
    assert "At 1 m per pixel, no recommendation" in said and "color, unresized tiles" in said


def test_a_stopped_one_keeps_what_it_found_and_goes_on(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    measurements: list[Measurement[Any, Any]] = []

    def begun(spec: Spec, tiles: Any = None) -> Measurement[Any, Any]:
        measurements.append(quick_measurement(spec))
        monkeypatch.setattr(measurements[-1], "_begin", lambda: halted(measurements[-1]))
        return measurements[-1]

    def halted(work: Measurement[Any, Any]) -> Iterator[Any]:
        for at, step in enumerate(steps(QUICK, colored(), networks())):
            if at == 2:
                for job in run.session_state["scalescope-jobs"].values():
                    job.queue.cancel(job)
            yield step

    monkeypatch.setattr(measurement, "measurement", begun)
    run = open_page("transfer", seed="4")
    pressed(run, "Measure (about")
    until(run, lambda one: any(each.label.startswith("Resume") for each in one.button))
    assert measurements[0].result is not None and not measurements[0].is_complete
    assert "the results so far are shown" in everything_said(run)
    pressed(run, "Resume")
    until(run, lambda one: "Measured: the chart above" in everything_said(one))
    assert len(measurements) == 1 and measurements[0].is_complete


def test_own_tiles_are_read_and_stay_in_the_session(open_page: Open) -> None:
    run = open_page("transfer")
    run.session_state["transfer/own"] = True
    run.run()
    field = run.get("file_uploader")[0]
    field.upload("tiles.zip", zipped(), "application/zip").run()
    pressed(run, "Read the tiles")
    until(run, lambda one: any("meters per pixel" in each.value for each in one.error))
    run.number_input[0].set_value(0.5).run()
    pressed(run, "Read the tiles")
    until(run, lambda one: "40 tiles of 16 x 16 px at 0.5 m" in everything_said(one))
    assert (
        chart(run)["data"][0]["name"] == "class 0" and state_of(run, "transfer").spec.gsd_m == 0.5
    )
    said = chart(run)["layout"]["meta"]["caption"][0]
    assert "a tile of 8 m has 16 px on each side. These tiles have not been measured" in said
    other = open_page("transfer")
    assert chart(other)["data"][0]["name"] == "houses"
    pressed(run, "Remove my tiles")
    assert chart(run)["data"][0]["name"] == "houses"


def test_nothing_of_own_tiles_goes_through_shared_caches(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_page("transfer")
    session_state = state.SessionState()
    session_state.take(colored())
    run.session_state["scalescope-transfer"] = session_state
    for name in ("cached_value", "cached_large_value", "result"):
        monkeypatch.setattr(cached, name, lambda *_: pytest.fail("shared with everybody"))
    run.run()
    assert not run.exception and chart(run)["data"][0]["name"] == "red"
    assert panel(run)["controls"][1]["disabled"]


def test_what_was_measured_of_own_tiles_goes_with_them() -> None:
    session_state = state.SessionState()
    session_state.take(colored())
    work = quick_measurement(Spec())
    work.run(lambda done, partial=None: None)
    session_state.measurements = {
        (Spec(), 1, "measured"): work,
        (Spec(), 0, "measured"): quick_measurement(Spec()),
    }
    session_state.take(None)
    assert list(session_state.measurements) == [(Spec(), 0, "measured")] and work.result is None


def test_a_missing_package_is_one_sentence_and_the_page_stays_usable(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neon_crowns, "PICTURES", (("nowhere.png", "nowhere.xml"),))
    run = open_page("transfer", data="crowns", gsd_m="0.1")
    assert not run.exception
    assert "requirements-data.txt adds it. Until then" in run.info[0].value
    assert [one["name"] for one in panel(run)["controls"]] == list(page.MAIN_FIELDS)


def test_names_of_own_files_are_only_names(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, session_state = open_page("transfer"), state.SessionState()
    session_state.take(replace(colored(), notes=("Left out: <i>x</i>.png.",)))
    run.session_state["scalescope-transfer"] = session_state
    run.session_state["transfer/own"] = True
    monkeypatch.setattr(measurement, "measurement", quick_measurement)
    run.run()
    pressed(run, "Measure (about")
    until(run, lambda one: "Measured: the chart above" in everything_said(one))
    said = everything_said(run)
    assert said.count("Left out: &lt;i&gt;x&lt;/i&gt;.png.") == 2 and "<i>" not in said
