"""Precomputed measurements: they are decoded as encoded, and a part is measured again."""

import json

import numpy as np
import pytest

from scalescope.core.aerial.probing.features import features
from scalescope.core.aerial.probing.probes import fit
from scalescope.core.aerial.tiles.neon_crowns import CrownsMissing, folder
from scalescope.core.experiments.transfer import precomputed, verdicts
from scalescope.core.experiments.transfer.selection import RESIZED, gains
from scalescope.core.experiments.transfer.sentences import describe, recommendation
from scalescope.core.experiments.transfer.setup import CHOSEN, TRAINED, protocols_of
from scalescope.core.experiments.transfer.spec import CROWNS, SCENES, TARGET_GSDS_M, Spec
from scalescope.core.networks import load


def has_crowns():
    try:
        folder()
    except CrownsMissing:
        return False
    return True


def test_files_are_small_and_come_back_as_they_were_written():
    text = precomputed.path_of(SCENES).read_text(encoding="utf-8")
    assert len(text) < 400_000 and json.loads(text)["data"] == SCENES
    found = precomputed.from_json(text)
    assert precomputed.to_json(list(found.values())) == text
    assert tuple(found) == TARGET_GSDS_M
    assert all(result.complete and result.choice is not None for result in found.values())


def test_the_splits_that_are_written_down_are_those_that_follow_from_the_spec():
    result = precomputed.precomputed_results()[4.0]
    protocols = protocols_of(Spec(), None, Spec().net, result.protocol.weights)
    assert len(result.protocols) == len(protocols) == 3
    for found, wanted in zip(result.protocols, protocols, strict=True):
        for name in ("pool", "validation", "test"):
            np.testing.assert_array_equal(getattr(found.split, name), getattr(wanted.split, name))
        assert (found.spec, found.landscape) == (wanted.spec, wanted.landscape)
        assert found.labels_per_class == wanted.labels_per_class


@pytest.mark.parametrize("data", [SCENES, CROWNS])
def test_gains_follow_from_the_predictions_that_are_written_down(data):
    if data == CROWNS and not has_crowns():
        pytest.skip("the package deepforest is not installed")
    for result in precomputed.precomputed_results(data).values():
        assert gains(result.protocols, result.choice.correct) == result.choice.gains
        parts = [result.choice.gains[name].points for name in ("layer", "resize")]
        assert sum(parts) == pytest.approx(result.choice.gains["whole"].points)


def test_accuracies_are_those_of_tiles_that_do_not_choose():
    """The chart's points and the gains are of the same tiles, so that they add up."""
    for gsd_m, result in precomputed.precomputed_results().items():
        protocol, choice = result.protocol, result.choice
        factor = protocol.factors(gsd_m).index(choice.factor)
        for name, method in ((choice.layer, CHOSEN), (protocol.layers[-1], RESIZED)):
            there = result.by_factor[TRAINED].mean[protocol.layers.index(name), factor]
            assert there == pytest.approx(choice.accuracy(method), abs=1e-4)
        assert choice.correct[CHOSEN].shape == (3, 4, 120)
        assert choice.test_tiles == 360


def test_advice_is_given_only_where_all_landscapes_bear_it():
    for result in precomputed.precomputed_results().values():
        verdict = verdicts.recommendation(result, result.choice)
        whole = result.choice.gains["whole"]
        if verdict.is_yes:
            assert min(whole.by_landscape) > 1 and whole.joint_low > 1
            assert result.choice.gains["over_mean_color"].joint_low > 1
            assert recommendation(result).startswith("For tiles at")
        else:
            assert "no recommendation" in recommendation(result)


def test_what_is_said_of_them_is_what_they_hold():
    result = precomputed.precomputed_results()[4.0]
    picked = result.choice
    factors = result.protocol.factors(4.0)
    assert picked.factor in factors and picked.layer in result.protocol.layers
    means = result.by_factor[TRAINED].mean
    assert means.shape == (len(result.protocol.layers), len(factors))
    assert f"{picked.gains['whole'].points:+.1f} percentage points" in describe(result)[0]
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
    labels, test = tile_set.labels, protocol.split.test
    for name in ("stem", "blocks.5", "head"):
        shares = []
        for index in protocol.scoring_sets:
            tiles = protocol.training_set(index, protocol.labels_per_class)
            probe = fit(of[name][tiles], labels[tiles], tile_set.groups[tiles], 2)
            shares.append((probe.predict(of[name][test]) == labels[test]).mean())
        assert np.mean(shares) == pytest.approx(there[protocol.layers.index(name)], abs=0.02)


def test_the_nearest_is_found_in_octaves_and_only_where_all_else_is_alike():
    assert precomputed.nearest(Spec(gsd_m=30)) is precomputed.precomputed_results()[16.0]
    near = precomputed.nearest(Spec(gsd_m=5.0))
    assert near is precomputed.precomputed_results()[4.0] and not precomputed.is_at_gsd(
        near, Spec(gsd_m=5.0)
    )
    assert precomputed.is_at_gsd(near, Spec(gsd_m=4.02))
    for other in (
        Spec(labels_per_class=10),
        Spec(network="mobilenet-v2"),
        Spec(seed=1),
        Spec(landscapes=1),
    ):
        assert precomputed.nearest(other) is None
