"""The sentences about two views of an object are computed from them."""

from __future__ import annotations

import pytest

from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.view_sentences import (
    RESIZE_MODE,
    background_rows,
    compare_backgrounds,
    compare_weights,
    describe_settings,
    describe_views,
    findings,
    size_difference,
)
from scalescope.core.experiments.network.views import ViewPair, compare_views
from scalescope.core.formatting import percent
from scalescope.core.imaging.subjects import BACKGROUNDS
from scalescope.core.networks import labels


@pytest.fixture(scope="module")
def shown() -> ViewPair:
    return compare_views(Spec())


def test_both_are_called_what_the_network_calls_them(shown: ViewPair) -> None:
    text = describe_views(shown)
    for one in (shown.near, shown.far):
        label, probabilities = one.top[0]
        assert f"'{label}' ({percent(probabilities)})" in text
        assert percent(one.probability or 0) in text
    assert "The 5 correct classes together get" in text


@pytest.mark.parametrize(
    ("near", "far", "words"),
    [
        (160, 40, "4 times smaller (2.00 octaves)"),
        (20, 80, "4 times larger (2.00 octaves)"),
        (50, 50, "the same size"),
    ],
)
def test_the_distance_is_told_in_octaves(near: float, far: float, words: str) -> None:
    assert size_difference(Spec(near_px=near, far_px=far)) == words


def test_what_must_be_known_is_said_and_nothing_else(shown: ViewPair) -> None:
    assert describe_settings(shown) == RESIZE_MODE["distance"]
    spec = Spec(near_px=300, detail_px=20, resampling="aliased", resize_mode="resolution")
    text = describe_settings(compare_views(spec))
    assert text.startswith(RESIZE_MODE["resolution"])
    for part in ("reduced to 20 px, then", "Aliased:", "Part of the near object lies outside"):
        assert part in text
    assert "Blur" not in describe_settings(
        compare_views(Spec(near_px=90, far_px=30, detail_px=100))
    )


def test_the_backgrounds_are_compared_by_the_far_one() -> None:
    pairs = [compare_views(Spec(background=name)) for name in BACKGROUNDS]
    probabilities = {one.spec.background: one.far.probability or 0.0 for one in pairs}
    best, worst = (
        max(probabilities, key=lambda name: probabilities[name]),
        min(probabilities, key=lambda name: probabilities[name]),
    )
    text = compare_backgrounds(pairs[0], pairs)
    high, low = (f"on {name}, {percent(probabilities[name])}" for name in (best, worst))
    assert text.startswith("Of 5 backgrounds, at 40 px, ") and f"get most {high}, and" in text
    assert text.endswith(f"least {low}.")
    rows = background_rows(pairs)
    assert [row[0] for row in rows] == list(BACKGROUNDS)
    assert [row[2] for row in rows] == [percent(value) for value in probabilities.values()]


def test_backgrounds_that_make_no_difference_are_not_ranked(shown: ViewPair) -> None:
    assert compare_backgrounds(shown, [shown, shown]).startswith(
        "Of 2 backgrounds, at 40 px, the correct classes get about the same on all: "
    )


def test_the_findings_are_the_sentences_and_name_their_one_position(shown: ViewPair) -> None:
    twin = compare_views(Spec(weights="shuffled"))
    found = findings(shown, twin, [shown, shown])
    assert [one.sentence for one in found] == [
        describe_views(shown),
        compare_weights(shown, twin),
        compare_backgrounds(shown, [shown, shown]),
    ]
    assert all("this one position" in one.definition for one in found)
    assert found[0].numbers.startswith("Near: Egyptian cat ")
    command = "python -m core run network --sizes-px 40,150 --shifts 1 --json"
    assert found[0].command == command
    assert found[1].command == command.replace("--sizes", "--weights shuffled --sizes")
    assert found[2].command == (
        "python -m core sweep network --sizes-px 40,150 --shifts 1 --background gray,gray "
        "--out backgrounds.parquet"
    )
    assert not findings(compare_views(Spec(network="vgg16-hed", layer="auto"), layers=()))


def test_the_control_knows_nothing_and_the_trained_one_both(shown: ViewPair) -> None:
    twin = compare_views(Spec(weights="shuffled"))
    assert compare_weights(shown, twin).endswith("at least 50 % at neither size.")
    assert compare_weights(twin, shown).startswith(
        "With its trained weights, it gives the correct class"
    )
    assert compare_weights(twin, shown).endswith("at least 50 % at both sizes.")


def test_without_a_right_answer_its_own_first_one_stands_in() -> None:
    result = compare_views(Spec(image="brick"))
    name = labels()[result.classes[0]]
    assert (
        f"ImageNet has no class for this object. Its own top class, '{name}', gets"
        in describe_views(result)
    )
    assert f"'{name}'" in compare_backgrounds(result, [result])
