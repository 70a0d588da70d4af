"""Controls of the experiment on object sizes, with the arithmetic of pixels on the ground.

The sizes that layers respond to were measured once, see :mod:`core.aerial.layer_sizes`; nothing
here needs torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...aerial.layer_sizes import LayerSizes, NetworkSizes, measured_networks
from ...aerial.objects import OBJECTS
from ...aerial.sensors import SENSORS, camera_gsd_m
from ...errors import UserError
from ...specs import spec

CUSTOM = "custom"
AUTO = "auto"
RESOLVED_PX = 2.0  # an object of fewer pixels shows no shape
LAYER_NAMES = frozenset(name for network in measured_networks().values() for name in network.names)


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sensor: str = spec.choice("worldview-3", options=(*SENSORS, CUSTOM), label="Sensor")
    object: str = spec.choice("car", options=(*OBJECTS, CUSTOM), label="Object")
    altitude_m: float = spec.number(
        100,
        low=1,
        high=1_000_000,
        step=1,
        log=True,
        unit="m",
        label="Altitude",
        help="Of a phone, a drone or a custom camera. The ground sample distance of satellites and "
        "survey flights is fixed.",
    )
    size_m: float = spec.number(
        10, low=0.05, high=2000, step=0.05, log=True, unit="m", label="Size of the custom object"
    )
    resize: float = spec.number(
        1,
        low=0.02,
        high=64,
        step=0.01,
        log=True,
        label="Resize factor",
        help="The picture is resized by this factor before it enters the network. The input size "
        "is fixed, so a larger factor shows less ground.",
    )
    network: str = spec.choice(
        "efficientnet-lite0", options=tuple(measured_networks()), label="Network"
    )
    layer: str = spec.text(
        AUTO,
        expected="'auto', which is the last, or a layer of the network, such as stem or blocks.5",
        valid=lambda name: name == AUTO or name in LAYER_NAMES,
        label="Layer",
    )
    focal_mm: float = spec.number(
        8.8, low=0.5, high=20_000, step=0.1, log=True, unit="mm", label="Custom focal length"
    )
    pitch_um: float = spec.number(
        2.4,
        low=0.5,
        high=50,
        step=0.1,
        log=True,
        unit="\N{MICRO SIGN}m",
        label="Custom pixel pitch",
    )

    @property
    def network_sizes(self) -> NetworkSizes:
        """The sizes that the layers of the chosen network respond to."""
        return measured_networks()[self.network]

    @property
    def layer_sizes(self) -> LayerSizes:
        """The sizes that the chosen layer responds to."""
        return self.network_sizes.layer(self.layer)

    @property
    def gsd_m(self) -> float:
        """The ground sample distance of the sensor, in meters per pixel."""
        if self.sensor == CUSTOM:
            return camera_gsd_m(self.altitude_m, self.pitch_um, self.focal_mm)
        return SENSORS[self.sensor].gsd_m(self.altitude_m)

    @property
    def object_m(self) -> float:
        """The longer side of the object, in meters."""
        return self.size_m if self.object == CUSTOM else OBJECTS[self.object].size_m

    @property
    def object_px(self) -> float:
        """The size of the object in pixels of the sensor."""
        return self.object_m / self.gsd_m

    @property
    def input_px(self) -> float:
        """The size of the object in pixels at the network's input."""
        return self.object_px * self.resize

    @property
    def picture_side_px(self) -> float:
        """The side of the largest square within the sensor's picture, in pixels.

        Infinite where no end of it is known, as for a custom camera.
        """
        if self.sensor == CUSTOM:
            return math.inf
        side_px = SENSORS[self.sensor].picture_side_px(self.altitude_m)
        return math.inf if side_px is None else side_px

    def field_of_view_px(self, resize: float) -> float:
        """Return the side of what the network's input shows, in pixels of the sensor.

        ``resize``: the factor from the sensor's pixels to those of the input, above 0. Never more
        than the sensor's picture has.
        """
        return min(self.network_sizes.input_px / resize, self.picture_side_px)

    def field_of_view_m(self, resize: float) -> float:
        """Return the side of the ground that the network's input shows, in meters."""
        return self.field_of_view_px(resize) * self.gsd_m

    def check(self) -> None:
        """Raise SpecError where the network has no such layer."""
        try:
            self.network_sizes.layer(self.layer)
        except UserError:
            names = ", ".join(self.network_sizes.names)
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {names}") from None
