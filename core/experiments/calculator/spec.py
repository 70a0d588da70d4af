"""How many pixels a thing on the ground gets, and how far that is from what a layer answers best.

This module holds the controls and the arithmetic. The sizes that layers answer were measured once,
see :mod:`core.experiments.calculator.layer_ranges`; nothing here needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...aerial.objects import THINGS
from ...aerial.sensors import SENSORS, own_gsd_m
from ...errors import UserError
from ...specs import spec
from .layer_ranges import Layer, Measured, measured

OWN = "own"
AUTO = "auto"
SHAPE_PX = 2.0  # below about so many pixels there is no shape to be seen
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
        expected="'auto', which is the last, or a layer of the network, such as stem or blocks.5",
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
        except UserError as error:
            names = str(error).rsplit("it has ", 1)[-1].rstrip(".")
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {names}") from None
