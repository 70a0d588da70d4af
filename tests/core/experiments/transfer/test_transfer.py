"""The measurement of transfer: tiles and networks of which everything is known."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from scalescope.core.aerial.probing.features import FeatureCache
from scalescope.core.aerial.probing.splits import TooFewTiles
from scalescope.core.aerial.tiles.tiles import Tiles
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.transfer import tiles as transfer_tiles
from scalescope.core.experiments.transfer.result import collect
from scalescope.core.experiments.transfer.run import run, summary
from scalescope.core.experiments.transfer.selection import COMPARISONS
from scalescope.core.experiments.transfer.sentences import describe, recommendation
from scalescope.core.experiments.transfer.setup import MEAN_COLOR, View, protocols_of, views
from scalescope.core.experiments.transfer.spec import Spec
from scalescope.core.experiments.transfer.steps import steps
from scalescope.core.specs.output import plain
from scalescope.core.specs.spec import SpecError, from_query, to_query
from tests.core.networks.fake_network import fake

QUICK = Spec(labels_per_class=5, training_sets=4, gsds_m=(1, 2, 4), factors=(0.5, 1, 2))


def tiles_of(images, describe_label_counts, classes=2):
    names = ("red", "blue", "green")[:classes]
    images = np.asarray(images, dtype=np.float32)
    return Tiles(
        images,
        np.asarray(describe_label_counts),
        names,
        1.0,
        np.arange(len(describe_label_counts)),
        "made here",
    )


def colored(each=30, side=16, seed=0):
    """Two classes that differ by colour alone, whatever the size."""
    random = np.random.default_rng(seed)
    describe_label_counts = np.repeat([0, 1], each)
    colours = np.where(describe_label_counts[:, None], (0.2, 0.4, 0.8), (0.8, 0.4, 0.2))
    images = colours[:, :, None, None] + random.normal(0, 0.02, (2 * each, 3, side, side))
    return tiles_of(images, describe_label_counts)


def striped(each=40, side=16, seed=0):
    """Two classes of one mean colour: with stripes of one pixel, and without."""
    random = np.random.default_rng(seed)
    describe_label_counts = np.repeat([0, 1], each)
    stripes = 0.2 * (np.arange(side) % 2 * 2 - 1)[None, None, None]
    bright = random.uniform(0.4, 0.6, (2 * each, 1, 1, 1))
    images = bright + stripes * describe_label_counts[:, None, None, None]
    return tiles_of(np.broadcast_to(images, (2 * each, 3, side, side)), describe_label_counts)


def networks(*names):
    return {name: fake(classes=False) for name in names or ("trained",)}


def protocol_of(spec, tiles, *weights):
    network = fake(classes=False).network
    return protocols_of(spec, tiles, network, weights or ("trained",))[0]


@pytest.fixture(scope="module")
def plain_colours():
    return run(QUICK, tiles=colored(), networks=networks("trained", "shuffled"))


def test_colours_are_known_at_every_size_and_nothing_is_recommended(plain_colours):
    result = plain_colours
    assert result.complete and result.protocol.tile_set.gsds_m == (1, 2, 4)
    color = result.protocol.layers.index("color")
    assert (result.by_gsd["trained"].mean[color] == 1).all()
    assert (result.mean_color.mean == 1).all()
    assert (result.choice.layer, result.choice.factor) == ("color", 1)
    assert result.choice.gains["whole"].joint_low > 1
    assert result.choice.gains["over_shuffled"].by_landscape == (0,)
    said = recommendation(result)
    assert said.startswith("At 1 m per pixel, no recommendation: undecided.")
    assert said.endswith("The mean color of a tile alone may be as accurate.")
    assert result.protocol.chance == pytest.approx(0.5, abs=0.1)


def test_stripes_of_a_pixel_are_lost_where_pixels_are_coarser():
    result = run(QUICK, tiles=striped(), networks=networks())
    edges = result.protocol.layers.index("edges")
    shares = result.by_gsd["trained"].mean[edges]
    assert shares[0] == 1 and shares[1:].max() < 0.75  # two stripes fall into one pixel
    assert result.mean_color.mean.max() < 0.75
    picked = result.choice
    assert picked is not None and picked.layer == "edges"
    as_is = result.cross_resolution["as-is"].mean
    assert as_is[0, 0] == 1 and result.layer == "edges" and np.isfinite(as_is).all()


def test_what_is_found_so_far_is_a_result():
    spec = replace(QUICK, seed=3)
    found = list(islice(steps(spec, colored(), networks()), 2))
    result = collect(found)
    assert not result.complete and result.choice is None and describe(result) == []
    assert np.isfinite(result.by_factor["trained"].mean).any(axis=0).sum() == 2
    assert np.isnan(result.cross_resolution["as-is"].mean).all()
    numbers = plain(summary(result))
    assert numbers["best"] is None
    assert None in numbers["accuracy"][0]
    json.dumps(numbers, allow_nan=False)
    shares = [step.done for step in steps(spec, colored(), networks())]
    assert shares == sorted(shares) and 0.9 < shares[-1] <= 1


def test_the_same_spec_has_the_same_result_with_and_without_what_was_kept():
    cache = FeatureCache()
    tiles = colored(seed=2)
    first = collect(list(steps(QUICK, tiles, networks(), cache=cache)))
    other = replace(QUICK, seed=1)
    again = collect(list(steps(QUICK, tiles, networks(), cache=cache)))
    assert summary(again) == summary(first)
    new = collect(list(steps(other, tiles, networks(), cache=cache)))
    assert not np.array_equal(new.protocol.split.held_out, first.protocol.split.held_out)


def test_the_numbers_are_those_that_the_issue_promises(plain_colours):
    numbers = plain(summary(plain_colours))
    json.dumps(numbers, allow_nan=False)
    assert numbers["layers"] == ["color", "edges"] and numbers["gsd_m"] == [1, 2, 4]
    for key in ("accuracy", "floor"):
        assert np.array(numbers[key], dtype=float).shape == (2, 3)
    assert {"layer", "resize", "gain_points", "band_points"} <= set(numbers["best"])
    low, high = numbers["best"]["band_points"]
    assert low <= numbers["best"]["gain_points"] <= high
    joint = numbers["best"]["joint_band_points"]
    assert joint[0] <= low and high <= joint[1]
    parts = (numbers["best"][name]["gain_points"] for name in ("of_layer", "of_resizing"))
    assert sum(parts) == pytest.approx(numbers["best"]["gain_points"])
    assert set(plain_colours.choice.gains) == set(COMPARISONS) - {"over_untrained"}
    assert numbers["untrained"] == [[None] * 3] * 2  # there was no such network
    assert numbers["labelled"] == [5] and set(numbers["across"]) >= {"as-is", "zoomed", "matched"}


def test_own_tiles_are_seen_no_finer_than_they_are_and_many_are_thinned():
    tiles = replace(colored(200, side=8), gsd_m=2.0)
    made = transfer_tiles.photo_tile_set(QUICK, tiles)
    assert made.gsds_m == (2, 4) and made.gsd_m == 2 and made.sides_px == {2: 8, 4: 4}
    assert any("1 m per pixel" in note for note in made.notes)
    assert len(made.labels) == 2 * transfer_tiles.tiles_per_class(5)
    assert any("of 400 tiles are used" in note for note in made.notes)
    np.testing.assert_allclose(
        made.images(4), made.images(2).reshape(-1, 3, 4, 2, 4, 2).mean((3, 5)), atol=1e-6
    )


def test_fewer_tiles_than_asked_for_are_taken_as_they_are_or_refused():
    protocol = protocol_of(replace(QUICK, labels_per_class=100), colored(20))
    assert 5 <= protocol.labels_per_class < 20
    with pytest.raises(TooFewTiles):
        protocol_of(QUICK, colored(7))


def test_other_weights_see_only_tiles_as_they_are_away_from_the_asked_distance():
    protocol = protocol_of(QUICK, colored(), "trained", "shuffled")
    seen = [view for view, _ in views(protocol)]
    with pytest.raises(SpecError, match=r"layer: 'stem'.*color, edges"):
        protocol_of(replace(QUICK, layer="stem"), colored())
    assert len(seen) == len(set(seen)) and seen[0] == View("trained", 1.0, 1.0)
    away = [view for view in seen if view.gsd_m != 1]
    assert all(view.factor == 1 for view in away if view.weights != "trained")
    assert sum(view.weights == MEAN_COLOR for view in seen) == 3


@pytest.mark.slow
def test_scenes_are_drawn_once_and_seen_at_any_distance(monkeypatch):
    """EfficientNet-Lite0 on a few real scenes: what it learned beats its shuffled weights."""
    from scalescope.core.aerial.landscape.scenes import NOISE, draw_scenes

    monkeypatch.setattr(transfer_tiles, "HELD_OUT_PER_CLASS", 4)
    spec = Spec(gsd_m=2, labels_per_class=5, training_sets=4, gsds_m=(2, 8), factors=(1, 2))
    result = run(spec)
    ground = result.protocol.tile_set
    assert ground.gsds_m == (2, 8) and ground.sides_px == {2: 48, 8: 12}
    clean = draw_scenes(1, 0, 2.0, noise=0.0).images  # the first of every class
    apart = (ground.images(2)[::12] - clean)[(clean > 0.1) & (clean < 0.9)]
    assert apart.std() == pytest.approx(NOISE, rel=0.05) and abs(apart.mean()) < 1e-3
    trained, shuffled = (result.by_gsd[name].mean[:, 0].max() for name in ("trained", "shuffled"))
    assert trained > shuffled + 0.1 and trained > result.protocol.chance + 0.3
    assert result.choice is not None and "Only" in recommendation(result)
    assert [protocol.spec.seed for protocol in result.protocols] == [0, 1, 2]


def test_the_spec_is_in_the_table_and_its_rules_hold():
    assert EXPERIMENTS["transfer"].spec is Spec
    spec = Spec(gsd_m=0.5, layer="blocks.5", gsds_m=(1, 3, 10))
    assert from_query(Spec, to_query(spec)) == (spec, [])
    _, dropped = from_query(Spec, {"layer": "conv3_1"})
    assert dropped and dropped[0].startswith("layer: 'conv3_1'")
    _, dropped = from_query(Spec, {"gsd_m": "0.05"})
    assert dropped and dropped[0].startswith("gsd_m: '0.05'")
