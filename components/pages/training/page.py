"""Can training, or an architecture, make a network tolerant of size?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from ....core import formatting
from ....core.evidence.finding import Finding
from ....core.experiments.training import EXPERIMENT, limits, sentences, verdicts
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import Spec
from ... import controls
from ...figures.training import curves as figures
from ...live.chart import ChartCallbacks, live_chart
from ...markup import bold
from ...widgets.tables import table
from ...widgets.text import heading, note, note_html, paragraphs, show
from ..page import Page
from . import evidence, features, files, live, section_evidence, state

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
    "Scale channels, not jointly trained": {"recipe": "scale-channels-naive", "train_px": "auto"},
    "Blur pooling, centered objects": {
        "recipe": "blur",
        "train_px": "auto",
        "position": "centered",
    },
    "100 steps, one seed": {"recipe": "plain", "train_px": "auto", "steps": 100, "seeds": (0,)},
}


def _percent(measured: limits.OverSeeds | None) -> str:
    return "\N{EN DASH}" if measured is None else formatting.percent(measured.all.value)


def _octave(result: Result) -> tuple[str, str]:
    """Accuracy one octave below and above what was trained on."""
    down, up = (limits.accuracy_at(result, px) for px in verdicts.octaves_away_px(result))
    return _percent(down), _percent(up)


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Compare the precomputed run of the chosen method with the plain one."""
    known = state.precomputed_results()
    names = list(dict.fromkeys((state.name_of(spec), state.PLAIN)))
    shown = [name for name in names if name in known]
    if not shown:
        low, high = spec.train_range_px
        return [("training size, px", f"{low:g}" if low == high else f"{low:g} to {high:g}")]
    peaks = [limits.half_range(known[name]).peak for name in shown]
    octaves = [_octave(known[name]) for name in shown]
    return [
        ("", *shown),
        ("highest accuracy", *(formatting.percent(peak) for peak in peaks)),
        ("one octave smaller", *(down for down, _ in octaves)),
        ("one octave larger", *(up for _, up in octaves)),
    ]


def _caption(spec: Spec, name: str, result: Result | None) -> tuple[str, str]:
    how = state.recipe_of(spec)
    if result is None:
        return f"{how.title}. {how.description}", ""
    plan = result.runs[0].plan
    return f"{how.title}. {how.description} {sentences.tolerance(result)}", (
        f"Precomputed: {plan.data}, {plan.steps} steps, {len(result.runs)} seeds. Line: mean over "
        "seeds. Band: from the lowest to the highest 95 % limit of any seed, so it includes the "
        f"error of the test set. {sentences.seed_spread(result)}"
    )


def draw(spec: Spec) -> None:
    """Draw accuracy over size: the precomputed runs, and the session's own."""
    known, name = state.precomputed_results(), state.name_of(spec)
    own = [
        figures.UserRun(run.title, run.result)
        for run in state.session_state().runs
        if run.compared and run.result is not None
    ]
    data = known[name].spec.data if name in known else spec.data
    caption = _caption(spec, name, known.get(name))
    guess = state.chance_level(data)
    live_chart(
        figures.curves_figure(name, known, own, guess, caption),
        key=f"{SLUG}/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


HEAD = (
    "method",
    "training size",
    "parameters",
    "images",
    "steps",
    "seconds",
    "accuracy",
    "one octave away",
    "range, octaves",
    "consistency",
)


def _row(name: str, result: Result, chosen: str) -> tuple[str, ...]:
    run, half = result.runs[0], limits.half_range(result)
    seconds = sum(run.seconds for run in result.runs) / len(result.runs)
    row = (
        name.replace("-centered", ", centered"),
        result.label,
        f"{run.parameters:,}",
        f"{run.images:,}",
        f"{run.plan.steps}",
        formatting.significant_digits(seconds, 2),
        formatting.percent(half.peak),
        ", ".join(_octave(result)),
        f"{'over ' if half.is_cut else ''}{half.octaves:.1f}",
        formatting.percent(float(result.consistency.mean())),
    )
    return tuple(bold(cell) for cell in row) if name == chosen else row


def _seeds(known: Mapping[str, Result]) -> str:
    """'3 for natural; 5 for plain and zoom'."""
    by_count: dict[int, list[str]] = {}
    for name, result in known.items():
        by_count.setdefault(len(result.runs), []).append(name.replace("-centered", ", centered"))
    if len(by_count) == 1:
        return f"{next(iter(by_count))} of each"
    return "; ".join(
        f"{count} for {formatting.join_with_and(names)}"
        for count, names in sorted(by_count.items(), reverse=True)
    )


def _methods(results: Iterable[Result]) -> str:
    """What the short names of the methods stand for."""
    recipes = {result.spec.recipe: state.recipe_of(result.spec) for result in results}
    titles = [
        f"{name}: {recipe.title[0].lower()}{recipe.title[1:]}"
        for name, recipe in recipes.items()
        if recipe.title.lower() != name.replace("-", " ")
    ]
    return f"Methods: {'; '.join(titles)}." if titles else ""


def _budgets(spec: Spec) -> None:
    known = state.precomputed_results()
    if not known:
        return
    heading("All methods with equal numbers of steps")
    chosen = state.name_of(spec)
    rows = [_row(name, result, chosen) for name, result in known.items()]
    show(table(HEAD, rows, (0, 1)))
    note(
        f"Means over the seeds: {_seeds(known)}. Seconds: one seed on one core of the machine that "
        "trained it. Accuracy: the highest test accuracy over all sizes. One octave away: accuracy "
        "at half of the smallest and twice the largest training size; a dash where not tested. "
        "Range: the sizes over which accuracy is at least half of its maximum. Consistency: how "
        "often the same class is predicted at two positions, mean over all sizes."
    )
    note(_methods(known.values()))


def _claims() -> None:
    checked = evidence.claims()
    if not checked:
        return
    heading("Expectations and results")
    st.markdown(
        "\n".join(f"- {claim.expected} **{claim.outcome}.** {claim.sentence}" for claim in checked)
    )


def _answers(spec: Spec) -> None:
    """Say what the precomputed run of the chosen method shows."""
    sentences_ = [finding.sentence for finding in evidence.of_method(spec) if finding.verdict]
    if sentences_:
        heading(
            f"How tolerant of size is {state.name_of(spec).replace('-centered', ', centered')}?"
        )
        paragraphs(*sentences_)


def _sources(spec: Spec) -> str:
    source = state.source_of(spec)
    reference = state.recipe_of(spec).reference
    return f"{reference}. Data: {source.title}, {source.license}. {source.split_note}".rstrip()


def findings(spec: Spec) -> list[Finding]:
    """Say how all sentences of the page are known."""
    return [*evidence.findings(spec), *section_evidence.findings(spec)]


def details(spec: Spec) -> str:
    """Draw the session's runs, the comparison, the claims, and the features."""
    live.draw(spec)
    files.load_field()
    _answers(spec)
    _budgets(spec)
    _claims()
    features.draw(spec)
    return note_html(_sources(spec))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    draw=draw,
    details=details,
    findings=findings,
)
