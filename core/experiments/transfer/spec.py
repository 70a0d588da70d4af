"""From photographs to satellites: which layer of a pretrained network serves tiles from above.

This module holds the controls. :mod:`core.experiments.transfer.steps` measures step by step.
Nothing here needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...networks import NETWORKS, Network
from ...specs import spec

AUTO = "auto"
SCENES, CROWNS = "scenes", "crowns"
USER_TILES = "user-tiles"  # a measurement of these depends on no field that chooses tiles
PLACES = frozenset(place.name for network in NETWORKS.values() for place in network.layers)
READING = 0.2  # of the whole, where a person's tiles are read first
COMPARED_M = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    data: str = spec.choice(
        SCENES,
        options=(SCENES, CROWNS),
        label="Tiles",
        help="Painted scenes, or tree crowns from the air at 0.1 m (the package deepforest).",
        affects=(SCENES, CROWNS),
    )
    gsd_m: float = spec.number(
        4,
        low=0.1,
        high=30,
        step=0.1,
        unit="m",
        log=True,
        label="Ground sample distance",
        help="Metres per pixel at which the scenes are seen. Real tiles have their own.",
        affects=(SCENES,),
    )
    network: str = spec.choice("efficientnet-lite0", options=tuple(NETWORKS), label="Network")
    labelled: int = spec.integer(20, low=5, high=200, label="Labelled tiles per class")
    layer: str = spec.text(
        AUTO,
        expected="'auto' or a place of the network, such as stem, blocks.5 or head",
        valid=lambda name: name == AUTO or name in PLACES,
        label="Layer for use elsewhere",
        help="Whose probes are used at another ground sample distance; 'auto' is the best one.",
    )
    sets: int = spec.integer(
        8,
        low=4,
        high=32,
        label="Training sets",
        help="How often the labelled tiles are drawn anew: half of them choose, half score.",
    )
    zoom_octaves: float = spec.number(
        2,
        low=0,
        high=5,
        step=1,
        unit="octaves",
        label="Zoom of training tiles",
        help="How far training tiles are enlarged and reduced where they are augmented.",
    )
    compared_m: tuple[float, ...] = spec.numbers(
        COMPARED_M,
        low=0.1,
        high=30,
        max_count=12,
        unit="m",
        label="Ground sample distances compared",
    )
    factors: tuple[float, ...] = spec.numbers(
        FACTORS, low=0.05, high=64, max_count=12, label="Resize factors"
    )
    seed: int = spec.integer(0, low=0, high=9999, label="Seed")

    @property
    def net(self) -> Network:
        """The row of the table."""
        return NETWORKS[self.network]

    def check(self) -> None:
        """The layer must be one of the network's."""
        names = [place.name for place in self.net.layers]
        if self.layer != AUTO and self.layer not in names:
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {', '.join(names)}")
