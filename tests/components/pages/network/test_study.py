"""The study below the network page, run by AppTest with the real network at a few sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import cached, jobs
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study import measurements
from scalescope.core.experiments.network.tolerance.precomputed import precomputed_tolerances
from scalescope.core.jobs.measurement import Measurement, done_by_count
from scalescope.core.jobs.queue import JobQueue
from tests.components.pages.test_pages import chart, words

QUICK = {"sizes_px": "32,64,152", "shifts": "2"}
PATIENCE_S = 120  # an upper bound, for a busy machine
PICTURE = np.random.default_rng(0).random((3, 40, 50)).astype(np.float32)


def _script(picture):  # type: ignore[no-untyped-def]  # AppTest runs it without our imports
    import streamlit as st

    from scalescope.components import session
    from scalescope.components.pages.network import study
    from scalescope.components.widgets import user_picture
    from scalescope.core.experiments.network import EXPERIMENT
    from scalescope.core.imaging.decode_worker import DecodedPicture

    session.sync_from_url(EXPERIMENT)
    spec = session.state("network").spec
    if picture is not None and user_picture.user_picture("network") is None:
        user_picture._state("network").show(DecodedPicture(picture), b"", "upload")
    study.size_curve(spec, picture)
    st.divider()
    study.draw(spec, picture)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has a queue and caches of its own."""
    monkeypatch.setattr(jobs, "MEASUREMENT_QUEUE", JobQueue(2))
    cached._value.clear()
    yield
    cached._value.clear()


def opened(picture: Any = None, sections: tuple[int, ...] = (), **query: str) -> AppTest:
    page = AppTest.from_function(_script, args=(picture,), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    for number in sections:
        page.session_state[f"network/study/{number}"] = True
    return page.run()


def known(page: AppTest) -> dict[str, jobs.Job]:
    state = page.session_state
    result = state["scalescope-jobs"] if "scalescope-jobs" in state else {}  # noqa: SIM401
    return {name: job for (_, name, _), job in result.items()}


def settled(page: AppTest, *names: str) -> AppTest:
    """After the jobs of these names, and no others, have ended."""
    assert set(known(page)) == set(names)
    for job in known(page).values():
        assert job.ended.wait(PATIENCE_S)
        assert job.state == "done", job.error
    page.run()
    assert not page.exception and not page.error
    return page


def figures(page: AppTest) -> dict[str, dict[str, Any]]:
    assert not page.exception
    count = sum(
        element.proto.component_name.endswith("live_chart")
        for element in page.get("bidi_component")
    )
    charts = [chart(page, index) for index in range(count)]
    return {figure["layout"]["meta"]["name"]: figure for figure in charts}


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def press(page: AppTest, begins: str) -> AppTest:
    return next(one for one in page.button if one.label.startswith(begins)).click().run()


def ready(result: Any) -> Measurement[Any, Any]:
    """A measurement that has been taken."""
    one = Measurement(lambda: iter([result]), lambda steps: steps[0], 1.0, done_by_count(1))
    return one.run(lambda fraction, partial=None: None)


def test_the_size_curve_begins_by_itself_in_a_frame_that_stays() -> None:
    page = opened(**QUICK)
    first = figures(page)["network-size-curve"]
    settled(page, "size-curve")
    last = figures(page)["network-size-curve"]
    assert first["layout"]["height"] == last["layout"]["height"]
    line = last["data"][-1]
    assert line["x"] == [32, 64, 152] and line["y"][0] < 0.1 < 0.8 < line["y"][-1]
    assert "Measure" not in " ".join(labels(page))


def test_what_one_session_measured_another_finds_there() -> None:
    settled(opened(**QUICK), "size-curve")
    other = opened(**QUICK, near_px="99")
    assert not known(other)
    shown = figures(other)["network-size-curve"]
    assert len(shown["data"][-1]["x"]) == 3 and shown["layout"]["shapes"][0]["x0"] == 99


def test_the_control_is_one_click() -> None:
    page = settled(opened(**QUICK), "size-curve")
    page.toggle[0].set_value(True).run()
    assert page.toggle[0].label == "Compare with shuffled weights"
    settled(page, "size-curve")
    thin = figures(page)["network-size-curve"]["data"][-1]
    assert thin["name"] == "shuffled" and max(thin["y"]) < 0.1


def test_a_picture_of_ones_own_waits_for_a_click_and_is_shared_with_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared: list[str] = []
    real: Callable[..., Any] = cached.cached_value
    monkeypatch.setattr(
        cached, "cached_value", lambda name, *rest: shared.append(name) or real(name, *rest)
    )
    page = opened(PICTURE, **QUICK)
    assert not known(page) and any(label.startswith("Measure (about") for label in labels(page))
    press(page, "Measure (about")
    settled(page, "size-curve")
    assert len(figures(page)["network-size-curve"]["data"][-1]["x"]) == 3
    assert not [name for name in shared if "sweep" in name or "details" in name]


def test_a_stop_is_kept_to_and_the_rest_follows_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(PICTURE, **QUICK)
    press(page, "Measure (about")
    job = known(page)["size-curve"]
    jobs.MEASUREMENT_QUEUE.cancel(job)
    assert job.ended.wait(PATIENCE_S)
    page.run().run()
    before = known(page)["size-curve"]
    assert before is job and not job.is_live  # it has not begun again by itself
    if job.state == "canceled":
        press(
            page, "Resume" if any(one.startswith("Resume") for one in labels(page)) else "Measure"
        )
    settled(page, "size-curve")
    assert len(figures(page)["network-size-curve"]["data"][-1]["x"]) == 3


def test_a_section_computes_nothing_until_it_is_opened() -> None:
    page = settled(opened(**QUICK), "size-curve")
    assert list(figures(page)) == ["network-size-curve"]
    assert "One picture is not enough: over all of them, this was measured at the" in words(page)


def test_the_backgrounds_are_compared_in_words_once_all_are_there() -> None:
    page = settled(opened(sections=(0,), **QUICK), "size-curve", "backgrounds")
    figure = figures(page)["network-backgrounds"]
    named = [trace["name"] for trace in figure["data"] if trace.get("showlegend", True)]
    assert named == ["gray", "mean", "black", "white", "texture"]
    assert figure["layout"]["meta"]["caption"][0].startswith("Background: ")


def test_detail_is_compared_with_size_whatever_detail_is_on_screen() -> None:
    page = settled(opened(sections=(1,), **QUICK, detail_px="24"), "size-curve", "detail")
    lines = [t for t in figures(page)["network-detail"]["data"] if t.get("showlegend", True)]
    assert lines[1]["x"] == [32, 64, 152]
    really = lines[0]["y"][-1]
    curve = figures(page)["network-size-curve"]["data"][-1]["y"][-1]
    assert really > curve + 0.05  # the curve has only 24 px of detail


def test_layers_are_drawn_with_their_control_and_the_hypothesis_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over_all = ready(precomputed_tolerances("efficientnet-lite0"))
    monkeypatch.setattr(measurements, "tolerances", lambda spec: over_all)
    page = settled(opened(sections=(2,), **QUICK), "size-curve", "layers")
    shown = figures(page)
    assert [trace["z"].shape for trace in shown["network-corrected"]["data"]] == [(18, 3)] * 2
    names = [trace["name"] for trace in shown["network-tolerance"]["data"]]
    assert "shuffled weights, 5 copies" in names and "trained, median of 10 pictures" in names
    assert names[-1] == "a cat"
    assert "H2, down-sampling generalizes over sizes: EfficientNet-Lite0 down-samples" in words(
        page
    )
    page.session_state["network/study/measure"] = "retrieval"
    assert "network-retrieval" in figures(page.run())


def test_over_all_pictures_other_settings_are_measured_when_asked() -> None:
    page = opened(sections=(2,), background="white")
    assert "network-tolerance" not in figures(page)
    assert sum(label.startswith("Measure (about") for label in labels(page)) >= 1
    assert "One picture is not enough: over all of them" in words(page)


def test_the_layers_are_known_over_all_pictures_before_anything_is_measured() -> None:
    page = opened(sections=(2,), network="vgg16-hed")
    names = [trace["name"] for trace in figures(page)["network-tolerance"]["data"]]
    assert "trained, median of 10 pictures" in names and names[-1] == "a cat"
    said = words(page)
    assert "VGG16 down-samples between its layers in 4 places, by max-pooling." in said
    assert "Of 17 layers, compared with shuffled weights, " in said


def test_one_picture_of_ones_own_has_no_verdict_on_the_network() -> None:
    page = opened(PICTURE, network="efficientnet-lite0", sizes_px="32,152", shifts="1")
    said = words(page)
    assert "undecided for EfficientNet-Lite0. One picture, yours, is not enough" in said


def test_long_measurements_say_how_long_and_wait() -> None:
    page = opened(sections=(2, 3), network="vgg16-hed")
    assert not known(page)
    asked = [label for label in labels(page) if label.startswith("Measure")]
    assert len(asked) == 2 and all("minutes" in label for label in asked)
    assert any("has no classes" in one.proto.body for one in page.get("html"))


def test_a_network_that_is_not_installed_has_no_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(Spec().net), "missing_reason", lambda self: "It is missing.")
    page = opened(sections=(0, 1, 2, 3, 4, 5))
    assert not page.exception and not figures(page) and not known(page)
