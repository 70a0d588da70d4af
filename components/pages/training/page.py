"""Learned scale: can training, or an architecture, make a network tolerant of size?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from ....core import formatting
from ....core.experiments.training import EXPERIMENT
from ....core.experiments.training import sentences as story
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import Spec
from ... import controls
from ...figures.training import curves as figures
from ...live.chart import ChartCallbacks, live_chart
from ...widgets.tables import table
from ...widgets.text import heading
from ..page import Page
from . import features, files, live, state

SLUG = "training"
MAIN_FIELDS = ("recipe", "data", "train_px", "steps", "train_objects", "width", "position")
ADVANCED_FIELDS = (
    "seeds",
    "test_px",
    "batch_size",
    "min_contrast",
    "noise",
    "rotation_deg",
    "test_objects",
    "canvas_px",
)
PRESETS: dict[str, dict[str, Any]] = {
    "Zoom augmentation": {"recipe": "zoom", "train_px": "auto"},
    "Scale channels": {"recipe": "scale-channels", "train_px": "auto"},
    "Naive channels": {"recipe": "scale-channels-naive", "train_px": "auto"},
    "Blur-pooling, centered": {"recipe": "blur", "train_px": "auto", "position": "centered"},
    "A quick try": {"recipe": "plain", "train_px": "auto", "steps": 100, "seeds": (0,)},
}


def _percent(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else formatting.percent(value)


def _octave(result: Result) -> tuple[str, str]:
    """Accuracy an octave below and above what was trained on."""
    low, high = result.train_range_px
    down, up = (story.accuracy_at(result, px) for px in (low / 2, high * 2))
    return _percent(down), _percent(up)


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The finished run of the chosen recipe beside the plain one."""
    known = state.precomputed_results()
    names = list(dict.fromkeys((state.name_of(spec), state.PLAIN)))
    shown = [name for name in names if name in known]
    if not shown:
        low, high = spec.train_range_px
        return [("trained at, px", f"{low:g}" if low == high else f"{low:g} to {high:g}")]
    reaches = [story.half_range(known[name]) for name in shown]
    octaves = [_octave(known[name]) for name in shown]
    return [
        ("", *shown),
        ("best", *(formatting.percent(one.peak) for one in reaches)),
        ("octave down", *(down for down, _ in octaves)),
        ("octave up", *(up for _, up in octaves)),
    ]


def _caption(spec: Spec, name: str, result: Result | None) -> tuple[str, str]:
    how = state.recipe_of(spec)
    if result is None:
        return f"{how.title}: {how.description}", ""
    plan = result.runs[0].plan
    said = f"{how.description} {story.tolerance(result)}"
    return said, (
        f"Finished runs: {plan.data}, {plan.steps} steps, {len(result.runs)} seeds; line: mean, "
        f"band: all seeds. {story.seed_spread(result)}"
    )


def draw(spec: Spec) -> None:
    """Accuracy over size: the finished runs, and the session's own."""
    known, name = state.precomputed_results(), state.name_of(spec)
    own = [
        figures.Own(run.title, run.result)
        for run in state.kept().runs
        if run.compared and run.result is not None
    ]
    data = known[name].spec.data if name in known else spec.data
    caption = _caption(spec, name, known.get(name))
    guess = state.guessing(data)
    live_chart(
        figures.curves_figure(name, known, own, guess, caption),
        key=f"{SLUG}/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


HEAD = (
    "recipe",
    "trained at",
    "parameters",
    "pictures",
    "steps",
    "seconds",
    "best",
    "octave down, up",
    "octaves",
    "consistency",
)


def _row(name: str, result: Result, chosen: str) -> tuple[str, ...]:
    run, reach = result.runs[0], story.half_range(result)
    seconds = sum(one.seconds for one in result.runs) / len(result.runs)
    row = (
        name.replace("-centered", ", centered"),
        result.label,
        f"{run.parameters:,}",
        f"{run.images:,}",
        f"{run.plan.steps}",
        formatting.significant_digits(seconds, 2),
        formatting.percent(reach.peak),
        ", ".join(_octave(result)),
        f"{'over ' if reach.is_cut else ''}{reach.octaves:.1f}",
        formatting.percent(float(result.consistency.mean())),
    )
    return tuple(f"<b>{cell}</b>" for cell in row) if name == chosen else row


def _budgets(spec: Spec) -> None:
    known = state.precomputed_results()
    if not known:
        return
    heading("Equal budgets")
    chosen = state.name_of(spec)
    rows = [_row(name, result, chosen) for name, result in known.items()]
    st.html(
        table(HEAD, rows, (0, 1))
        + '<div class="scalescope-note">Means over the seeds; seconds of one seed on one core '
        "of the machine that trained them. Octave down, up: accuracy at half of the smallest and "
        "twice the largest size trained on, a dash where not tested. Octaves: how far accuracy "
        "stays at half of its best or more. Consistency: two places called the same, mean over "
        "all sizes.</div>"
    )


def _claims() -> None:
    said = story.claims(state.precomputed_results())
    if not said:
        return
    heading("What was expected, and what came out")
    st.markdown(
        "\n".join(
            f"- {one.expected} **{one.verdict.capitalize()}.** {one.sentence}" for one in said
        )
    )


def _sources(spec: Spec) -> str:
    source = state.source_of(spec)
    return f"{state.recipe_of(spec).reference}. Objects: {source.title}, {source.license}."


def details(spec: Spec) -> str:
    """One's own training, the budgets and claims, what is inside, and files."""
    live.draw(spec)
    files.load_field()
    _budgets(spec)
    _claims()
    features.draw(spec)
    return f'<div class="scalescope-note">{_sources(spec)}</div>'


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    draw=draw,
    details=details,
)
