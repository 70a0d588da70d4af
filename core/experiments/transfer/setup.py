"""The protocol of a measurement of transfer: its views, its scores and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.features import valid_factors
from ...aerial.probing.intervals import Interval, joint_confidence
from ...aerial.probing.splits import Indices, Split, draw_training_set, max_per_class, split
from ...aerial.tiles.tiles import Tiles
from ...networks import NETWORKS, Network
from ...specs.spec import SpecError
from . import tiles as transfer_tiles
from .spec import AUTO, TARGET_GSDS_M, Spec
from .tiles import TileSet

TRAINED, SHUFFLED, UNTRAINED, MEAN_COLOR = "trained", "shuffled", "untrained", "mean-color"
LABEL_COUNTS = (5, 10, 20, 50, 100, 200)  # labeled tiles per class
BASELINE, CHOSEN = "as it is", "chosen"


@dataclass(frozen=True, eq=False)
class Protocol:
    """What is measured on one landscape, or on photographs: a network on tiles, with a split.

    ``spec``: with the seed of this landscape. ``labels_per_class``: tiles of each class in a
    training set. ``weights``: names of the networks that are compared, the trained one first.
    ``landscape``: number of the landscape, from 0; other ones have other random controls.
    """

    spec: Spec
    network: Network
    tile_set: TileSet
    split: Split
    labels_per_class: int
    weights: tuple[str, ...]
    landscape: int = 0

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the network's layers, in order."""
        return tuple(layer.name for layer in self.network.layers)

    @property
    def chance(self) -> float:
        """Accuracy of always predicting the most frequent class of the test tiles."""
        labels = self.tile_set.labels[self.split.test]
        return float(np.bincount(labels).max() / len(labels))

    @property
    def choosing_sets(self) -> range:
        """Indices of the training sets that choose the layer and the resize factor."""
        return range(0, self.spec.training_sets, 2)

    @property
    def scoring_sets(self) -> range:
        """Indices of the training sets of which accuracies are shown: those that do not choose."""
        return range(1, self.spec.training_sets, 2)

    @property
    def are_scenes(self) -> bool:
        """Whether the tiles are synthetic, so that more landscapes can be drawn."""
        return self.tile_set.finest is None

    @property
    def landscapes(self) -> int:
        """Number of landscapes that the spec measures; 1 for photographs."""
        return self.spec.landscapes if self.are_scenes else 1

    @property
    def distances(self) -> int:
        """Number of target ground sample distances whose intervals hold together."""
        return len(TARGET_GSDS_M) if self.are_scenes else 1

    @property
    def confidence(self) -> float:
        """Confidence of one interval, such that those of all :attr:`distances` hold in 95 %."""
        return joint_confidence(self.distances)

    def factors(self, gsd_m: float) -> tuple[float, ...]:
        """Resize factors tested at a ground sample distance, ascending."""
        return valid_factors(self.tile_set.sides_px[gsd_m], self.spec.factors)

    def training_set(self, index: int, count: int) -> Indices:
        """Indices of one training set, ``count`` tiles of each class: int64 (count * classes,)."""
        seed = 1000 * self.spec.seed + index
        return draw_training_set(self.tile_set.labels, self.split.pool, count, seed)

    def layer(self, best: str) -> str:
        """Layer of the cross-GSD test: ``best`` unless the spec names one."""
        return best if self.spec.layer == AUTO else self.spec.layer


def protocols_of(
    spec: Spec, tiles: Tiles | None, network: Network, weights: tuple[str, ...]
) -> tuple[Protocol, ...]:
    """Set up what a spec measures: a protocol for each landscape; a single one for photographs.

    ``network`` need not be loaded. Raises :class:`core.aerial.probing.splits.TooFewTiles`, and
    SpecError if the network has no such layer.
    """
    names = [layer.name for layer in network.layers]
    if spec.layer not in (AUTO, *names):
        raise SpecError("layer", spec.layer, f"'auto' or one of {', '.join(names)}")
    first = _protocol(spec, tiles, network, weights)
    others = (
        replace(
            _protocol(replace(spec, seed=spec.seed + number), None, network, weights),
            landscape=number,
        )
        for number in range(1, first.landscapes)
    )
    return (first, *others)


def _protocol(
    spec: Spec, tiles: Tiles | None, network: Network, weights: tuple[str, ...]
) -> Protocol:
    tile_set = transfer_tiles.tile_set_of(spec, tiles)
    parts = split(tile_set.labels, tile_set.groups, tile_set.classes, spec.seed)
    count = min(spec.labels_per_class, max_per_class(tile_set.labels, parts.pool))
    return Protocol(spec, network, tile_set, parts, count, weights)


def control_draws(protocols: Sequence[Protocol]) -> int:
    """Count the networks with random weights of one kind: one for each landscape.

    The same one for all where the network is not of the table.
    """
    return len(protocols) if protocols[0].network in NETWORKS.values() else 1


@dataclass(frozen=True)
class View:
    """Tiles at ``gsd_m``, resized by ``factor``, as input of a network with these ``weights``.

    With the weights 'mean-color' there is no network, only the mean color of each tile.
    """

    weights: str
    gsd_m: float
    factor: float


@dataclass(frozen=True, eq=False)
class Score:
    """Predictions of the probes of a view, trained with ``count`` labeled tiles per class.

    ``correct``: bool (layers, scoring sets, test tiles). ``interval``: accuracy (layers,).
    ``validation``: accuracy (layers,) of the choosing sets on validation tiles; None for what is
    not to be chosen from.
    """

    view: View
    layers: tuple[str, ...]
    count: int
    correct: NDArray[np.bool_]
    interval: Interval
    validation: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class CrossResolutionRow:
    """Accuracy of probes of ``layer``, trained at ``train_m``, at every ground sample distance.

    ``intervals``: (GSDs,) by :data:`core.aerial.probing.cross_resolution.CONDITIONS`.
    """

    train_m: float
    layer: str
    intervals: dict[str, Interval]


@dataclass(frozen=True, eq=False)
class Step:
    """What a step has measured, if anything; ``done``: fraction of the whole, 0 to 1."""

    protocol: Protocol
    done: float
    scores: tuple[Score, ...] = ()
    row: CrossResolutionRow | None = None


def target_views(protocol: Protocol) -> list[View]:
    """Views of every network at the target ground sample distance, unresized first."""
    gsd_m = protocol.tile_set.gsd_m
    factors = (1.0, *(factor for factor in protocol.factors(gsd_m) if factor != 1))
    return [View(name, gsd_m, factor) for name in protocol.weights for factor in factors]


def views(protocol: Protocol) -> list[tuple[View, tuple[str, ...]]]:
    """Every view with the layers that are probed, in order; those of the target GSD first.

    At other ground sample distances only the trained network gets resized tiles, and only its last
    layer is probed then.
    """
    layers, target_m = protocol.layers, protocol.tile_set.gsd_m
    tasks = [(view, layers) for view in target_views(protocol)]
    tasks.append((View(MEAN_COLOR, target_m, 1.0), (MEAN_COLOR,)))
    for gsd_m in reversed([gsd for gsd in protocol.tile_set.gsds_m if gsd != target_m]):
        tasks += [(View(name, gsd_m, 1.0), layers) for name in protocol.weights]
        tasks.append((View(MEAN_COLOR, gsd_m, 1.0), (MEAN_COLOR,)))
        factors = [factor for factor in protocol.factors(gsd_m) if factor != 1]
        tasks += [(View(TRAINED, gsd_m, factor), layers[-1:]) for factor in factors]
    return tasks


def label_counts(protocol: Protocol) -> tuple[int, ...]:
    """Numbers of labeled tiles per class that are tested, ascending."""
    maximum = protocol.labels_per_class
    return (*(count for count in LABEL_COUNTS if count < maximum), maximum)


def label_count_views(protocol: Protocol, layer: str, factor: float) -> dict[str, tuple[View, str]]:
    """Views and layers that are tested with fewer labeled tiles, by name."""
    gsd_m = protocol.tile_set.gsd_m
    compared = {
        BASELINE: (View(TRAINED, gsd_m, 1.0), protocol.layers[-1]),
        CHOSEN: (View(TRAINED, gsd_m, factor), layer),
    }
    if SHUFFLED in protocol.weights:
        compared[SHUFFLED] = (View(SHUFFLED, gsd_m, factor), layer)
    return compared


def can_be_chosen(protocol: Protocol, view: View, count: int) -> bool:
    """Whether the layers of a view, with ``count`` labels, are among those to choose from."""
    at_target = view.weights == TRAINED and view.gsd_m == protocol.tile_set.gsd_m
    return at_target and count == protocol.labels_per_class
