"""The measurement step by step: probes by layer, by resize factor and by ground sample distance.

First every factor at the target ground sample distance (GSD), with the trained network and its
controls, on every landscape; this chooses a layer and a factor. Then, again on every landscape,
fewer labeled tiles, and the other ground sample distances, coarse ones first. Last come probes
trained at one GSD and tested at all. It may be stopped after any step.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing import features as probing_features
from ...aerial.probing.cross_resolution import CrossResolutionData, evaluate_row
from ...aerial.probing.features import WEIGHTS, FeatureCache, with_controls
from ...aerial.probing.intervals import bootstrap_interval
from ...aerial.probing.probes import Floats, fit
from ...aerial.probing.splits import Indices
from ...aerial.tiles.tiles import Tiles
from ...networks import NETWORKS, LoadedNetwork
from . import scene_cache
from .selection import Choice, choose
from .setup import (
    MEAN_COLOR,
    TRAINED,
    CrossResolutionRow,
    Protocol,
    Score,
    Step,
    View,
    can_be_chosen,
    label_count_views,
    label_counts,
    protocols_of,
    views,
)
from .spec import Spec
from .tiles import Images
from .timing import PROBE_S, ZOOMED_S, Progress, scenes_s, view_s

Task = tuple[View, tuple[str, ...]]


def steps(
    spec: Spec,
    tiles: Tiles | None = None,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
    cache: FeatureCache | None = None,
) -> Iterator[Step]:
    """Measure step by step; the iterator may be abandoned at any time.

    ``tiles``: the user's, in place of the spec's. ``networks``: by weights, 'trained' and any
    controls, in place of the spec's. ``cache`` holds features, so that another spec with the same
    tiles is fast. Raises NetworkMissing if the network or the device is not available, and
    :class:`core.aerial.probing.splits.TooFewTiles`.
    """
    network = networks[TRAINED].network if networks else NETWORKS[spec.network]
    protocols = protocols_of(spec, tiles, network, tuple(networks or WEIGHTS))
    # The user's tiles are shared with no other session.
    default = probing_features.SCENE_FEATURES if tiles is None else FeatureCache()
    progress = Progress(protocols)
    runs = [
        MeasurementRun(
            protocol,
            networks or with_controls(spec.network, device, protocol.landscape),
            cache or default,
            progress,
        )
        for protocol in protocols
    ]
    first = list[Step]()
    for run in runs:
        for step in run.target():
            first.append(step)
            yield step
    choice = choose(first)
    for run in reversed(runs):  # the last ones' scenes are still in memory
        if run.protocol.landscape < len(runs) - scene_cache.MAX_SETS:
            yield from run.draw_scenes()
        yield from run.remaining(choice)


@dataclass
class MeasurementRun:
    """State shared by the steps of one landscape.

    ``features_by_view``: features that later steps need, of ``layer`` alone once that is known.
    """

    protocol: Protocol
    networks: Mapping[str, LoadedNetwork]
    cache: FeatureCache
    progress: Progress
    layer: str = ""
    features_by_view: dict[View, Mapping[str, Floats]] = field(default_factory=dict)
    last_images: tuple[float, Images] | None = None

    def step(
        self, seconds: float, score: Score | None = None, row: CrossResolutionRow | None = None
    ) -> Step:
        """Make a step that took about ``seconds``."""
        self.progress.spend(seconds)
        scores = () if score is None else (score,)
        return Step(self.protocol, self.progress.done(), scores, row)

    def draw_scenes(self) -> Iterator[Step]:
        """Draw the scenes, in steps without scores."""
        seconds = scenes_s(self.protocol)
        for fraction in self.protocol.tile_set.prepare():
            yield Step(self.protocol, self.progress.done(fraction * seconds))
        self.progress.spend(seconds)

    def target(self) -> Iterator[Step]:
        """Measure every view at the target ground sample distance."""
        yield from self.draw_scenes()
        for view, layers in self.tasks()[0]:
            score = self.score(view, layers, self.protocol.labels_per_class)
            yield self.step(view_s(self.protocol, view, layers), score)
        self.last_images = None  # the next landscape has its own

    def remaining(self, choice: Choice) -> Iterator[Step]:
        """Measure what depends on the choice, and then the other ground sample distances."""
        yield from self.label_counts(choice)
        layer = self.protocol.layer(choice.layer)
        self.keep_only(layer)
        for view, layers in self.tasks()[1]:
            score = self.score(view, layers, self.protocol.labels_per_class)
            yield self.step(view_s(self.protocol, view, layers), score)
        yield from self.cross_resolution(layer)
        self.features_by_view.clear()
        self.last_images = None

    def tasks(self) -> tuple[list[Task], list[Task]]:
        """Views at the target ground sample distance, and the others."""
        tasks = views(self.protocol)
        target = [task for task in tasks if task[0].gsd_m == self.protocol.tile_set.gsd_m]
        return target, tasks[len(target) :]

    def images(self, gsd_m: float) -> Images:
        """Tiles at a ground sample distance: float32 (n, 3, side, side) in [0, 1]."""
        if self.last_images is None or self.last_images[0] != gsd_m:
            self.last_images = None  # so that there are never two in memory
            self.last_images = (gsd_m, self.protocol.tile_set.images(gsd_m))
        return self.last_images[1]

    def features(self, view: View) -> Mapping[str, Floats]:
        """Features of a view by layer: (tiles, channels)."""
        if view in self.features_by_view and not self.layer:  # later, only one layer is kept
            return self.features_by_view[view]
        if view.weights == MEAN_COLOR:
            return {MEAN_COLOR: self.images(view.gsd_m).mean(axis=(2, 3))}
        loaded = self.networks[view.weights]
        features = self.cache.get(
            self._key(view),
            lambda: probing_features.features(loaded, self.images(view.gsd_m), view.factor),
        )
        if not self.layer:
            self.features_by_view[view] = features
        elif view.weights == TRAINED:
            self.features_by_view[view] = {self.layer: features[self.layer]}
        return features

    def _key(self, view: View) -> tuple[Hashable, ...]:
        """What features of a view depend on, in the cache."""
        trained = self.networks[TRAINED]
        place = (self.protocol.landscape, self.protocol.tile_set.key)
        return (trained.network.slug, trained.device, *place, view)

    def keep_only(self, layer: str) -> None:
        """From now on, keep features of this layer of the trained network only."""
        self.layer = layer
        self.features_by_view = {
            view: {layer: features[layer]}
            for view, features in self.features_by_view.items()
            if view.weights == TRAINED
        }

    def score(self, view: View, layers: Sequence[str], count: int) -> Score:
        """Train and test probes of these layers, with ``count`` labeled tiles per class."""
        protocol, split = self.protocol, self.protocol.split
        if view.weights == TRAINED:
            self.features(view)  # for the cross-resolution test, even if this is cached
        correct = self._correct(view, layers, count, protocol.scoring_sets, split.test)
        groups = protocol.tile_set.groups[split.test]
        interval = bootstrap_interval(correct, groups, protocol.confidence)
        validation = None
        if can_be_chosen(protocol, view, count):
            sets, tiles = protocol.choosing_sets, split.validation
            validation = self._correct(view, layers, count, sets, tiles).mean(axis=(1, 2))
        return Score(view, tuple(layers), count, correct, interval, validation)

    def _correct(
        self, view: View, layers: Sequence[str], count: int, sets: range, tested: Indices
    ) -> NDArray[np.bool_]:
        """Whether each prediction is correct, cached: (layers, training sets, tested tiles)."""
        protocol, tiles = self.protocol, self.protocol.tile_set

        def compute() -> dict[str, NDArray[Any]]:
            features = self.features(view)
            correct = np.empty((len(layers), len(sets), len(tested)), dtype=np.bool_)
            for row, index in enumerate(sets):
                train = protocol.training_set(index, count)
                labels, groups = tiles.labels[train], tiles.groups[train]
                for layer, name in enumerate(layers):
                    probe = fit(features[name][train], labels, groups, len(tiles.classes))
                    predicted = probe.predict(features[name][tested])
                    correct[layer, row] = predicted == tiles.labels[tested]
            return {"correct": correct}

        key = (*self._key(view), tuple(layers), count, protocol.spec.seed, sets)
        return self.cache.get(key, compute)["correct"]

    def label_counts(self, choice: Choice) -> Iterator[Step]:
        """Measure with fewer labels: baseline, choice, and choice with shuffled weights."""
        compared = label_count_views(self.protocol, choice.layer, choice.factor).values()
        for count in label_counts(self.protocol):
            for view, layer in compared:
                score = self.score(view, (layer,), count)
                yield self.step(len(self.protocol.scoring_sets) * PROBE_S, score)

    def cross_resolution(self, layer: str) -> Iterator[Step]:
        """Test probes of a layer, trained at one ground sample distance, at all of them."""
        data = self._cross_resolution_data(layer)
        groups = data.groups[data.held_out]
        for gsd_m in data.gsds_m:
            intervals = {
                name: bootstrap_interval(correct, groups, self.protocol.confidence)
                for name, correct in evaluate_row(data, gsd_m).items()
            }
            row = CrossResolutionRow(gsd_m, layer, intervals)
            yield self.step(len(self.protocol.scoring_sets) * ZOOMED_S, row=row)

    def _cross_resolution_data(self, layer: str) -> CrossResolutionData:
        protocol, tiles = self.protocol, self.protocol.tile_set
        octaves = protocol.spec.zoom_octaves
        return CrossResolutionData(
            {
                (view.gsd_m, view.factor): features[layer]
                for view, features in self.features_by_view.items()
            },
            tiles.gsds_m,
            tiles.labels,
            tiles.groups,
            len(tiles.classes),
            [protocol.training_set(i, protocol.labels_per_class) for i in protocol.scoring_sets],
            protocol.split.test,
            tuple(factor for factor in protocol.spec.factors if abs(np.log2(factor)) <= octaves),
        )
