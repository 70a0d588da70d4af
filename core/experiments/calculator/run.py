"""Pixels of an object at the sensor, at the network's input, and relative to each layer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...aerial.layer_sizes import LayerSizes
from ...aerial.sensors import SENSORS
from ...imaging import camera
from .result import SMALL_VIEW_CELLS, VIEW_CELLS, LayerTarget, Result, SensorView
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress


def _target(spec: Spec, layer: LayerSizes) -> LayerTarget:
    target_px = layer.trained.target_px(spec.input_px)
    resample = target_px / spec.object_px
    octaves = camera.octaves(target_px, spec.input_px)
    return LayerTarget(layer, target_px, octaves, resample, spec.field_of_view_m(resample))


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


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Compute the sizes and render the pictures.

    It takes a few milliseconds, so ``progress`` is never called.
    """
    from .pictures import network_input, sensor_view

    cells = spec.network_sizes.input_px
    targets = tuple(_target(spec, layer) for layer in spec.network_sizes.layers)
    resample = next(target.resample for target in targets if target.layer is spec.layer_sizes)
    return Result(
        spec=spec,
        targets=targets,
        view=sensor_view(spec.object, spec.object_px, VIEW_CELLS),
        input_as_resized=network_input(spec.object, spec.object_px, spec.resize, cells),
        input_at_preferred_size=network_input(spec.object, spec.object_px, resample, cells),
        sensor_views=_sensor_views(spec.object, spec.object_m, spec.altitude_m),
    )


def summary(result: Result) -> dict[str, Any]:
    """Return the keys that the command line promises; dictionaries are by layer.

    ``object_px`` is at the sensor, ``input_px`` at the network's input, ``context_m`` the side of
    the ground that the input shows as resized now. ``octaves_to_layer``, ``resample`` and
    ``resampled_context_m`` are those of :class:`LayerTarget`; ``range_px`` are the sizes at which
    the response of a layer is within a tenth of its maximum, ``prefers`` whether that range is
    narrow enough for a preference.
    """
    from . import sentences

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
            name: [target.layer.trained.low_px, target.layer.trained.high_px]
            for name, target in by_layer.items()
        },
        "prefers": {name: not target.layer.trained.is_wide for name, target in by_layer.items()},
        "layer": spec.layer_sizes.name,
        "verdict": sentences.verdict(spec),
    }
