"""The measurement step by step: probes by layer, by resize factor and by ground sample distance.

First every factor at the target ground sample distance (GSD), with the trained network and its
controls; this chooses a layer and a factor. Then fewer labeled tiles, then the other ground sample
distances, coarse ones first. Last come probes trained at one GSD and tested at all. It may be
stopped after any step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...aerial.probing import features as probing_features
from ...aerial.probing.cross_resolution import CrossResolutionData, evaluate_row
from ...aerial.probing.features import FeatureCache, with_controls
from ...aerial.probing.probes import Floats, bootstrap_interval, fit
from ...aerial.tiles.tiles import Tiles
from ...networks import LoadedNetwork
from .selection import Choice, choose
from .setup import (
    DRAW_S,
    LABEL_COUNTS,
    MEAN_COLOR,
    PROBE_S,
    TRAINED,
    CrossResolutionRow,
    Protocol,
    Score,
    Step,
    View,
    label_count_views,
    label_counts,
    protocol_of,
    view_s,
    views,
)
from .spec import Spec
from .tiles import Images

ZOOMED_S = 0.25  # of a probe of tiles at several zooms

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
    loaded = networks or with_controls(spec.network, device)
    protocol = protocol_of(spec, tiles, loaded)
    # The user's tiles are shared with no other session.
    default = probing_features.SCENE_FEATURES if tiles is None else FeatureCache()
    run = MeasurementRun(protocol, loaded, cache or default)
    yield from run.draw_scenes()
    target, others = run.tasks()
    scores = []
    for view, layers in target:
        scores.append(run.score(view, layers, protocol.labels_per_class))
        yield run.step(view_s(protocol, view, layers), scores[-1])
    choice = choose(protocol, scores)
    yield from run.label_counts(choice)
    run.keep_only(protocol.layer(choice.layer))
    for view, layers in others:
        score = run.score(view, layers, protocol.labels_per_class)
        yield run.step(view_s(protocol, view, layers), score)
    yield from run.cross_resolution(protocol.layer(choice.layer))


def total_s(protocol: Protocol) -> float:
    """Estimated time of the whole measurement on one core, in seconds."""
    sets, gsds = protocol.spec.training_sets, len(protocol.tile_set.gsds_m)
    view_times = sum(view_s(protocol, *task) for task in views(protocol))
    probes = sets * (gsds * ZOOMED_S + len(LABEL_COUNTS) * 3 * PROBE_S)
    return view_times + scenes_s(protocol) + probes


def scenes_s(protocol: Protocol) -> float:
    """Estimated time to draw the scenes on one core, in seconds."""
    return DRAW_S * len(protocol.tile_set.labels) if protocol.tile_set.finest is None else 0.0


@dataclass
class MeasurementRun:
    """State shared by the steps of one measurement.

    ``features_by_view``: features that later steps need, of ``layer`` alone once that is known.
    """

    protocol: Protocol
    networks: Mapping[str, LoadedNetwork]
    cache: FeatureCache
    spent_s: float = 0.0
    layer: str = ""
    features_by_view: dict[View, Mapping[str, Floats]] = field(default_factory=dict)
    last_images: tuple[float, Images] | None = None

    def step(
        self, seconds: float, score: Score | None = None, row: CrossResolutionRow | None = None
    ) -> Step:
        """Make a step that took about ``seconds``."""
        self.spent_s += seconds
        done = min(1.0, self.spent_s / total_s(self.protocol))
        return Step(self.protocol, done, () if score is None else (score,), row)

    def draw_scenes(self) -> Iterator[Step]:
        """Draw the scenes, in steps without scores."""
        total = total_s(self.protocol)
        for fraction in self.protocol.tile_set.prepare():
            yield Step(self.protocol, fraction * scenes_s(self.protocol) / total)
        self.spent_s = scenes_s(self.protocol)

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
        if view in self.features_by_view:
            return self.features_by_view[view]
        if view.weights == MEAN_COLOR:
            return {MEAN_COLOR: self.images(view.gsd_m).mean(axis=(2, 3))}
        loaded = self.networks[view.weights]
        key = (loaded.network.slug, loaded.device, self.protocol.tile_set.key, view)
        features = self.cache.get(
            key, lambda: probing_features.features(loaded, self.images(view.gsd_m), view.factor)
        )
        if not self.layer:
            self.features_by_view[view] = features
        elif view.weights == TRAINED:
            self.features_by_view[view] = {self.layer: features[self.layer]}
        return features

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
        protocol, features = self.protocol, self.features(view)
        tiles, held_out = protocol.tile_set, protocol.split.held_out
        sets, classes = protocol.spec.training_sets, len(tiles.classes)
        correct = np.empty((len(layers), sets, len(held_out)), dtype=np.bool_)
        for index in range(sets):
            train = protocol.training_set(index, count)
            labels, groups = tiles.labels[train], tiles.groups[train]
            for layer, name in enumerate(layers):
                probe = fit(features[name][train], labels, groups, classes)
                predicted = probe.predict(features[name][held_out])
                correct[layer, index] = predicted == tiles.labels[held_out]
        interval = bootstrap_interval(correct, tiles.groups[held_out])
        return Score(view, tuple(layers), count, correct, interval)

    def label_counts(self, choice: Choice) -> Iterator[Step]:
        """Measure with fewer labels: baseline, choice, and choice with shuffled weights."""
        compared = label_count_views(self.protocol, choice.layer, choice.factor).values()
        for count in label_counts(self.protocol):
            for view, layer in compared:
                score = self.score(view, (layer,), count)
                yield self.step(self.protocol.spec.training_sets * PROBE_S, score)

    def cross_resolution(self, layer: str) -> Iterator[Step]:
        """Test probes of a layer, trained at one ground sample distance, at all of them."""
        data = self._cross_resolution_data(layer)
        groups = data.groups[data.held_out]
        for gsd_m in data.gsds_m:
            intervals = {
                name: bootstrap_interval(correct, groups)
                for name, correct in evaluate_row(data, gsd_m).items()
            }
            row = CrossResolutionRow(gsd_m, layer, intervals)
            yield self.step(self.protocol.spec.training_sets * ZOOMED_S, row=row)

    def _cross_resolution_data(self, layer: str) -> CrossResolutionData:
        protocol, spec, tiles = self.protocol, self.protocol.spec, self.protocol.tile_set
        return CrossResolutionData(
            {
                (view.gsd_m, view.factor): features[layer]
                for view, features in self.features_by_view.items()
            },
            tiles.gsds_m,
            tiles.labels,
            tiles.groups,
            len(tiles.classes),
            [
                protocol.training_set(index, protocol.labels_per_class)
                for index in range(spec.training_sets)
            ],
            protocol.split.held_out,
            tuple(factor for factor in spec.factors if abs(np.log2(factor)) <= spec.zoom_octaves),
        )
