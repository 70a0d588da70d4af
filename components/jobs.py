"""Long work of a session beside its page: a bar with the time left, a button to stop, the result.

A page asks for the job of what is on screen with :func:`current`, starts one with :func:`start` in
a button's callback, and shows it with :func:`panel`. The work runs in a thread of its own
(:mod:`core.jobs.queue`), so it must not call Streamlit; the page stays usable meanwhile. A job's
result stays in this session and nowhere else, so it may be about a picture of the user's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..core import formatting
from ..core.jobs.queue import CANCELED, DONE, FAILED, Job, JobQueue, Work
from . import session

CORES = os.cpu_count() or 1
MEASUREMENT_QUEUE = JobQueue(CORES)  # for all sessions together
TRAINING_QUEUE = JobQueue(  # each in a process of its own; leaves a core
    max(1, CORES // 2), max_waiting=12, max_waiting_per_owner=4
)
MAX_ENDED = 8  # jobs that a session keeps after they have ended
POLL_S = 0.5
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

Jobs = dict[tuple[str, str, Hashable], Job]


def _jobs() -> Jobs:
    jobs: Jobs = st.session_state.setdefault("scalescope-jobs", {})
    return jobs


def _is_connected(session: str) -> bool:
    """Whether a browser is connected to the session; True where no server can tell."""
    try:
        return runtime.get_instance().is_active_session(session)
    except RuntimeError:
        return True


def current(slug: str, name: str, key: Hashable) -> Job | None:
    """The job ``name`` of a page for ``key``, which stands for all that the result depends on.

    A job of the same name for another key is canceled, since the page has moved on. None where
    none was started, or where it was canceled before it had a partial result.
    """
    jobs = _jobs()
    for (other_slug, other_name, other_key), other in jobs.items():
        if (other_slug, other_name) == (slug, name) and other_key != key:
            other.queue.cancel(other)
    job = jobs.get((slug, name, key))
    return None if job is None or (job.state == CANCELED and job.partial_result is None) else job


def start(slug: str, name: str, key: Hashable, work: Work, queue: JobQueue | None = None) -> Job:
    """Queue ``work(report)``, in place of any job for ``key``.

    ``queue`` is :data:`MEASUREMENT_QUEUE` by default. Raises
    :class:`core.jobs.queue.QueueFull`. To resume a canceled job, let ``work`` hold
    ``current(...).partial_result``.
    """
    context, jobs = get_script_run_ctx(), _jobs()
    owner = context.session_id if context else ""
    previous = jobs.pop((slug, name, key), None)
    if previous:
        previous.queue.cancel(previous)
    queue = MEASUREMENT_QUEUE if queue is None else queue
    job = jobs[slug, name, key] = queue.submit(owner, work, lambda: _is_connected(owner))
    ended = [job_key for job_key, other in jobs.items() if not other.is_live]
    for job_key in ended[:-MAX_ENDED]:
        del jobs[job_key]
    return job


def position_phrase(position: int) -> str:
    """'third in line'."""
    nth = ORDINALS[position - 1] if position <= len(ORDINALS) else f"number {position}"
    return f"{nth} in line"


def time_left(seconds: float | None) -> str:
    """', about 20 s left'; empty if unknown or overdue."""
    return f", about {formatting.duration(seconds)} left" if seconds else ""


def _progress_text(job: Job, label: str) -> str:
    position = job.queue.position(job)
    if position is not None:
        return f"{label}: waiting, {position_phrase(position)}"
    if job.cancel_requested:
        return f"{label}: stopping"
    return f"{label}: {job.fraction:.0%}{time_left(job.queue.seconds_left(job))}"


def _draw_progress(job: Job, label: str) -> None:
    left, right = st.columns([0.85, 0.15], vertical_alignment="bottom")
    left.progress(job.fraction, _progress_text(job, label))
    right.button(
        "Stop",
        key=f"scalescope-jobs/stop/{id(job)}",
        on_click=job.queue.cancel,
        args=(job,),
        disabled=job.cancel_requested,
    )


def _draw_end(job: Job) -> None:
    if job.state == FAILED:
        st.error(job.error)
    if job.state != DONE and job.partial_result is not None:
        st.info(f"Stopped at {formatting.percent(job.fraction)}; the result so far is shown.")


def _draw_job(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    live = job.is_live
    if live:
        _draw_progress(job, label)
    else:
        _draw_end(job)
    if job.partial_result is not None:
        draw(job.partial_result)


def _draw_live_job(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    _draw_job(job, label, draw)
    if not job.is_live:
        slugs = [slug for (slug, _, _), other in _jobs().items() if other is job]
        session.rerun_page(slugs[0] if slugs else "")  # once: nothing is asked for again


def panel(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    """A job's progress with a button that stops it, and ``draw(partial_result)``.

    While the job lives the panel draws itself again twice a second, afterwards no more. ``label``
    says what is being done.
    """
    if job.is_live:
        st.fragment(_draw_live_job, run_every=POLL_S)(job, label, draw)
        return
    with st.container():  # where the fragment stood, so that charts stay mounted
        _draw_job(job, label, draw)
