"""What a measurement of transfer consists of: its views, what was scored, its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.features import fitting, side_px
from ...aerial.probing.probes import Band
from ...aerial.probing.splits import Indices, Split, drawn, most_per_class, split
from ...aerial.tiles.tiles import Tiles
from ...networks import LoadedNetwork, Network
from ...specs.spec import SpecError
from . import tiles as transfer_ground
from .spec import AUTO, Spec
from .tiles import Ground

TRAINED, SHUFFLED, UNTRAINED, COLOUR = "trained", "shuffled", "untrained", "colour"
PASS_S, PROBE_S, DRAW_S = 0.02, 0.004, 0.06  # of a picture of 224 px, a probe and a scene
SMALL_PX = 36  # smaller pictures take as long
COUNTS = (5, 10, 20, 50, 100, 200)  # labelled tiles per class
AS_IT_IS, CHOSEN = "as it is", "chosen"


@dataclass(frozen=True, eq=False)
class Setting:
    """What is measured. ``labelled``: tiles per class in each training set; ``weights``: of the
    networks that are compared, the trained one first."""

    spec: Spec
    network: Network
    ground: Ground
    split: Split
    labelled: int
    weights: tuple[str, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The places of the network, in order."""
        return tuple(place.name for place in self.network.layers)

    @property
    def chance(self) -> float:
        """The share of held tiles that the most frequent class would get right."""
        held = self.ground.labels[self.split.held]
        return float(np.bincount(held).max() / len(held))

    def factors(self, gsd_m: float) -> tuple[float, ...]:
        """The resize factors that are tried at a ground sample distance, ascending."""
        return fitting(self.ground.sides_px[gsd_m], self.spec.factors)

    def training_set(self, at: int, count: int) -> Indices:
        """The tiles of one of the training sets, or the first ``count`` of each class of it."""
        seed = 1000 * self.spec.seed + at
        return drawn(self.ground.labels, self.split.pool, count, seed)

    def layer(self, best: str) -> str:
        """The layer whose probes are used elsewhere."""
        return best if self.spec.layer == AUTO else self.spec.layer


def setting_of(spec: Spec, tiles: Tiles | None, networks: Mapping[str, LoadedNetwork]) -> Setting:
    """What a spec measures; raises :class:`core.aerial.probing.splits.TooFewTiles`.

    Raises SpecError where the network is a person's own and has no such layer.
    """
    return setting_with(spec, tiles, networks[TRAINED].network, tuple(networks))


def setting_with(
    spec: Spec, tiles: Tiles | None, network: Network, weights: tuple[str, ...]
) -> Setting:
    """As :func:`setting_of`, with networks that need not be loaded."""
    names = [place.name for place in network.layers]
    if spec.layer not in (AUTO, *names):
        raise SpecError("layer", spec.layer, f"'auto' or one of {', '.join(names)}")
    made = transfer_ground.ground_of(spec, tiles)
    parts = split(made.labels, made.groups, made.classes, spec.seed)
    count = min(spec.labelled, most_per_class(made.labels, parts.pool))
    return Setting(spec, network, made, parts, count, weights)


@dataclass(frozen=True)
class View:
    """Tiles at ``gsd_m``, resized by ``factor``, as a network with these ``weights`` sees them.

    With the weights 'colour' there is no network but the mean colour of each tile.
    """

    weights: str
    gsd_m: float
    factor: float


@dataclass(frozen=True, eq=False)
class Score:
    """What probes of a view get right: ``right`` bool (layers, training sets, held tiles).

    ``count``: labelled tiles per class; ``band`` (layers,) is the share that is right.
    """

    view: View
    layers: tuple[str, ...]
    count: int
    right: NDArray[np.bool_]
    band: Band


@dataclass(frozen=True, eq=False)
class Across:
    """Probes of ``layer`` trained at ``train_m``: by kind (:data:`core.aerial.probing.cross_resolution.KINDS`) the
    share that is right at every ground sample distance, (gsds,)."""

    train_m: float
    layer: str
    bands: dict[str, Band]


@dataclass(frozen=True, eq=False)
class Step:
    """What is new, if anything; ``done``: the fraction of the whole so far."""

    setting: Setting
    done: float
    scores: tuple[Score, ...] = ()
    across: Across | None = None


def asked_views(setting: Setting) -> list[View]:
    """Every network's at the ground sample distance that is asked about, as it is first."""
    gsd_m = setting.ground.gsd_m
    tried = (1.0, *(one for one in setting.factors(gsd_m) if one != 1))
    return [View(name, gsd_m, factor) for name in setting.weights for factor in tried]


def views(setting: Setting) -> list[tuple[View, tuple[str, ...]]]:
    """Every view with the layers that are probed, in order; those of ``gsd_m`` first.

    At the others only the trained network sees tiles of other sizes, and only the last layer is
    probed then.
    """
    layers, asked = setting.layers, setting.ground.gsd_m
    found = [(view, layers) for view in asked_views(setting)]
    found.append((View(COLOUR, asked, 1.0), (COLOUR,)))
    for gsd_m in reversed([gsd for gsd in setting.ground.gsds_m if gsd != asked]):
        found += [(View(name, gsd_m, 1.0), layers) for name in setting.weights]
        found.append((View(COLOUR, gsd_m, 1.0), (COLOUR,)))
        others = [one for one in setting.factors(gsd_m) if one != 1]
        found += [(View(TRAINED, gsd_m, one), layers[-1:]) for one in others]
    return found


def counts_of(setting: Setting) -> tuple[int, ...]:
    """The numbers of labelled tiles per class that are tried, ascending."""
    return (*(one for one in COUNTS if one < setting.labelled), setting.labelled)


def compared(setting: Setting, layer: str, factor: float) -> dict[str, tuple[View, str]]:
    """Views and layers that are tried with fewer labelled tiles, by name."""
    gsd_m = setting.ground.gsd_m
    found = {
        AS_IT_IS: (View(TRAINED, gsd_m, 1.0), setting.layers[-1]),
        CHOSEN: (View(TRAINED, gsd_m, factor), layer),
    }
    if SHUFFLED in setting.weights:
        found[SHUFFLED] = (View(SHUFFLED, gsd_m, factor), layer)
    return found


def seconds(setting: Setting, view: View, layers: Sequence[str]) -> float:
    """About how long a view takes on one core."""
    probes = PROBE_S * setting.spec.sets * len(layers)
    if view.weights == COLOUR:
        return probes
    side = max(SMALL_PX, side_px(setting.ground.sides_px[view.gsd_m], view.factor))
    return probes + PASS_S * len(setting.ground.labels) * side**2 / 224**2
