"""The measurement step by step: probes by layer, by resize factor and by ground sample distance.

First everything at the ground sample distance that is asked about: every factor, with the trained
network and its controls, which chooses a layer and a factor. Then fewer and more labelled tiles,
then the other ground sample distances, coarse ones first, and at last probes that are trained at
one and used at another. It may be left after any step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...aerial.probing import features as seeing
from ...aerial.probing.cross_resolution import Lesson, row
from ...aerial.probing.features import Store, kin
from ...aerial.probing.probes import Floats, band, fit
from ...aerial.tiles.tiles import Tiles
from ...networks import LoadedNetwork
from .selection import Choice, choice
from .setup import (
    COLOUR,
    COUNTS,
    DRAW_S,
    PROBE_S,
    TRAINED,
    Across,
    Score,
    Setting,
    Step,
    View,
    compared,
    counts_of,
    seconds,
    setting_of,
    views,
)
from .spec import Spec
from .tiles import Images

ZOOMED_S = 0.25  # of a probe of tiles at several zooms


def steps(
    spec: Spec,
    tiles: Tiles | None = None,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
    store: Store | None = None,
) -> Iterator[Step]:
    """One :class:`Step` after the other; may be left at any time.

    ``tiles``: a person's own in place of the spec's; ``networks``: by weights, the 'trained' one
    and whichever controls there are, in place of the spec's; ``store`` keeps features, so that
    another spec of the same tiles is quick. Raises NetworkMissing where the network or the device
    is not here, and :class:`core.aerial.probing.splits.TooFewTiles`.
    """
    known = networks or kin(spec.network, device)
    setting = setting_of(spec, tiles, known)
    shared = seeing.SCENES if tiles is None else Store()  # a person's own are shared with nobody
    walk = Walk(setting, known, store or shared)
    yield from walk.prepared()
    asked, others = walk.views()
    found = []
    for view, layers in asked:
        found.append(walk.score(view, layers, setting.labelled))
        yield walk.step(seconds(setting, view, layers), found[-1])
    picked = choice(setting, found)
    yield from walk.counted(picked)
    walk.keep_only(setting.layer(picked.layer))
    for view, layers in others:
        yield walk.step(seconds(setting, view, layers), walk.score(view, layers, setting.labelled))
    yield from walk.across(setting.layer(picked.layer))


def whole_s(setting: Setting) -> float:
    """About how long it all takes on one core, in seconds."""
    sets, gsds = setting.spec.sets, len(setting.ground.gsds_m)
    known = sum(seconds(setting, *one) for one in views(setting))
    return known + drawing_s(setting) + sets * (gsds * ZOOMED_S + len(COUNTS) * 3 * PROBE_S)


def drawing_s(setting: Setting) -> float:
    """About how long the drawing of scenes takes."""
    return DRAW_S * len(setting.ground.labels) if setting.ground.finest is None else 0.0


@dataclass
class Walk:
    """What the steps share while they are taken.

    ``kept``: the features that later steps need, of ``layer`` alone once that is known.
    """

    setting: Setting
    networks: Mapping[str, LoadedNetwork]
    store: Store
    spent_s: float = 0.0
    layer: str = ""
    kept: dict[View, Mapping[str, Floats]] = field(default_factory=dict)
    last: tuple[float, Images] | None = None

    def step(
        self, seconds: float, score: Score | None = None, across: Across | None = None
    ) -> Step:
        """A step that took about so long."""
        self.spent_s += seconds
        done = min(1.0, self.spent_s / whole_s(self.setting))
        return Step(self.setting, done, () if score is None else (score,), across)

    def prepared(self) -> Iterator[Step]:
        """Steps in which nothing is found: the scenes are drawn."""
        whole = whole_s(self.setting)
        for share in self.setting.ground.prepared():
            yield Step(self.setting, share * drawing_s(self.setting) / whole)
        self.spent_s = drawing_s(self.setting)

    def views(self) -> tuple[list[Task], list[Task]]:
        """Those at the ground sample distance that is asked about, and the others."""
        all_of = views(self.setting)
        asked = [one for one in all_of if one[0].gsd_m == self.setting.ground.gsd_m]
        return asked, all_of[len(asked) :]

    def images(self, gsd_m: float) -> Images:
        """The tiles at a ground sample distance; the last ones are kept."""
        if self.last is None or self.last[0] != gsd_m:
            self.last = None  # so that there are never two in memory
            self.last = (gsd_m, self.setting.ground.images(gsd_m))
        return self.last[1]

    def features(self, view: View) -> Mapping[str, Floats]:
        """By layer (tiles, channels)."""
        if view in self.kept:
            return self.kept[view]
        if view.weights == COLOUR:
            return {COLOUR: self.images(view.gsd_m).mean(axis=(2, 3))}
        loaded = self.networks[view.weights]
        key = (loaded.network.slug, loaded.device, self.setting.ground.key, view)
        found = self.store.get(
            key, lambda: seeing.features(loaded, self.images(view.gsd_m), view.factor)
        )
        if not self.layer:
            self.kept[view] = found
        elif view.weights == TRAINED:
            self.kept[view] = {self.layer: found[self.layer]}
        return found

    def keep_only(self, layer: str) -> None:
        """From now on, features of this layer of the trained network are kept, and no others."""
        self.layer = layer
        self.kept = {
            view: {layer: found[layer]}
            for view, found in self.kept.items()
            if view.weights == TRAINED
        }

    def score(self, view: View, layers: Sequence[str], count: int) -> Score:
        """Probes of these layers, trained with ``count`` tiles per class."""
        one, of = self.setting, self.features(view)
        labels, groups, held = one.ground.labels, one.ground.groups, one.split.held
        right = np.empty((len(layers), one.spec.sets, len(held)), dtype=np.bool_)
        for at in range(one.spec.sets):
            tiles = one.training_set(at, count)
            for layer, name in enumerate(layers):
                probe = fit(of[name][tiles], labels[tiles], groups[tiles], len(one.ground.classes))
                right[layer, at] = probe.answers(of[name][held]) == labels[held]
        return Score(view, tuple(layers), count, right, band(right, groups[held]))

    def counted(self, picked: Choice) -> Iterator[Step]:
        """Fewer and more labelled tiles: as it is, as chosen, and chosen with shuffled weights."""
        asked = compared(self.setting, picked.layer, picked.factor).values()
        for count in counts_of(self.setting):
            for view, layer in asked:
                score = self.score(view, (layer,), count)
                yield self.step(self.setting.spec.sets * PROBE_S, score)

    def across(self, layer: str) -> Iterator[Step]:
        """Probes of a layer that are trained at one ground sample distance and used at all."""
        one, zoom = self.setting, self.setting.spec.zoom_octaves
        lesson = Lesson(
            {(view.gsd_m, view.factor): found[layer] for view, found in self.kept.items()},
            one.ground.gsds_m,
            one.ground.labels,
            one.ground.groups,
            len(one.ground.classes),
            [one.training_set(at, one.labelled) for at in range(one.spec.sets)],
            one.split.held,
            tuple(factor for factor in one.spec.factors if abs(np.log2(factor)) <= zoom),
        )
        for gsd_m in one.ground.gsds_m:
            right = row(lesson, gsd_m)
            bands = {kind: band(each, lesson.groups[lesson.held]) for kind, each in right.items()}
            yield self.step(one.spec.sets * ZOOMED_S, across=Across(gsd_m, layer, bands))


Task = tuple[View, tuple[str, ...]]
