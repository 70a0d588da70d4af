"""How many pixels a thing on the ground gets, and what a network's layers would like."""

from __future__ import annotations

from typing import Any

from ...core import formatting
from ...core.experiments.calculator import EXPERIMENT
from ...core.experiments.calculator import sentences as story
from ...core.experiments.calculator.result import Answer, Seen
from ...core.experiments.calculator.spec import OWN, Spec
from .. import cached, controls
from ..figures.calculator import sizes
from ..figures.calculator import views as figures
from ..live.chart import ChartCallbacks, live_chart
from ..markup import LINE_BREAK, join_html
from ..widgets.tables import table
from ..widgets.text import heading, note_html
from .page import Page

SLUG = "calculator"
MAIN_FIELDS = ("sensor", "altitude_m", "object", "size_m", "resize", "network", "layer")
ADVANCED_FIELDS = ("focal_mm", "pitch_um")
PRESETS: dict[str, dict[str, Any]] = {
    "A car in Sentinel-2": {"sensor": "sentinel-2", "object": "car", "resize": 1.0},
    "Enlarged for the last layer": {"sensor": "worldview-3", "object": "car", "resize": 4.73},
    "A house in NAIP": {"sensor": "naip", "object": "house", "resize": 1.0},
    "A cat under a drone": {"sensor": "drone", "object": "cat", "altitude_m": 30.0, "resize": 1.0},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Ground sample distance, sizes, and the ground that the input sees."""
    tile = spec.net.input_px / spec.resize
    return [
        ("ground sample", f"{story.metres(spec.gsd_m)}/px"),
        ("object, sensor", formatting.pixels(spec.object_px)),
        ("object, input", formatting.pixels(spec.input_px)),
        ("input sees", f"{formatting.pixels(tile)}, {story.metres(spec.context_m(spec.resize))}"),
    ]


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons = {}
    if spec.object != OWN:
        reasons["size_m"] = "Choose the object 'own' to use it."
    if spec.sensor != OWN:
        reason = "Choose the sensor 'own' to use it."
        reasons |= {"focal_mm": reason, "pitch_um": reason}
    return reasons


def draw(spec: Spec) -> None:
    """The pictures with their words."""
    result = cached.result(EXPERIMENT, spec)
    live_chart(
        figures.figure(result),
        key="calculator/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


LAYERS = (
    "layer",
    "answers",
    "best, px",
    "octaves to that",
    "resize by",
    "input sees",
    "shuffled",
)
SENSORS = ("sensor", "ground sample", "object, px", "where that is printed")


def _layer_row(one: Answer) -> tuple[str, ...]:
    wanted, control = one.layer.trained, one.layer.shuffled
    reach = story.reach(wanted).removeprefix("of ")
    shuffled = "any" if control.is_wide else formatting.significant_digits(control.best_px, 2)
    return (
        one.layer.name,
        reach,
        "any" if wanted.is_wide else formatting.significant_digits(wanted.best_px, 2),
        f"{one.octaves:+.1f}" if abs(one.octaves) >= 0.05 else "0",
        story.factor(one.resample),
        story.metres(one.context_m),
        shuffled,
    )


def _sensor_row(spec: Spec, one: Seen) -> tuple[str, ...]:
    return (
        story.short_name(spec, one.slug),
        story.metres(one.gsd_m),
        formatting.significant_digits(one.object_px),
        join_html(*story.source(one.slug), separator=LINE_BREAK),
    )


def details(spec: Spec) -> str:
    """The sizes that the layers answer, and the numbers of all of them and of every sensor."""
    result = cached.result(EXPERIMENT, spec)
    heading("Which layers answer that size?")
    live_chart(sizes.sizes_figure(result), key="calculator/sizes")
    layers = table(LAYERS, [_layer_row(one) for one in result.answers])
    sensors = table(
        SENSORS, [_sensor_row(spec, one) for one in result.sensors], text_columns=(0, 3)
    )
    return join_html(
        layers,
        note_html(story.how_measured(spec)),
        LINE_BREAK,
        sensors,
        note_html(story.how_drawn(spec)),
    )


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
)
