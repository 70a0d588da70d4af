"""Fields of the transfer experiment: which layer of a pretrained network transfers to aerial tiles.

:mod:`core.experiments.transfer.steps` measures step by step. Nothing here needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...networks import NETWORKS, Network
from ...specs import spec

AUTO = "auto"
SCENES, CROWNS = "scenes", "crowns"
USER_TILES = "user-tiles"  # a measurement of these depends on no field that chooses tiles
LAYERS = frozenset(layer.name for network in NETWORKS.values() for layer in network.layers)
READING = 0.2  # fraction of the progress, if the user's tiles are read first
GSDS_M = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
TARGET_GSDS_M = (0.5, 0.6, 1.0, 2.0, 3.0, 4.0, 8.0, 10.0, 16.0)  # measured beforehand
MIN_LANDSCAPES = 3  # with fewer, nothing is recommended
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass(frozen=True)
class Spec:
    """Every field of the experiment, with its limits."""

    data: str = spec.choice(
        SCENES,
        options=(SCENES, CROWNS),
        label="Tiles",
        help="Synthetic scenes, or aerial pictures of tree crowns at 0.1 m (package deepforest).",
        affects=(SCENES, CROWNS),
    )
    gsd_m: float = spec.number(
        4,
        low=0.1,
        high=30,
        step=0.1,
        unit="m",
        log=True,
        label="Ground sample distance (GSD)",
        help="Meters per pixel of the scenes. Photographed tiles have their own.",
        affects=(SCENES,),
    )
    network: str = spec.choice("efficientnet-lite0", options=tuple(NETWORKS), label="Network")
    labels_per_class: int = spec.integer(20, low=5, high=200, label="Labeled tiles per class")
    layer: str = spec.text(
        AUTO,
        expected="'auto' or a layer of the network, such as stem, blocks.5 or head",
        valid=lambda name: name == AUTO or name in LAYERS,
        label="Layer for the cross-GSD test",
        help="Its probes are tested at other ground sample distances; 'auto' is the best layer.",
    )
    training_sets: int = spec.integer(
        8,
        low=4,
        high=32,
        label="Training sets",
        help="Random draws of the labeled tiles. Half of them choose layer and factor, half score.",
    )
    zoom_octaves: float = spec.number(
        2,
        low=0,
        high=5,
        step=1,
        unit="octaves",
        label="Zoom augmentation",
        help="Largest enlargement and reduction of training tiles in the cross-GSD test.",
    )
    gsds_m: tuple[float, ...] = spec.numbers(
        GSDS_M,
        low=0.1,
        high=30,
        max_count=12,
        unit="m",
        label="Ground sample distances",
    )
    factors: tuple[float, ...] = spec.numbers(
        FACTORS, low=0.05, high=64, max_count=12, label="Resize factors"
    )
    landscapes: int = spec.integer(
        MIN_LANDSCAPES,
        low=1,
        high=6,
        label="Landscapes",
        help="Random seeds of the scenes' terrain, from the seed below on. The time grows with "
        "their number; nothing is recommended from fewer than 3.",
        affects=(SCENES,),
    )
    seed: int = spec.integer(0, low=0, high=9999, label="Random seed")

    @property
    def net(self) -> Network:
        """The network's row of the table."""
        return NETWORKS[self.network]

    def check(self) -> None:
        """Raise SpecError if the layer is not one of the network's."""
        names = [layer.name for layer in self.net.layers]
        if self.layer != AUTO and self.layer not in names:
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {', '.join(names)}")
