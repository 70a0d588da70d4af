"""The section for training: a button with the expected time, and the session's runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.experiments.training.spec import Spec, format_size_range
from ....core.formatting import duration
from ....core.jobs.queue import Job
from ... import jobs, session
from ...figures.training import learning as figures
from ...live.chart import live_chart
from ...widgets.text import heading, note, paragraphs
from . import evidence
from .files import save_button
from .state import (
    MAX_RUNS,
    SLUG,
    Run,
    chance_level,
    recipe_of,
    remove,
    resume,
    session_state,
    source_of,
    start_run,
    stop,
)

if TYPE_CHECKING:
    from ....core.training.pace import Pace
    from ....core.training.plan import Plan


PACES: dict[Plan, Pace] = {}  # measured on this machine, by timing plan, for all sessions


def settings_text(spec: Spec) -> str:
    """Say what the settings train, and whether another recipe has the same training."""
    alike = recipe_of(spec).trained_as
    sizes = format_size_range(*spec.train_range_px)
    seeds = "seed " if len(spec.seeds) == 1 else "seeds "
    return (
        f"Current settings: {spec.recipe} on {spec.data} at {sizes}, {spec.steps} steps of "
        f"{spec.batch_size} images, {seeds}{', '.join(map(str, spec.seeds))}."
        + (f" Training is the same as for {alike}; only the evaluation differs." if alike else "")
    )


def _timing_job(spec: Spec) -> Job | None:
    """The job that measures the pace of a spec, started if needed; None once it is known."""
    from ....core.experiments.training.time_estimate import measure_plan_pace, timing_plan

    plan = timing_plan(spec)
    if plan in PACES:
        return None

    def work(report: Any) -> bool:
        PACES[plan] = measure_plan_pace(plan)
        return True

    return jobs.current(SLUG, "pace", plan) or jobs.start(SLUG, "pace", plan, work)


def _duration_text(spec: Spec) -> str:
    """The expected time, rounded."""
    from ....core.experiments.training.time_estimate import estimate, timing_plan

    pace = PACES.get(timing_plan(spec))
    if pace is None:
        job = _timing_job(spec)
        return "estimating the time" if job and job.is_live else "time unknown"
    time = estimate(spec, pace)
    seed = f"about {duration(time.seed_s)}"
    return seed if len(spec.seeds) == 1 else f"{seed} per seed, {duration(time.whole_s)} in total"


def _train_button(spec: Spec) -> None:
    missing = source_of(spec).missing_reason()
    if missing:
        st.info(f"{missing} Until then, choose another data set.")
        return
    full = len(session_state().runs) >= MAX_RUNS
    st.button(
        f"Train ({_duration_text(spec)})",
        key=f"{SLUG}/train",
        type="primary",
        on_click=start_run,
        args=(spec,),
        disabled=full,
        help=f"Remove one of your {MAX_RUNS} runs first." if full else None,
    )


def _state(run: Run) -> str:
    """The state of a run, in words."""
    job, progress = run.job, run.progress
    if job is not None and job.is_live:
        position = job.queue.position(job)
        if position is not None:
            return f"waiting, {jobs.position_phrase(position)}"
        if job.cancel_requested:
            return "stopping, saving its state"
        number = min(len(progress.done) + 1, len(progress.spec.seeds))
        seed = f"seed {number} of {len(progress.spec.seeds)}"
        begun = f", {progress.fraction:.0%}" if progress.left_s is not None else ", starting"
        return f"{seed}{begun}{jobs.time_left(progress.left_s)}"
    if run.error:
        return run.error
    if run.result is None:
        return f"stopped at {progress.fraction:.0%}"
    peak = run.result.accuracy.mean(axis=0).max()
    return f"done, highest accuracy {peak:.0%}"


def _compare(run: Run) -> None:
    run.compared = bool(st.session_state[f"{SLUG}/compare/{run.number}"])
    st.rerun()


def _removed(run: Run) -> None:
    remove(run)
    st.rerun()


def _controls(spec: Spec) -> None:
    """Load the settings of a run into the controls and the link."""
    values = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
    session.update_and_publish(SLUG, **values)
    st.rerun()


def _buttons(run: Run) -> None:
    number = run.number
    if run.is_live:
        wanted = run.job is not None and run.job.cancel_requested
        st.button("Stop", key=f"{SLUG}/stop/{number}", on_click=stop, args=(run,), disabled=wanted)
        return
    if run.result is None:
        st.button("Resume", key=f"{SLUG}/resume/{number}", on_click=resume, args=(run,))
    else:
        key = f"{SLUG}/compare/{number}"
        st.session_state[key] = run.compared
        st.toggle("Show in the chart above", key=key, on_change=_compare, args=(run,))
        save_button(run)
    st.button(
        "Load these settings",
        key=f"{SLUG}/controls/{number}",
        on_click=_controls,
        args=(run.start_progress.spec,),
        help="The link in the address bar then describes this run.",
    )
    st.button("Remove", key=f"{SLUG}/remove/{number}", on_click=_removed, args=(run,))


def _row(run: Run) -> None:
    with st.container(key=f"{SLUG}-row-{run.number}", gap="small"):
        if run.is_live:
            st.progress(min(1.0, run.progress.fraction), f"**{run.title}**: {_state(run)}")
        else:
            paragraphs((f"{run.title}:", _state(run)))
            if run.result is not None:
                note(evidence.answers(run.result))
        with st.container(horizontal=True, vertical_alignment="center"):
            _buttons(run)


def _seeds(run: Run) -> list[figures.SeedCurves]:
    progress = run.progress
    done = [figures.SeedCurves(run.plan.seed, run.log, run.accuracy) for run in progress.done]
    if progress.current is not None:
        done.append(figures.SeedCurves(progress.current.plan.seed, progress.current.log))
    return done


def displayed_run(runs: list[Run]) -> Run:
    """Pick the run whose curves are drawn: the chosen, else the training, else the last."""
    chosen = st.session_state.get(f"{SLUG}/learning-of")
    training = next((run for run in runs if run.is_live and run.progress.current), None)
    return next((run for run in runs if run.number == chosen), training or runs[-1])


def progress_text(run: Run) -> str:
    """Say how far the training of a run is, in one sentence."""
    progress, begun = run.progress, run.progress.current
    if begun is not None and begun.log:
        last = begun.log[-1]
        tested = ", testing now" if last.step == last.steps and run.is_live else ""
        return (
            f"{run.title}: seed {begun.plan.seed} after {last.step} of {last.steps} steps{tested}, "
            f"loss {last.loss:.2f}."
        )
    return f"{run.title}: {len(progress.done)} of {len(progress.spec.seeds)} seeds trained."


def _learning(runs: list[Run]) -> None:
    if len(runs) > 1:
        titles = {run.number: f"run {run.number}" for run in runs}
        st.segmented_control(
            "Run shown below",
            list(titles),
            format_func=titles.__getitem__,
            key=f"{SLUG}/learning-of",
        )
    run = displayed_run(runs)
    plan = run.start_progress.plans[0]
    figure = figures.learning_figure(plan, _seeds(run), chance_level(plan.data), progress_text(run))
    live_chart(figure, key=f"{SLUG}/learning")


def _runs() -> None:
    runs = session_state().runs
    if not runs:
        note("Your training runs will be listed here.")
        return
    for run in runs:
        _row(run)
    _learning(runs)


def _busy(spec: Spec) -> bool:
    timing = _timing_job(spec)
    return bool(timing and timing.is_live) or any(run.is_live for run in session_state().runs)


def _draw_all(spec: Spec) -> None:
    _train_button(spec)
    known = session_state()
    if known.refusal:
        st.warning(known.refusal)
    _runs()


def _live() -> list[int]:
    return [run.number for run in session_state().runs if run.is_live]


def _draw_live(spec: Spec, were_live: list[int]) -> None:
    _draw_all(spec)
    if not _busy(spec) or _live() != were_live:
        session.rerun_page(SLUG)  # once: it follows what has ended


def draw(spec: Spec) -> None:
    """Draw the section; while something trains, it is drawn again twice a second."""
    heading("Train a network yourself")
    paragraphs(settings_text(spec))
    if _busy(spec):
        st.fragment(_draw_live, run_every=jobs.POLL_S)(spec, _live())
        return
    with st.container():  # where the fragment stood, so that the chart stays mounted
        _draw_all(spec)
