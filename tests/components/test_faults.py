"""A page that breaks: one sentence in place of the traceback, and the rest is still drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.testing.v1 import AppTest

from scalescope.components.faults import show_error
from scalescope.components.pages import near_far
from scalescope.core.errors import UserError
from tests.components.conftest import Open
from tests.core.test_errors import assert_reported, misfit


@pytest.mark.parametrize("part", ["draw", "details"])
def test_numpys_error_on_a_page_is_not_shown(
    part: str,
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(near_far, "PAGE", replace(near_far.PAGE, **{part: misfit}))
    page = open_page("near-far")
    assert not page.exception and len(page.error) == 1
    assert_reported(page.error[0].value, caplog.text)
    assert page.get("bidi_component"), "the rest of the page is drawn"


def test_an_error_for_a_person_shows_its_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses(spec: Any) -> None:
        raise UserError("The data are not installed.")

    monkeypatch.setattr(near_far, "PAGE", replace(near_far.PAGE, draw=refuses))
    page = open_page("near-far")
    assert [box.value for box in page.error] == ["The data are not installed."]
    assert "fault" not in caplog.text


def _stops_and_reruns() -> None:
    import streamlit as st

    from scalescope.components.faults import errors_shown

    with errors_shown():
        if "again" not in st.session_state:
            st.session_state["again"] = True
            st.rerun()
        st.text("second run")
        st.stop()
    st.text("after the stop")


def test_requests_to_stop_and_to_run_again_pass() -> None:
    page = AppTest.from_function(_stops_and_reruns).run()
    assert [text.value for text in page.text] == ["second run"]
    assert not page.error and not page.exception


def _breaks_in_a_callback() -> None:
    import streamlit as st

    from tests.core.test_errors import misfit

    st.button("Break", on_click=misfit)


def test_what_breaks_in_a_callback_is_shown_by_the_apps_handler(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """AppTest takes no handler of ``st.App``, so it is put where the server puts it."""
    real = ScriptRunner.__init__

    def made(self: ScriptRunner, *args: Any, **options: Any) -> None:
        real(self, *args, **{**options, "on_script_error": show_error})

    monkeypatch.setattr(ScriptRunner, "__init__", made)
    page = AppTest.from_function(_breaks_in_a_callback).run()
    page.button[0].click().run()
    assert not page.exception and len(page.error) == 1
    assert_reported(page.error[0].value, caplog.text)
