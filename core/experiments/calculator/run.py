"""Pixels of an object at the sensor, at the network's input, and relative to each layer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...aerial.sensors import SENSORS
from ...evidence.verdict import Estimate
from .result import SMALL_VIEW_CELLS, VIEW_CELLS, Plane, Result, SensorView
from .spec import Spec
from .verdicts import evidence_of

if TYPE_CHECKING:
    from ...jobs.progress import Progress


@lru_cache(maxsize=16)
def _sensor_views(name: str, size_m: float, altitude_m: float) -> tuple[SensorView, ...]:
    """Cached, since neither the resize factor nor the choice of a layer changes it."""
    from .pictures import sensor_view

    views = []
    for slug, sensor in SENSORS.items():
        gsd_m = sensor.gsd_m(altitude_m)
        size_px = size_m / gsd_m
        picture = sensor_view(name, size_px, SMALL_VIEW_CELLS)
        views.append(SensorView(slug, gsd_m, size_px, picture))
    return tuple(sorted(views, key=lambda view: view.gsd_m))


def _input(spec: Spec, resize: float) -> Plane:
    from .pictures import network_input

    cells, side_px = spec.network_sizes.input_px, spec.picture_side_px
    return network_input(spec.object, spec.object_px, resize, cells, side_px)


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Compute the sizes and render the pictures.

    It takes a few milliseconds, so ``progress`` is never called.
    """
    from .pictures import sensor_view

    best = evidence_of(spec.layer_sizes).best
    return Result(
        spec=spec,
        view=sensor_view(spec.object, spec.object_px, VIEW_CELLS),
        input_as_resized=_input(spec, spec.resize),
        input_at_best_size=None if best is None else _input(spec, best.value / spec.object_px),
        sensor_views=_sensor_views(spec.object, spec.object_m, spec.altitude_m),
    )


def limits(estimate: Estimate) -> dict[str, float]:
    """A value with its interval, by name."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def summary(result: Result) -> dict[str, Any]:
    """Return the keys that the command line promises; dictionaries are by layer.

    ``object_px`` is at the sensor, ``input_px`` at the network's input, ``context_m`` the side of
    the ground that the input shows as resized now, never more than the sensor's picture.
    ``octaves_to_layer``, ``resample`` and ``resampled_context_m`` are those of
    :class:`LayerTarget`, None for a layer without a best size; ``best_px`` is that size with its
    limits over pictures. ``ranges_px`` are all sizes at which the response of a layer is within a
    tenth of its maximum, ``range_px`` those around the maximum. ``prefers``: whether it has a best
    size; ``suits``: the answer of every layer.
    """
    spec = result.spec
    by_layer = {target.layer.name: target for target in result.targets}
    return {
        "gsd_m": spec.gsd_m,
        "object_px": spec.object_px,
        "input_px": spec.input_px,
        "context_m": spec.field_of_view_m(spec.resize),
        "octaves_to_layer": {name: target.octaves for name, target in by_layer.items()},
        "resample": {name: target.resample for name, target in by_layer.items()},
        "resampled_context_m": {name: target.field_of_view_m for name, target in by_layer.items()},
        "range_px": {
            name: [target.layer.peak_range.low_px, target.layer.peak_range.high_px]
            for name, target in by_layer.items()
        },
        "ranges_px": {
            name: [[part.low_px, part.high_px] for part in target.layer.ranges]
            for name, target in by_layer.items()
        },
        "best_px": {
            name: None if target.best is None else limits(target.best)
            for name, target in by_layer.items()
        },
        "prefers": {name: target.best is not None for name, target in by_layer.items()},
        "suits": {name: target.verdict.verdict for name, target in by_layer.items()},
        "layer": spec.layer_sizes.name,
        "verdict": result.target.words,
    }
