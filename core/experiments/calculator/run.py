"""Pixels of an object at the sensor, at the input, and relative to each layer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...aerial.sensors import SENSORS
from ...imaging import camera
from .layer_ranges import Layer
from .result import SMALL, VIEW, Answer, Result, Seen
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress


def _answer(spec: Spec, layer: Layer) -> Answer:
    wanted = layer.trained.wanted_px(spec.input_px)
    resample = wanted / spec.object_px
    away = camera.octaves(wanted, spec.input_px)
    return Answer(layer, wanted, away, resample, spec.context_m(resample))


@lru_cache(maxsize=16)
def _sensors(name: str, size_m: float, altitude_m: float) -> tuple[Seen, ...]:
    """Kept, since neither resizing nor the choice of a layer changes it."""
    from .pictures import seen

    found = []
    for slug, sensor in SENSORS.items():
        gsd = sensor.gsd_m(altitude_m)
        size = size_m / gsd
        found.append(Seen(slug, gsd, size, seen(name, size, SMALL)))
    return tuple(sorted(found, key=lambda one: one.gsd_m))


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """The numbers and the pictures; takes some milliseconds, so ``progress`` is told nothing."""
    from .pictures import at_input, seen

    cells = spec.net.input_px
    answers = tuple(_answer(spec, layer) for layer in spec.net.layers)
    brought = next(one.resample for one in answers if one.layer is spec.place)
    return Result(
        spec=spec,
        answers=answers,
        view=seen(spec.object, spec.object_px, VIEW),
        given=at_input(spec.object, spec.object_px, spec.resize, cells),
        brought=at_input(spec.object, spec.object_px, brought, cells),
        sensors=_sensors(spec.object, spec.thing_m, spec.altitude_m),
    )


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; dictionaries are by layer.

    ``object_px`` is at the sensor, ``input_px`` at the network's input, ``context_m`` the ground
    along a side of the input as resized now. ``octaves_to_layer``, ``resample`` and
    ``resampled_context_m`` are of :class:`Answer`; ``range_px`` are the sizes that a layer answers
    nearly best, ``prefers`` whether it prefers them enough to speak of.
    """
    from . import sentences

    spec, answers = result.spec, result.answers
    by_layer = {one.layer.name: one for one in answers}
    return {
        "gsd_m": spec.gsd_m,
        "object_px": spec.object_px,
        "input_px": spec.input_px,
        "context_m": spec.context_m(spec.resize),
        "octaves_to_layer": {name: one.octaves for name, one in by_layer.items()},
        "resample": {name: one.resample for name, one in by_layer.items()},
        "resampled_context_m": {name: one.context_m for name, one in by_layer.items()},
        "range_px": {
            name: [one.layer.trained.low_px, one.layer.trained.high_px]
            for name, one in by_layer.items()
        },
        "prefers": {name: not one.layer.trained.is_wide for name, one in by_layer.items()},
        "layer": spec.place.name,
        "verdict": sentences.verdict(spec),
    }
