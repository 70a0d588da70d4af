"""Every row of PAGES, opened, linked, changed and broken."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.live.wire import unpack
from components.pages import PAGES, Page
from components.shell import snippet
from core.experiments import EXPERIMENTS
from core.limits import Choice, Number
from core.spec import limits, to_query

EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)


def chart(run: AppTest, at: int = 0) -> dict[str, Any]:
    """The figure that the ``at``-th live chart of a run was given."""
    charts = [
        element.proto
        for element in run.get("bidi_component")
        if element.proto.component_name.endswith("live_chart")
    ]
    return unpack(charts[at].bytes)["figure"]


def state_of(run: AppTest, slug: str) -> Any:
    return run.session_state[f"scalescope/{slug}"]


def address(run: AppTest) -> dict[str, str]:
    """The query: AppTest gives a text for what the script wrote, a list for what the test did."""
    pairs = run.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in pairs}


def everything_said(run: AppTest) -> str:
    said = [element.value for element in [*run.markdown, *run.warning, *run.title]]
    return " ".join([*said, *(element.proto.body for element in run.get("html"))])


def test_slugs_are_those_of_the_experiments() -> None:
    assert [page.slug for page in PAGES] == list(EXPERIMENTS)


def test_the_app_opens_on_the_first_page(app: AppTest) -> None:
    run = app.run()
    assert not run.exception
    assert f"<h1>{PAGES[0].title}</h1>" in everything_said(run)
    assert chart(run)["layout"]["meta"]["name"] == PAGES[0].slug


@EACH_PAGE
def test_page_opens_with_a_picture_and_words(page: Page, open_page: Any) -> None:
    run = open_page(page.slug)
    assert not run.exception and not run.error and not run.warning
    assert len(chart(run)["data"]) > 4
    assert len(chart(run)["layout"]["meta"]["caption"][0]) > 40


@EACH_PAGE
def test_every_field_has_one_control(page: Page) -> None:
    shown = [*page.module.SLIDERS, *page.module.MORE]
    hidden = {"near-far": {"pin"}, "filter": {"pin"}}.get(page.slug, set())
    assert len(shown) == len(set(shown))
    assert set(shown) == set(limits(EXPERIMENTS[page.slug].spec)) - hidden


@EACH_PAGE
def test_every_choice_of_every_field_draws(page: Page, open_page: Any) -> None:
    for name, limit in limits(EXPERIMENTS[page.slug].spec).items():
        for option in limit.options if isinstance(limit, Choice) else ():
            run = open_page(page.slug, **{name: option})
            assert not run.exception, (name, option)
            assert getattr(state_of(run, page.slug).spec, name) == option


@EACH_PAGE
def test_both_ends_of_every_number_draw(page: Page, open_page: Any) -> None:
    for name, limit in limits(EXPERIMENTS[page.slug].spec).items():
        for end in (limit.low, limit.high) if isinstance(limit, Number) else ():
            run = open_page(page.slug, **{name: limit.format(end)})
            assert not run.exception, (name, end)


@EACH_PAGE
def test_presets_are_allowed_and_publish_themselves(page: Page, open_page: Any) -> None:
    for text, values in page.module.PRESETS.items():
        run = open_page(page.slug)
        next(button for button in run.button if button.label == text).click().run()
        spec = state_of(run, page.slug).spec
        assert {name: getattr(spec, name) for name in values} == values
        assert address(run) == to_query(spec)
        assert not run.exception and not run.warning


@EACH_PAGE
def test_reset_brings_back_every_default(page: Page, open_page: Any) -> None:
    run = open_page(page.slug, depth="3", pool="average")
    next(button for button in run.button if button.label == "Reset").click().run()
    assert state_of(run, page.slug).spec == EXPERIMENTS[page.slug].spec()
    assert address(run) == {}


@EACH_PAGE
def test_a_select_box_changes_the_spec_and_the_address(page: Page, open_page: Any) -> None:
    run = open_page(page.slug)
    box = run.selectbox[0]
    name, other = box.key.split("/")[1], next(one for one in box.options if one != box.value)
    box.select(other).run()
    assert getattr(state_of(run, page.slug).spec, name) == other
    assert address(run) == {name: other}
    assert not run.exception


@EACH_PAGE
def test_controls_in_the_expander_appear_when_it_is_opened(page: Page, open_page: Any) -> None:
    run = open_page(page.slug)
    closed = len(run.get("bidi_component")) + len(run.selectbox) + len(run.text_input)
    run.session_state[f"{page.slug}/more"] = True
    run.run()
    opened = len(run.get("bidi_component")) + len(run.selectbox) + len(run.text_input)
    assert not run.exception
    assert opened > closed or not page.module.MORE


@EACH_PAGE
def test_a_link_with_faults_opens_with_what_is_good(page: Page, open_page: Any) -> None:
    run = open_page(page.slug, depth="2", fog="1", pool="sideways", pool_stride="99")
    assert not run.exception
    assert len(run.warning) == 1
    for fault in ("fog", "sideways", "99"):
        assert fault in run.warning[0].value
    assert state_of(run, page.slug).spec == EXPERIMENTS[page.slug].spec(depth=2)


@EACH_PAGE
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_link_ever_breaks_a_page(page: Page, open_page: Any, data: st.DataObject) -> None:
    names = st.sampled_from([*limits(EXPERIMENTS[page.slug].spec), "x"])
    texts = st.one_of(
        st.text(max_size=12),
        st.integers(-5, 200).map(str),
        st.floats(allow_nan=True).map(str),
        st.sampled_from(["cat", "square", "dog", "custom", "max", "blur", "valid", "1,2;3,4"]),
    )
    run = open_page(page.slug, **data.draw(st.dictionaries(names, texts, max_size=5)))
    assert not run.exception
    assert len(chart(run)["data"]) > 1


@EACH_PAGE
def test_the_python_snippet_runs_and_gives_the_same_numbers(page: Page) -> None:
    experiment = EXPERIMENTS[page.slug]
    spec = experiment.spec(depth=3, pool="average")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(page.slug, spec), {})
    assert printed.getvalue().strip() == str(experiment.summary(experiment.run(spec)))


def test_a_text_that_cannot_be_used_is_kept_and_explained(open_page: Any) -> None:
    run = open_page("pooling")
    box = next(box for box in run.text_input if box.key == "pooling/sizes_px")
    box.input("2,4,banana").run()
    assert not run.exception
    assert "banana" in run.warning[0].value and "2 to 64" in run.warning[0].value
    assert next(b for b in run.text_input if b.key == "pooling/sizes_px").value == "2,4,banana"
    assert state_of(run, "pooling").spec.sizes_px == (2, 4, 8, 16, 32)


def test_depth_follows_a_smaller_canvas_and_says_so(open_page: Any) -> None:
    run = open_page("pooling", depth="6")
    stride_four = open_page("pooling", depth="6", pool_stride="4")
    assert state_of(run, "pooling").spec.depth == 6
    assert state_of(stride_four, "pooling").spec.depth == 3
    assert "depth: 6 became 3" in stride_four.warning[0].value


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
