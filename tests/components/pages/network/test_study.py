"""The study below the network page, run by AppTest with the real network at a few sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import cached, jobs
from scalescope.components.pages.network import conclusion
from scalescope.components.pages.network import sections as study_sections
from scalescope.core.experiments.network.spec import WEIGHTS, Spec
from scalescope.core.experiments.network.units.gratings import Gratings
from scalescope.core.experiments.network.units.kernel_copies import copies
from scalescope.core.experiments.network.units.partners import partners
from scalescope.core.imaging.subjects import RenderSettings, Subject
from scalescope.core.jobs.measurement import Measurement, done_by_count
from scalescope.core.jobs.queue import JobQueue
from scalescope.core.networks.unit_responses import Responses
from tests.components.pages.test_pages import chart, words
from tests.core.jobs.test_queue import SOON_S

QUICK = {"sizes_px": "32,64,152", "shifts": "2"}
PICTURE = np.random.default_rng(0).random((3, 40, 50)).astype(np.float32)


def _script(picture):  # type: ignore[no-untyped-def]  # AppTest runs it without our imports
    import streamlit as st

    from scalescope.components import session
    from scalescope.components.pages.network import study
    from scalescope.components.widgets import user_picture
    from scalescope.core.experiments.network import EXPERIMENT

    session.sync_from_url(EXPERIMENT)
    spec = session.state("network").spec
    if picture is not None and user_picture.user_picture("network") is None:
        user_picture._state("network").replace(picture, "upload")
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
        assert job.ended.wait(SOON_S)
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
    assert job.ended.wait(SOON_S)
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
    assert "not measured yet: which sizes units prefer" in words(page)


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


def test_layers_are_drawn_with_their_control_and_the_hypothesis_speaks() -> None:
    page = settled(opened(sections=(2,), **QUICK), "size-curve", "layers")
    shown = figures(page)
    assert [trace["z"].shape for trace in shown["network-corrected"]["data"]] == [(18, 3)] * 2
    assert "network-tolerance" in shown
    assert "H2, down-sampling generalizes over sizes: EfficientNet-Lite0 down-samples by" in words(
        page
    )
    page.session_state["network/study/measure"] = "retrieval"
    assert "network-retrieval" in figures(page.run())


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


def ready(result: Any) -> Measurement[Any, Any]:
    """A measurement that has been taken."""
    one = Measurement(lambda: iter([result]), lambda steps: steps[0], 1.0, done_by_count(1))
    return one.run(lambda fraction, partial=None: None)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random answers of a few units in place of the long measurements."""
    random = np.random.default_rng(0)
    sizes = np.array([16.0, 32.0, 64.0, 128.0])
    names = [layer.name for layer in Spec().net.layers]
    subjects = tuple(Subject(PICTURE + index, (0, 0, 9, 9), str(index)) for index in range(6))

    def answers() -> Responses:
        maps = {name: random.random((6, 4, 12)).astype(np.float32) for name in names}
        return Responses("efficientnet-lite0", False, RenderSettings(), sizes, subjects, maps, {})

    def waves() -> Gratings:
        heights = {name: random.random((4, 8, 12)).astype(np.float32) for name in names}
        return Gratings("efficientnet-lite0", False, sizes, np.zeros(8), heights)

    def tested(responses: Responses) -> Any:
        return {
            name: partners(name, sizes, one, responses.photographs)
            for name, one in responses.response.items()
        }

    measured = {weights: answers() for weights in WEIGHTS}
    tests = {weights: ready(tested(one)) for weights, one in measured.items()}
    kernels = random.standard_normal((40, 5, 5)).astype(np.float32)
    ways: dict[str, Callable[..., Measurement[Any, Any]]] = {
        "units": lambda network, weights: ready(measured[weights]),
        "partners": lambda network, weights: tests[weights],
        "gratings": lambda network, weights: ready(waves()),
        "kernels": lambda network: ready({"blocks.3": copies("blocks.3", kernels)}),
    }
    for name, way in ways.items():
        for module in (study_sections, conclusion):
            monkeypatch.setattr(module, name, way, raising=False)


def test_the_sections_about_units_are_drawn_and_h1_is_answered(planted: None) -> None:
    page = settled(opened(sections=(3, 4, 5), **QUICK), "size-curve")
    wanted = {"tuning", "preferred", "agreement", "partners", "kernels", "kernel-pairs"}
    assert {f"network-{name}" for name in wanted | {"gratings"}} < set(figures(page))
    assert "H1, separate filters for each size: measured on EfficientNet-Lite0" in words(page)
    assert "H2, down-sampling generalizes over sizes: not measured yet" in words(page)
    chosen = next(box for box in page.selectbox if box.key.startswith("network/study/preferred"))
    assert chosen.value == Spec().shown_layer
    chosen.set_value("head").run()
    assert "At head," in words(page)
