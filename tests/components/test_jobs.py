"""Long work beside a page, run by AppTest: what is shown while it waits, runs, stops and ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import jobs
from scalescope.core.errors import UserError
from scalescope.core.jobs.queue import JobQueue
from tests.core.jobs.test_queue import SOON_S, until


def _script() -> None:
    import streamlit as st

    from scalescope.components import jobs

    key = st.session_state["key"]
    job = jobs.current("page", "sweep", key)
    work = st.session_state["work"]
    st.button("Measure", on_click=lambda: jobs.start("page", "sweep", key, work))
    if job is None:
        st.text("nothing yet")
    else:
        jobs.panel(job, "Sweeping", lambda found: st.text(f"found {found}"))


class Steps:
    """Work of ten steps, each of which waits until it is let go."""

    def __init__(self) -> None:
        self.steps, self.done = threading.Semaphore(0), 0

    def __call__(self, report: Any) -> str:
        for at in range(1, 11):
            if not self.steps.acquire(timeout=SOON_S):  # the test is over
                return "late"
            self.done = at
            report(at / 10, at)
        return "all"

    def go(self, count: int) -> None:
        wanted = self.done + count
        self.steps.release(count)
        until(lambda: self.done == wanted)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """A queue with one seat, of this test alone."""
    monkeypatch.setattr(jobs, "MEASUREMENT_QUEUE", made := JobQueue(1))
    yield made


def opened(work: Callable[[Any], Any], key: str = "first") -> AppTest:
    page = AppTest.from_function(_script, default_timeout=30)
    page.session_state["key"], page.session_state["work"] = key, work
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def bar(page: AppTest) -> str:
    """What the progress bar says; empty where there is none."""
    assert not page.exception
    bars = page.get("progress")
    return bars[0].proto.text if bars else ""


def said(page: AppTest) -> list[str]:
    return [element.value for element in [*page.text, *page.info, *page.error]]


def settled(page: AppTest, jobs_known: int = 1) -> AppTest:
    """After its job has ended."""
    known = list(page.session_state["scalescope-jobs"].values())
    assert len(known) == jobs_known and known[-1].ended.wait(SOON_S)
    return page.run()


def polls(page: AppTest) -> bool:
    """Whether the page now asks for more by itself, which a button of the panel gives away."""
    return any(button.label == "Stop" for button in page.button)


def test_the_bar_follows_the_work_and_the_result_stays(queue: JobQueue) -> None:
    work = Steps()
    page = opened(work)
    assert said(page) == ["nothing yet"] and not polls(page)
    press(page, "Measure")
    assert bar(page) == "Sweeping: 0%" and polls(page)
    work.go(4)
    until(lambda: bar(page.run()).startswith("Sweeping: 40%"))
    assert said(page) == ["found 4"]
    work.go(6)
    settled(page)
    assert said(page) == ["found all"] and not bar(page) and not polls(page)
    assert said(page.run()) == ["found all"]


def test_stop_keeps_what_was_found_and_says_how_far_it_came(queue: JobQueue) -> None:
    work = Steps()
    page = press(opened(work), "Measure")
    work.go(3)
    press(page, "Stop")
    assert bar(page) in ("Sweeping: stopping", "")
    work.steps.release()
    settled(page)
    assert said(page) == ["found 4", "Stopped at 40 %; the result so far is shown."]
    assert not polls(page)


def test_a_stop_before_anything_was_found_leaves_the_page_as_it_was(queue: JobQueue) -> None:
    work = Steps()
    other = queue.submit("another session", Steps())
    page = press(opened(work), "Measure")
    assert bar(page) == "Sweeping: waiting, first in line"
    press(page, "Stop")
    settled(page)
    assert said(page) == ["nothing yet"]
    queue.cancel(other)


def test_who_waits_is_told_the_place(queue: JobQueue) -> None:
    for at in range(3):
        queue.submit(f"session {at}", Steps())
    page = press(opened(Steps()), "Measure")
    assert bar(page) == "Sweeping: waiting, third in line"


def test_another_key_stops_the_job_and_coming_back_finds_what_it_found(queue: JobQueue) -> None:
    work = Steps()
    page = press(opened(work), "Measure")
    work.go(2)
    page.session_state["key"] = "second"
    page.run()
    assert said(page) == ["nothing yet"] and not polls(page)
    work.steps.release()
    settled(page)
    page.session_state["key"] = "first"
    page.run()
    assert said(page)[0] == "found 3"
    work.done = 0
    press(page, "Measure")
    work.go(10)
    assert said(settled(page)) == ["found all"]


def test_a_fault_is_one_sentence_on_the_page(queue: JobQueue) -> None:
    def refuses(report: Any) -> None:
        raise UserError("sizes_px: '0' is not allowed; give more.")

    page = settled(press(opened(refuses), "Measure"))
    assert said(page) == ["sizes_px: '0' is not allowed; give more."]
    assert not page.exception


def test_only_the_last_results_are_kept(queue: JobQueue) -> None:
    page = opened(lambda report: "x")
    for at in range(jobs.MAX_ENDED + 4):
        page.session_state["key"] = str(at)
        press(page.run(), "Measure")
        job = page.session_state["scalescope-jobs"]["page", "sweep", str(at)]
        assert job.ended.wait(SOON_S)
    assert len(page.session_state["scalescope-jobs"]) <= jobs.MAX_ENDED + 1
    assert said(page.run()) == ["found x"]


def test_no_session_sees_the_jobs_of_another(queue: JobQueue) -> None:
    settled(press(opened(lambda report: "secret"), "Measure"))
    assert said(opened(lambda report: "other")) == ["nothing yet"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, ""),
        (0.2, ", about 1 s left"),
        (7.4, ", about 7 s left"),
        (23, ", about 25 s left"),
        (58, ", about 60 s left"),
        (170, ", about 3 minutes left"),
        (4000, ", about 67 minutes left"),
    ],
)
def test_the_time_left_in_words(seconds: float | None, text: str) -> None:
    assert jobs.time_left(seconds) == text


def test_the_place_in_words() -> None:
    assert [jobs.position_phrase(at) for at in (1, 3, 12)] == [
        "first in line", "third in line", "number 12 in line",
    ]  # fmt: skip
