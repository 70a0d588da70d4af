"""'Train it yourself': a button that says how long it takes, and the session's runs."""

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
from .files import save_button
from .state import (
    MOST_RUNS,
    SLUG,
    Run,
    begin,
    go_on,
    guessing,
    kept,
    recipe_of,
    remove,
    source_of,
    stop,
)

if TYPE_CHECKING:
    from ....core.training.pace import Pace
    from ....core.training.plan import Plan


PACES: dict[Plan, Pace] = {}  # what was timed on this machine, by kind of plan, for all sessions


def asked_for(spec: Spec) -> str:
    """What the controls ask for, and whether another recipe is trained in the same way."""
    alike = recipe_of(spec).trained_as
    sizes = format_size_range(*spec.train_range_px)
    seeds = "seed " if len(spec.seeds) == 1 else "seeds "
    return (
        f"By the controls: {spec.recipe} on {spec.data} at {sizes}, {spec.steps} steps of "
        f"{spec.batch_size} pictures, {seeds}{', '.join(map(str, spec.seeds))}."
        + (f" It is trained as {alike} is; only the question differs." if alike else "")
    )


def _timing(spec: Spec) -> Job | None:
    """The job that times a spec's kind of plan, begun where nobody has timed it; None after."""
    from ....core.experiments.training.time_estimate import measure_plan_pace, timing_plan

    plan = timing_plan(spec)
    if plan in PACES:
        return None

    def work(report: Any) -> bool:
        PACES[plan] = measure_plan_pace(plan)
        return True

    return jobs.current(SLUG, "pace", plan) or jobs.start(SLUG, "pace", plan, work)


def _how_long(spec: Spec) -> str:
    """How long it will take, as a person would say it."""
    from ....core.experiments.training.time_estimate import estimate, timing_plan

    pace = PACES.get(timing_plan(spec))
    if pace is None:
        job = _timing(spec)
        return "timing a few steps" if job and job.is_live else "time unknown"
    time = estimate(spec, pace)
    one = f"about {duration(time.seed_s)}"
    return one if len(spec.seeds) == 1 else f"{one} a seed, {duration(time.whole_s)} in all"


def _train_button(spec: Spec) -> None:
    missing = source_of(spec).missing_reason()
    if missing:
        st.info(f"{missing} Until then, choose other objects to train on.")
        return
    full = len(kept().runs) >= MOST_RUNS
    st.button(
        f"Train ({_how_long(spec)})",
        key=f"{SLUG}/train",
        type="primary",
        on_click=begin,
        args=(spec,),
        disabled=full,
        help=f"Remove one of your {MOST_RUNS} runs first." if full else None,
    )


def _state(run: Run) -> str:
    """Where a run is, in words."""
    job, so_far = run.job, run.so_far
    if job is not None and job.is_live:
        position = job.queue.position(job)
        if position is not None:
            return f"waiting, {jobs.position_phrase(position)}"
        if job.cancel_requested:
            return "stopping, its state is being kept"
        number = min(len(so_far.done) + 1, len(so_far.spec.seeds))
        seed = f"seed {number} of {len(so_far.spec.seeds)}"
        begun = f", {so_far.fraction:.0%}" if so_far.left_s is not None else ", starting"
        return f"{seed}{begun}{jobs.time_left(so_far.left_s)}"
    if run.error:
        return run.error
    if run.result is None:
        return f"stopped at {so_far.fraction:.0%}"
    peak = run.result.accuracy.mean(axis=0).max()
    return f"done, {peak:.0%} at best"


def _compare(run: Run) -> None:
    run.compared = bool(st.session_state[f"{SLUG}/compare/{run.number}"])
    st.rerun()


def _removed(run: Run) -> None:
    remove(run)
    st.rerun()


def _controls(spec: Spec) -> None:
    """The controls become those of a run: its link."""
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
        st.button("Go on", key=f"{SLUG}/go-on/{number}", on_click=go_on, args=(run,))
    else:
        key = f"{SLUG}/compare/{number}"
        st.session_state[key] = run.compared
        st.toggle("Draw it above", key=key, on_change=_compare, args=(run,))
        save_button(run)
    st.button(
        "Set the controls so", key=f"{SLUG}/controls/{number}", on_click=_controls,
        args=(run.begun.spec,), help="The link in the address is then this run's.",
    )  # fmt: skip
    st.button("Remove", key=f"{SLUG}/remove/{number}", on_click=_removed, args=(run,))


def _row(run: Run) -> None:
    with st.container(key=f"{SLUG}-row-{run.number}", gap="small"):
        if run.is_live:
            st.progress(min(1.0, run.so_far.fraction), f"**{run.title}**: {_state(run)}")
        else:
            paragraphs((f"{run.title}:", _state(run)))
        with st.container(horizontal=True, vertical_alignment="center"):
            _buttons(run)


def _seeds(run: Run) -> list[figures.Seed]:
    so_far = run.so_far
    done = [figures.Seed(one.plan.seed, one.log, one.accuracy) for one in so_far.done]
    if so_far.current is not None:
        done.append(figures.Seed(so_far.current.plan.seed, so_far.current.log))
    return done


def shown(runs: list[Run]) -> Run:
    """The run whose learning is drawn: the one chosen, else the one that trains, else the last."""
    chosen = st.session_state.get(f"{SLUG}/learning-of")
    training = next((run for run in runs if run.is_live and run.so_far.current), None)
    return next((run for run in runs if run.number == chosen), training or runs[-1])


def learned(run: Run) -> str:
    """How far the learning of a run is, in one sentence."""
    so_far, begun = run.so_far, run.so_far.current
    if begun is not None and begun.log:
        last = begun.log[-1]
        tested = ", now being tested" if last.step == last.steps and run.is_live else ""
        return (
            f"{run.title}: seed {begun.plan.seed} after {last.step} of {last.steps} steps{tested}, "
            f"loss {last.loss:.2f}."
        )
    return f"{run.title}: {len(so_far.done)} of {len(so_far.spec.seeds)} seeds are trained."


def _learning(runs: list[Run]) -> None:
    if len(runs) > 1:
        titles = {run.number: f"run {run.number}" for run in runs}
        st.segmented_control(
            "Shown below", list(titles), format_func=titles.__getitem__, key=f"{SLUG}/learning-of",
        )  # fmt: skip
    run = shown(runs)
    plan = run.begun.plans[0]
    figure = figures.learning_figure(plan, _seeds(run), guessing(plan.data), learned(run))
    live_chart(figure, key=f"{SLUG}/learning")


def _runs() -> None:
    runs = kept().runs
    if not runs:
        note("What you train is listed here.")
        return
    for run in runs:
        _row(run)
    _learning(runs)


def _busy(spec: Spec) -> bool:
    timing = _timing(spec)
    return bool(timing and timing.is_live) or any(run.is_live for run in kept().runs)


def _body(spec: Spec) -> None:
    _train_button(spec)
    known = kept()
    if known.refused:
        st.warning(known.refused)
    _runs()


def _live() -> list[int]:
    return [run.number for run in kept().runs if run.is_live]


def _followed(spec: Spec, were_live: list[int]) -> None:
    _body(spec)
    if not _busy(spec) or _live() != were_live:
        session.rerun_page(SLUG)  # once: it follows what has ended


def draw(spec: Spec) -> None:
    """The section; while something trains it draws itself again twice a second."""
    heading("Train it yourself")
    paragraphs(asked_for(spec))
    if _busy(spec):
        st.fragment(_followed, run_every=jobs.POLL_S)(spec, _live())
        return
    with st.container():  # where the fragment stood, so that the chart stays mounted
        _body(spec)
