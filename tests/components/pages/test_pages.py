"""Every row of PAGES, opened, linked, changed and broken."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from scalescope.components import jobs
from scalescope.components.live.chart.wire import unpack
from scalescope.components.page_frame import snippet
from scalescope.components.pages import PAGES, PageEntry
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.field_types import Choice, Number
from scalescope.core.specs.spec import field_types, to_query

TIMES = re.compile(r"'seconds\w*': (\[[^\]]*\]|[^,}]*)")
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)


def chart(run: AppTest, at: int = 0) -> dict[str, Any]:
    """The figure that the ``at``-th live chart of a run was given."""
    charts = [
        element.proto
        for element in run.get("bidi_component")
        if element.proto.component_name.endswith("live_chart")
    ]
    return unpack(charts[at].bytes)["figure"]


def component(run: AppTest, name: str) -> Any:
    """What the first component of a name was given."""
    elements = (element.proto for element in run.get("bidi_component"))
    return next(proto for proto in elements if proto.component_name.endswith(name))


def panel(run: AppTest) -> dict[str, Any]:
    """What the panel of a run was told."""
    elements = (element.proto for element in run.sidebar.get("bidi_component"))
    told: dict[str, Any] = json.loads(next(elements).json)
    return told


def state_of(run: AppTest, slug: str) -> Any:
    return run.session_state[f"scalescope/{slug}"]


def address(run: AppTest) -> dict[str, str]:
    """The query: AppTest gives a text for what the script wrote, a list for what the test did."""
    pairs = run.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in pairs}


def end_jobs(run: AppTest) -> None:
    """Stop the long work that a page has begun, so that none outlives the tests."""
    if "scalescope-jobs" not in run.session_state:
        return
    for job in run.session_state["scalescope-jobs"].values():
        jobs.MEASUREMENT_QUEUE.cancel(job)
        job.ended.wait(60)


@pytest.fixture
def open_page(open_page: Any) -> Iterator[Any]:
    """The fixture of that name; the work that one opening has begun ends with the next."""
    runs: list[AppTest] = []

    def opened(slug: str, **query: Any) -> AppTest:
        while runs:
            end_jobs(runs.pop())
        runs.append(open_page(slug, **query))
        return runs[-1]

    yield opened
    for run in runs:
        end_jobs(run)


def words(run: AppTest) -> str:
    """The headings, paragraphs and remarks of a run, without their tags."""
    bodies = " ".join(element.proto.body for element in run.get("html"))
    return unescape(re.sub("<[^>]*>", "", bodies))


def everything_said(run: AppTest) -> str:
    said = [element.value for element in [*run.markdown, *run.warning]]
    said += [element.proto.body for element in run.get("html")]
    return " ".join([*said, json.loads(component(run, "live_notes").json)["html"]])


def test_slugs_are_those_of_the_experiments() -> None:
    assert [page.slug for page in PAGES] == list(EXPERIMENTS)


def test_the_app_opens_on_the_first_page(app: AppTest) -> None:
    run = app.run()
    assert not run.exception
    assert json.loads(component(run, "live_header").json)["title"] == PAGES[0].title
    assert chart(run)["layout"]["meta"]["name"] == PAGES[0].slug


@EACH_PAGE
def test_page_opens_with_a_picture_and_words(page: PageEntry, open_page: Any) -> None:
    run = open_page(page.slug)
    assert not run.exception and not run.error and not run.warning
    assert len(chart(run)["data"]) > 4
    assert len(chart(run)["layout"]["meta"]["caption"][0]) > 40


@EACH_PAGE
def test_every_field_has_one_control(page: PageEntry) -> None:
    shown = [*page.load().main_fields, *page.load().advanced_fields]
    hidden = {
        "near-far": {"pin"},
        "filter": {"pin"},
        "network": {"order", "page", "unit", "colors"},
    }.get(page.slug, set())
    assert len(shown) == len(set(shown))
    assert set(shown) == set(field_types(EXPERIMENTS[page.slug].spec)) - hidden


@pytest.mark.slow
@EACH_PAGE
def test_every_choice_of_every_field_draws(page: PageEntry, open_page: Any) -> None:
    for name, limit in field_types(EXPERIMENTS[page.slug].spec).items():
        for option in limit.options if isinstance(limit, Choice) else ():
            run = open_page(page.slug, **{name: option})
            assert not run.exception, (name, option)
            assert getattr(state_of(run, page.slug).spec, name) == option


@pytest.mark.slow
@EACH_PAGE
def test_both_ends_of_every_number_draw(page: PageEntry, open_page: Any) -> None:
    for name, limit in field_types(EXPERIMENTS[page.slug].spec).items():
        for end in (limit.low, limit.high) if isinstance(limit, Number) else ():
            run = open_page(page.slug, **{name: limit.format(end)})
            assert not run.exception, (name, end)


@pytest.mark.slow
@EACH_PAGE
def test_presets_are_allowed_and_draw(page: PageEntry, open_page: Any) -> None:
    for values in page.load().presets.values():
        spec = EXPERIMENTS[page.slug].spec(**values)
        run = open_page(page.slug, **to_query(spec))
        assert state_of(run, page.slug).spec == spec
        assert not run.exception and not run.warning


@EACH_PAGE
def test_the_header_has_the_presets_and_a_way_back(page: PageEntry, open_page: Any) -> None:
    described = json.loads(component(open_page(page.slug), "live_header").json)
    assert described["buttons"] == [*page.load().presets, "Reset"]


@EACH_PAGE
def test_every_field_is_described_to_the_browser_with_its_value(
    page: PageEntry, open_page: Any
) -> None:
    run = open_page(page.slug)
    spec, told = state_of(run, page.slug).spec, panel(run)
    assert {one["name"] for one in told["controls"]} == set(page.load().main_fields)
    assert {one["name"] for one in told["more"]} == set(page.load().advanced_fields)
    for one in [*told["controls"], *told["more"]]:
        limit = field_types(spec)[one["name"]]
        value = getattr(spec, one["name"])
        assert one["label"] == limit.label
        if isinstance(limit, Number):
            assert one["kind"] == "slider" and one["value"] == value
            assert limit.low == one["low"] <= value <= one["high"] <= limit.high
        elif isinstance(limit, Choice):
            assert one["kind"] == "choice" and one["value"] == value
            assert tuple(one["options"]) == limit.options
        else:
            assert one["kind"] == "text" and limit.parse(one["value"]) == value


@EACH_PAGE
def test_the_links_name_every_page_and_the_open_one(page: PageEntry, open_page: Any) -> None:
    links = panel(open_page(page.slug))["links"]
    assert [link["slug"] for link in links] == [one.slug for one in PAGES]
    assert [link["slug"] for link in links if link["here"]] == [page.slug]


@EACH_PAGE
def test_a_link_with_faults_opens_with_what_is_good(page: PageEntry, open_page: Any) -> None:
    good, choice, number = {
        "network": ("seed", "resize_mode", "shifts"),
        "calculator": ("size_m", "sensor", "resize"),
        "training": ("steps", "recipe", "min_contrast"),
        "transfer": ("seed", "network", "zoom_octaves"),
    }.get(page.slug, ("depth", "pool", "pool_stride"))
    run = open_page(page.slug, **{good: "2", "fog": "1", choice: "sideways", number: "99"})
    assert not run.exception
    assert len(run.warning) == 1
    for fault in ("fog", "sideways", "99"):
        assert fault in run.warning[0].value
    assert state_of(run, page.slug).spec == EXPERIMENTS[page.slug].spec(**{good: 2})


@pytest.mark.slow
@EACH_PAGE
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_link_ever_breaks_a_page(page: PageEntry, open_page: Any, data: st.DataObject) -> None:
    names = st.sampled_from([*field_types(EXPERIMENTS[page.slug].spec), "x"])
    texts = st.one_of(
        st.text(max_size=12),
        st.integers(-5, 200).map(str),
        st.floats(allow_nan=True).map(str),
        st.sampled_from(["cat", "square", "dog", "custom", "max", "blur", "valid", "1,2;3,4"]),
    )
    run = open_page(page.slug, **data.draw(st.dictionaries(names, texts, max_size=5)))
    assert not run.exception
    assert len(chart(run)["data"]) > 1


@pytest.mark.slow
@EACH_PAGE
def test_the_python_snippet_runs_and_gives_the_same_numbers(page: PageEntry) -> None:
    experiment = EXPERIMENTS[page.slug]
    small: dict[str, Any] = {"sizes_px": (24.0, 150.0), "shifts": 1}
    brief = {"seeds": (0,), "steps": 2, "train_objects": 20, "test_objects": 10, "width": 4}
    values = {
        "network": small,
        "calculator": {"sensor": "naip"},
        "training": brief,
        "transfer": {
            "labels_per_class": 5,
            "training_sets": 4,
            "gsds_m": (8.0, 16.0),
            "factors": (1.0, 2.0),
        },
    }.get(page.slug, {"depth": 3, "pool": "average"})
    spec = experiment.spec(**values)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(page.slug, spec), {})
    here = str(experiment.summary(experiment.run(spec)))
    assert TIMES.sub("", printed.getvalue().strip()) == TIMES.sub("", here)


def test_depth_follows_a_smaller_canvas_and_says_so(open_page: Any) -> None:
    run = open_page("pooling", depth="6")
    stride_four = open_page("pooling", depth="6", pool_stride="4")
    assert state_of(run, "pooling").spec.depth == 6
    assert state_of(stride_four, "pooling").spec.depth == 3
    assert "depth: 6 was lowered to 3" in stride_four.warning[0].value


def test_scene_buttons_draw_and_find(open_page: Any) -> None:
    for label, holds in (("Find one where it holds", True), ("Find one where it fails", False)):
        run = open_page("pooling")
        next(button for button in run.button if button.label == label).click().run()
        spec = state_of(run, "pooling").spec
        assert spec.scene == "random"
        assert EXPERIMENTS["pooling"].run(spec).claim_holds is holds


def test_finding_what_cannot_be_is_said(open_page: Any) -> None:
    run = open_page("pooling", depth="1", sizes_px="8,16")
    label = "Find one where it holds"
    next(button for button in run.button if button.label == label).click().run()
    assert not run.exception
    assert "there was none" in run.warning[0].value
