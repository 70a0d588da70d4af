"""Precomputed measurements: they are decoded as encoded, and a part is measured again."""

import json

import numpy as np
import pytest

from scalescope.core.aerial.probing.features import features
from scalescope.core.aerial.probing.probes import fit
from scalescope.core.aerial.tiles.neon_crowns import CrownsMissing, folder
from scalescope.core.experiments.transfer import precomputed
from scalescope.core.experiments.transfer.sentences import describe
from scalescope.core.experiments.transfer.setup import TRAINED, protocol_for_network
from scalescope.core.experiments.transfer.spec import CROWNS, SCENES, Spec
from scalescope.core.networks import load


def has_crowns():
    try:
        folder()
    except CrownsMissing:
        return False
    return True


def test_files_are_small_and_come_back_as_they_were_written():
    text = precomputed.path_of(SCENES).read_text(encoding="utf-8")
    assert len(text) < 300_000 and json.loads(text)["data"] == SCENES
    found = precomputed.from_json(text)
    assert precomputed.to_json(list(found.values())) == text
    assert tuple(found) == precomputed.TARGET_GSDS_M
    assert all(result.complete and result.choice is not None for result in found.values())


def test_the_split_that_is_written_down_is_the_one_that_follows_from_the_spec():
    result = precomputed.precomputed_results()[4.0]
    protocol = protocol_for_network(Spec(), None, Spec().net, result.protocol.weights)
    for name in ("pool", "validation", "test"):
        there = getattr(result.protocol.split, name)
        np.testing.assert_array_equal(there, getattr(protocol.split, name))
    assert protocol.labels_per_class == result.protocol.labels_per_class


def test_what_is_said_of_them_is_what_they_hold():
    result = precomputed.precomputed_results()[4.0]
    picked = result.choice
    factors = result.protocol.factors(4.0)
    assert picked.factor in factors and picked.layer in result.protocol.layers
    means = result.by_factor[TRAINED].mean
    assert means.shape == (len(result.protocol.layers), len(factors))
    assert f"{picked.gain.points:+.1f} percentage points" in describe(result)[0]
    sides = [result.protocol.tile_set.sides_px[gsd] for gsd in result.protocol.tile_set.gsds_m]
    assert sides == sorted(sides, reverse=True)


@pytest.mark.skipif(not has_crowns(), reason="the package deepforest is not installed")
def test_a_part_of_the_tree_crowns_is_measured_again():
    """The smallest pictures: trained weights, all layers, reduced four times."""
    result = precomputed.precomputed_results(CROWNS)[0.1]
    protocol, factor = result.protocol, 0.25
    tile_set = protocol.tile_set
    of = features(load("efficientnet-lite0"), tile_set.images(tile_set.gsd_m), factor)
    there = result.by_factor[TRAINED].mean[:, protocol.factors(tile_set.gsd_m).index(factor)]
    labels, held_out = tile_set.labels, protocol.split.held_out
    for name in ("stem", "blocks.5", "head"):
        shares = []
        for index in range(protocol.spec.training_sets):
            tiles = protocol.training_set(index, protocol.labels_per_class)
            probe = fit(of[name][tiles], labels[tiles], tile_set.groups[tiles], 2)
            shares.append((probe.predict(of[name][held_out]) == labels[held_out]).mean())
        assert np.mean(shares) == pytest.approx(there[protocol.layers.index(name)], abs=0.02)


def test_the_nearest_is_found_in_octaves_and_only_where_all_else_is_alike():
    assert precomputed.nearest(Spec(gsd_m=30)) is precomputed.precomputed_results()[16.0]
    near = precomputed.nearest(Spec(gsd_m=5.0))
    assert near is precomputed.precomputed_results()[4.0] and not precomputed.is_at_gsd(
        near, Spec(gsd_m=5.0)
    )
    assert precomputed.is_at_gsd(near, Spec(gsd_m=4.02))
    for other in (Spec(labels_per_class=10), Spec(network="mobilenet-v2"), Spec(seed=1)):
        assert precomputed.nearest(other) is None
