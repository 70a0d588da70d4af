"""How many pixels an object on the ground spans, and to which sizes a network's layers respond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.aerial.sensors import SENSORS
from ...core.evidence.finding import Finding
from ...core.experiments.calculator import EXPERIMENT, sentences
from ...core.experiments.calculator.result import SensorView
from ...core.experiments.calculator.spec import CUSTOM, Spec
from ...core.experiments.calculator.verdicts import LayerTarget
from ...core.formatting import pixels, significant_digits
from .. import cached, controls
from ..figures.calculator.sizes import sizes_figure
from ..figures.calculator.views import figure
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
    "Enlarged for the last layer": {"sensor": "worldview-3", "object": "car", "resize": 7.7},
    "A house in NAIP": {"sensor": "naip", "object": "house", "resize": 1.0},
    "A cat seen by a drone": {
        "sensor": "drone",
        "object": "cat",
        "altitude_m": 30.0,
        "resize": 1.0,
    },
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The ground sample distance, the sizes of the object, and the field of view of the input."""
    side_px = spec.field_of_view_px(spec.resize)
    side_m = spec.field_of_view_m(spec.resize)
    return [
        ("GSD", f"{sentences.format_length(spec.gsd_m)}/px"),
        ("object, sensor", pixels(spec.object_px)),
        ("object, input", pixels(spec.input_px)),
        ("field of view", f"{pixels(side_px)}, {sentences.format_length(side_m)}"),
    ]


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Why controls have no effect now, by field."""
    reasons = {}
    if spec.object != CUSTOM:
        reasons["size_m"] = "Choose the object 'custom' to use it."
    if spec.sensor != CUSTOM:
        reason = "Choose the sensor 'custom' to use it."
        reasons |= {"focal_mm": reason, "pitch_um": reason}
    return reasons


def draw(spec: Spec) -> None:
    """Draw the pictures with their sentences."""
    result = cached.result(EXPERIMENT, spec)
    live_chart(
        figure(result),
        key="calculator/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


LAYER_COLUMNS = (
    "layer",
    "suits",
    "responds to",
    "best size, px",
    "factor (octaves)",
    "resize factor",
    "field of view",
    "shuffled, px",
)
SENSOR_COLUMNS = ("sensor", "GSD", "object, px", "source of the GSD or the lens")


NONE = "none"


def _best_size(target: LayerTarget) -> str:
    """The best size with its interval over pictures."""
    if target.best is None:
        return NONE
    size, low, high = (
        significant_digits(value, 2)
        for value in (target.best.value, target.best.low, target.best.high)
    )
    return f"{size} ({low} to {high})"


def _shuffled(target: LayerTarget) -> str:
    """The best size for every seed of the shuffled weights."""
    sizes = target.layer.shuffled_best_px
    return ", ".join(NONE if size is None else significant_digits(size, 2) for size in sizes)


def _to_best_size(target: LayerTarget) -> tuple[str, ...]:
    """Factor and octaves, resize factor and field of view; all empty without a best size."""
    if target.octaves is None or target.resample is None or target.field_of_view_m is None:
        return ("",) * 3
    return (
        f"{sentences.format_factor(2**target.octaves)} ({target.octaves:+.1f})",
        sentences.format_factor(target.resample),
        sentences.format_length(target.field_of_view_m),
    )


def _layer_row(target: LayerTarget) -> tuple[str, ...]:
    return (
        target.layer.name,
        target.verdict.verdict,
        sentences.ranges_phrase(target.layer),
        _best_size(target),
        *_to_best_size(target),
        _shuffled(target),
    )


def _sensor_row(spec: Spec, view: SensorView) -> tuple[str, ...]:
    sensor = SENSORS[view.slug]
    return (
        sentences.short_title(spec, view.slug),
        f"{sentences.format_length(view.gsd_m)}/px",
        significant_digits(view.object_px),
        join_html(sensor.source, sensor.note, separator=LINE_BREAK),
    )


def details(spec: Spec) -> str:
    """Draw the sizes that the layers respond to; return the tables of layers and sensors."""
    result = cached.result(EXPERIMENT, spec)
    heading("Which layers respond to that size?")
    live_chart(sizes_figure(result), key="calculator/sizes")
    layers = table(LAYER_COLUMNS, [_layer_row(target) for target in result.targets])
    sensors = table(
        SENSOR_COLUMNS,
        [_sensor_row(spec, view) for view in result.sensor_views],
        text_columns=(0, 3),
    )
    return join_html(
        layers,
        note_html(sentences.measurement_note()),
        note_html(sentences.measurement_limits(spec)),
        LINE_BREAK,
        sensors,
        note_html(sentences.picture_note(spec)),
    )


def findings(spec: Spec) -> Sequence[Finding]:
    """Every sentence of the page, with how it is known."""
    return EXPERIMENT.findings(cached.result(EXPERIMENT, spec))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
    findings=findings,
)
