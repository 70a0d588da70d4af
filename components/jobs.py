"""Long work of a session beside its page: a bar with the time left, a button to stop, the result.

A page asks for the job of what is on screen with :func:`current`, starts one with :func:`start` in
a button's callback, and shows it with :func:`panel`. The work runs in a thread of its own
(:mod:`core.jobs.queue`), so it must not call Streamlit; the page stays usable meanwhile. What a job
found stays in this session and nowhere else, so it may be about a picture of one's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..core import formatting
from ..core.jobs.queue import DONE, FAILED, STOPPED, Job, Turns, Work
from . import session

CORES = os.cpu_count() or 1
TURNS = Turns(CORES)  # for all sessions together
TRAININGS = Turns(max(1, CORES // 2), line=12, own=4)  # in processes of their own; leaves a core
MOST_KEPT = 8  # jobs that have ended, in a session
EVERY_S = 0.5
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

Jobs = dict[tuple[str, str, Hashable], Job]


def _jobs() -> Jobs:
    found: Jobs = st.session_state.setdefault("scalescope-jobs", {})
    return found


def _is_there(session: str) -> bool:
    """Whether a browser is connected to the session; so it is where no server can tell."""
    try:
        return runtime.get_instance().is_active_session(session)
    except RuntimeError:
        return True


def current(slug: str, name: str, key: Hashable) -> Job | None:
    """The job ``name`` of a page for ``key``, which stands for all that the result depends on.

    A job of the same name for another key is stopped: the page has moved on. None where none was
    started, or where it was stopped before it had found anything.
    """
    known = _jobs()
    for (of_slug, of_name, of_key), other in known.items():
        if (of_slug, of_name) == (slug, name) and of_key != key:
            other.turns.stop(other)
    job = known.get((slug, name, key))
    return None if job is None or (job.state == STOPPED and job.found is None) else job


def start(slug: str, name: str, key: Hashable, work: Work, turns: Turns | None = None) -> Job:
    """Begin ``work(report)`` as soon as it is this session's turn, in place of any job for ``key``.

    ``turns`` is the queue, :data:`TURNS` unless told. Raises :class:`core.jobs.queue.Full` where that is
    full. To go on from what a stopped job had found, let ``work`` hold ``current(...).found``.
    """
    context, known = get_script_run_ctx(), _jobs()
    who = context.session_id if context else ""
    before = known.pop((slug, name, key), None)
    if before:
        before.turns.stop(before)
    queue = TURNS if turns is None else turns
    job = known[slug, name, key] = queue.submit(who, work, lambda: _is_there(who))
    ended = [one for one, other in known.items() if not other.is_live]
    for one in ended[:-MOST_KEPT]:
        del known[one]
    return job


def in_line(place: int) -> str:
    """'third in line'."""
    return f"{ORDINALS[place - 1] if place <= len(ORDINALS) else f'number {place}'} in line"


def time_left(seconds: float | None) -> str:
    """', about 20 s left'; empty if unknown or overdue."""
    return f", about {formatting.duration(seconds)} left" if seconds else ""


def _told(job: Job, label: str) -> str:
    place = job.turns.place(job)
    if place is not None:
        return f"{label}: waiting, {in_line(place)}"
    if job.stop_wanted:
        return f"{label}: stopping"
    return f"{label}: {job.fraction:.0%}{time_left(job.turns.seconds_left(job))}"


def _live(job: Job, label: str) -> None:
    left, right = st.columns([0.85, 0.15], vertical_alignment="bottom")
    left.progress(job.fraction, _told(job, label))
    right.button(
        "Stop",
        key=f"scalescope-jobs/stop/{id(job)}",
        on_click=job.turns.stop,
        args=(job,),
        disabled=job.stop_wanted,
    )


def _ended(job: Job) -> None:
    if job.state == FAILED:
        st.error(job.error)
    if job.state != DONE and job.found is not None:
        st.info(f"Stopped at {formatting.percent(job.fraction)}; what was found before is shown.")


def _body(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    live = job.is_live
    if live:
        _live(job, label)
    else:
        _ended(job)
    if job.found is not None:
        draw(job.found)


def _followed(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    _body(job, label, draw)
    if not job.is_live:
        slugs = [slug for (slug, _, _), other in _jobs().items() if other is job]
        session.rerun_page(slugs[0] if slugs else "")  # once: nothing is asked for again


def panel(job: Job, label: str, draw: Callable[[Any], None]) -> None:
    """A job's progress with a button that stops it, and ``draw(found)`` of what it found so far.

    While the job lives the panel draws itself again twice a second, afterwards no more. ``label``
    says what is being done.
    """
    if job.is_live:
        st.fragment(_followed, run_every=EVERY_S)(job, label, draw)
        return
    with st.container():  # where the fragment stood, so that charts stay mounted
        _body(job, label, draw)
