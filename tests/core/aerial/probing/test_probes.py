"""Probes against scikit-learn and brute force, splits by ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.preprocessing import StandardScaler

from scalescope.core.aerial.probing.cross_resolution import CrossResolutionData, evaluate_row
from scalescope.core.aerial.probing.probes import (
    FOLDS,
    PENALTIES,
    fit,
    group_folds,
)
from scalescope.core.aerial.probing.splits import (
    TooFewTiles,
    draw_training_set,
    max_per_class,
    split,
)


def noisy(classes, each, channels, noise, seed=0):
    """Features (n, channels) around a centre per class, and labels."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(classes, channels))
    labels = np.repeat(np.arange(classes), each)
    return centres[labels] + noise * random.normal(size=(len(labels), channels)), labels


@pytest.mark.parametrize("channels", [3, 40, 200])
def test_a_probe_is_scikit_learns_ridge_classifier(channels):
    features, labels = noisy(4, 12, channels, 2.0)
    probe = fit(features, labels, np.arange(48), 4)
    theirs = RidgeClassifier(alpha=probe.penalty * channels)
    scaler = StandardScaler().fit(features)
    theirs.fit(scaler.transform(features), labels)
    new, _ = noisy(4, 30, channels, 2.0, seed=1)
    scores = theirs.decision_function(scaler.transform(new))
    np.testing.assert_allclose(probe.scores(new), scores, atol=1e-7)
    assert (probe.predict(new) == theirs.predict(scaler.transform(new))).all()


def test_the_penalty_is_the_one_with_the_least_error_on_what_was_left_out():
    """Every fit without a part made anew, by scikit-learn."""
    features, labels = noisy(3, 15, 20, 3.0)
    groups = np.arange(45) // 3
    rows = StandardScaler().fit_transform(features)
    targets = np.where(labels[:, None] == np.arange(3), 1.0, -1.0)
    targets -= targets.mean(axis=0)
    errors = []
    for penalty in PENALTIES:
        error = 0.0
        for part in group_folds(labels, groups):
            rest = np.setdiff1d(np.arange(45), part)
            ridge = Ridge(alpha=penalty * 20, fit_intercept=False).fit(rows[rest], targets[rest])
            error += np.square(ridge.predict(rows[part]) - targets[part]).sum()
        errors.append(error)
    assert fit(features, labels, groups, 3).penalty == PENALTIES[int(np.argmin(errors))]
    assert len(set(np.round(errors, 3))) == len(PENALTIES)


def test_pure_noise_asks_for_a_high_penalty_and_is_right_by_chance():
    features, labels = noisy(2, 40, 50, 0.0)
    random = np.random.default_rng(3)
    noise = random.normal(size=features.shape)
    probe = fit(noise, labels, np.arange(80), 2)
    assert probe.penalty >= 1
    correct = probe.predict(random.normal(size=(2000, 50))) == random.integers(2, size=2000)
    assert abs(correct.mean() - 0.5) < 0.06
    clear = fit(features + 0.01 * noise, labels, np.arange(80), 2)
    assert (clear.predict(features) == labels).all() and clear.penalty < 1


def test_a_channel_that_never_changes_counts_for_nothing():
    features, labels = noisy(3, 10, 8, 0.5)
    dead = np.concatenate((features, np.full((30, 8), 5.0)), axis=1)
    probe = fit(dead, labels, np.arange(30), 3)
    assert np.abs(probe.weights[8:]).max() < 1e-9
    assert np.isfinite(probe.scores(dead + 100)).all()


def test_what_is_left_out_keeps_grounds_together_and_spreads_classes():
    labels = np.repeat(np.arange(5), 20)
    groups = np.arange(100) // 2 * 7 % 350  # pairs, in an order that runs with the classes
    parts = group_folds(labels, groups)
    assert len(parts) == FOLDS and sorted(np.concatenate(parts)) == list(range(100))
    for part in parts:
        assert not set(groups[part]) & set(groups[np.setdiff1d(np.arange(100), part)])
        assert (np.bincount(labels[part], minlength=5) == 4).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(2, 5))
def test_no_ground_is_on_two_sides(seed, together, classes):
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), 40)
    groups = random.permutation(len(labels)) // together
    parts = split(labels, groups, tuple("abcde"[:classes]), seed)
    sides = [parts.pool, parts.validation, parts.test]
    assert sorted(np.concatenate(sides)) == list(range(len(labels)))
    for at, one in enumerate(sides):
        for other in sides[at + 1 :]:
            assert not set(groups[one]) & set(groups[other])
    assert (parts.held_out == np.concatenate(sides[1:])).all()
    assert len(parts.test) > len(parts.validation)


@pytest.mark.parametrize(
    ("labels", "groups", "said"),
    [
        ([0] * 40, range(40), "only one class"),
        ([0] * 40 + [1] * 9, range(49), "'b' has 9 tiles"),
        ([0, 1] * 20, [0] * 40, "1 groups"),
        ([0] * 40 + [1] * 40, [*range(40), *[50] * 40], "'b' form too few groups"),
    ],
)
def test_tiles_that_cannot_be_split_are_told(labels, groups, said):
    classes = ("a", "b")[: max(labels) + 1]
    with pytest.raises(TooFewTiles, match=said):
        split(np.array(labels), np.array(groups), classes, 0)


def test_training_sets_are_balanced_nested_and_drawn_from_the_pool():
    labels = np.repeat(np.arange(3), 30)
    pool = np.arange(0, 90, 2)
    few, many = draw_training_set(labels, pool, 5, 7), draw_training_set(labels, pool, 15, 7)
    assert set(few) <= set(many) <= set(pool) and max_per_class(labels, pool) == 15
    assert (np.bincount(labels[few]) == 5).all() and (np.bincount(labels[many]) == 15).all()
    assert set(draw_training_set(labels, pool, 5, 8)) != set(few)


def test_tiles_elsewhere_are_known_where_their_scale_was_seen():
    """A world in which a class looks different at every scale, in metres per network pixel.

    So a probe knows what it saw in training and else answers by chance, at half of two classes
    that it mixes up by construction.
    """
    random = np.random.default_rng(0)
    labels = np.tile([0, 1], 60)
    factors, gsds = (0.5, 1.0, 2.0), (1.0, 2.0, 4.0)
    at_scale = {scale: random.normal(size=30) for scale in (0.5, 1.0, 2.0, 4.0, 8.0)}
    signs = np.where(labels, 1, -1)[:, None]
    views = {
        (gsd, factor): signs * at_scale[gsd / factor] + 0.01 * random.normal(size=(120, 30))
        for gsd in gsds
        for factor in factors
    }
    pool, held_out = np.arange(60), np.arange(60, 120)
    sets = [draw_training_set(labels, pool, 10, seed) for seed in range(3)]
    data = CrossResolutionData(views, gsds, labels, np.arange(120), 2, sets, held_out, (0.5, 2.0))
    found = evaluate_row(data, 2.0)
    assert found["as-is"].shape == (3, 3, 60)
    assert found["as-is"][1].all() and found["as-is"][[0, 2]].mean() < 0.99
    assert found["zoomed"].all()
    assert found["matched"].all()
    far = evaluate_row(data, 1.0)
    assert np.isnan(far["matched"][2]).all()  # no factor of 4 there
    assert far["zoomed"][:2].all()
