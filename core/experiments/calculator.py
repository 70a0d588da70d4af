"""How many pixels a thing on the ground gets, and how far that is from what a layer answers best.

This module holds the controls and the arithmetic. The sizes that layers answer were measured once,
see :mod:`core.experiments.calculator_layers`; nothing here needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import camera, spec
from core.aerial.sensors import SENSORS, own_gsd_m
from core.aerial.things import THINGS
from core.experiments.calculator_layers import Layer, Measured, measured

if TYPE_CHECKING:
    from core.experiments import Progress

Plane = NDArray[np.float32]

OWN = "own"
AUTO = "auto"
SHAPE_PX = 2.0  # below about so many pixels there is no shape to be seen
VIEW, SMALL = 144, 60  # cells of a large and of a small picture of what a sensor sees
PLACES = frozenset(layer.name for net in measured().values() for layer in net.layers)


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sensor: str = spec.choice("worldview-3", options=(*SENSORS, OWN), label="Sensor")
    object: str = spec.choice("car", options=(*THINGS, OWN), label="Object")
    altitude_m: float = spec.number(
        100,
        low=1,
        high=1_000_000,
        step=1,
        log=True,
        unit="m",
        label="Height",
        help="Of a phone, a drone or a camera of your own; satellites and survey flights have "
        "their own height.",
    )
    size_m: float = spec.number(
        10, low=0.05, high=2000, step=0.05, log=True, unit="m", label="Size of your own object"
    )
    resize: float = spec.number(
        1,
        low=0.02,
        high=64,
        step=0.01,
        log=True,
        label="Resized by",
        help="By how much the picture is enlarged before the network gets it. The network's input "
        "stays as it is, so it sees less ground the more the picture is enlarged.",
    )
    network: str = spec.choice("efficientnet-lite0", options=tuple(measured()), label="Network")
    layer: str = spec.text(
        AUTO,
        shape="'auto', which is the last, or a layer of the network, such as stem or blocks.5",
        valid=lambda name: name == AUTO or name in PLACES,
        label="Layer",
    )
    focal_mm: float = spec.number(
        8.8, low=0.5, high=20_000, step=0.1, log=True, unit="mm", label="Own focal length"
    )
    pitch_um: float = spec.number(
        2.4, low=0.5, high=50, step=0.1, log=True, unit="\N{MICRO SIGN}m", label="Own pixel pitch"
    )

    @property
    def net(self) -> Measured:
        """The network and its layers."""
        return measured()[self.network]

    @property
    def place(self) -> Layer:
        """The layer that the answer is for."""
        return self.net.layer(self.layer)

    @property
    def gsd_m(self) -> float:
        """Metres of ground per pixel of the sensor."""
        if self.sensor == OWN:
            return own_gsd_m(self.altitude_m, self.pitch_um, self.focal_mm)
        return SENSORS[self.sensor].gsd_m(self.altitude_m)

    @property
    def thing_m(self) -> float:
        """The longer side of the object."""
        return self.size_m if self.object == OWN else THINGS[self.object].size_m

    @property
    def object_px(self) -> float:
        """Pixels of the sensor that it spans."""
        return self.thing_m / self.gsd_m

    @property
    def input_px(self) -> float:
        """Pixels that it spans at the network's input."""
        return self.object_px * self.resize

    def context_m(self, resize: float) -> float:
        """Metres of ground along a side of the network's input, resized by so much."""
        return self.net.input_px / resize * self.gsd_m

    def check(self) -> None:
        """The layer must be one of the network's."""
        try:
            self.net.layer(self.layer)
        except ValueError as error:
            names = str(error).rsplit("it has ", 1)[-1].rstrip(".")
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {names}") from None


@dataclass(frozen=True)
class Answer:
    """What is to be done for one layer.

    ``wanted_px``: the layer's best size; where it has no preference, the size within its range that
    is nearest to the object's at the input. ``octaves``: by how many the object at the input must
    grow to that, negative where it must shrink. ``resample``: the factor from the sensor's pixels,
    1 for as they are. ``context_m``: ground along a side of the input that is resized so.
    """

    layer: Layer
    wanted_px: float
    octaves: float
    resample: float
    context_m: float


@dataclass(frozen=True)
class Seen:
    """How one sensor of the table sees the object; ``picture`` float32 (60, 60) in [0, 1]."""

    slug: str
    gsd_m: float
    object_px: float
    picture: Plane


@dataclass(frozen=True)
class Result:
    """``answers``: by layer, from the input on. ``view``: float32 (144, 144), the object and some
    ground as the sensor sees it, its pixels repeated; ``given`` and ``brought``: float32 (input,
    input), what the network is given as resized now, and as resized to the layer's best size, all
    in [0, 1]. ``sensors``: all of the table, the finest first."""

    spec: Spec
    answers: tuple[Answer, ...]
    view: Plane
    given: Plane
    brought: Plane
    sensors: tuple[Seen, ...]

    @property
    def answer(self) -> Answer:
        """That of the spec's layer."""
        return next(one for one in self.answers if one.layer is self.spec.place)


def _answer(spec: Spec, layer: Layer) -> Answer:
    wanted = layer.trained.wanted_px(spec.input_px)
    resample = wanted / spec.object_px
    away = camera.octaves(wanted, spec.input_px)
    return Answer(layer, wanted, away, resample, spec.context_m(resample))


@lru_cache(maxsize=16)
def _sensors(name: str, size_m: float, altitude_m: float) -> tuple[Seen, ...]:
    """Kept, since neither resizing nor the choice of a layer changes it."""
    from core.experiments.calculator_pictures import seen

    found = []
    for slug, sensor in SENSORS.items():
        gsd = sensor.gsd_m(altitude_m)
        size = size_m / gsd
        found.append(Seen(slug, gsd, size, seen(name, size, SMALL)))
    return tuple(sorted(found, key=lambda one: one.gsd_m))


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """The numbers and the pictures; takes some milliseconds, so ``progress`` is told nothing."""
    from core.experiments.calculator_pictures import at_input, seen

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
    from core.experiments import calculator_story

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
        "verdict": calculator_story.verdict(spec),
    }
