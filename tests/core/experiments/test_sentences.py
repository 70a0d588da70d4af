"""The computed sentences: the numbers that the result has, and the verdict that they ask for."""

from dataclasses import replace

import pytest

from scalescope.core import formatting
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.sentences import (
    describe,
    receptive_field_phrase,
    verdict,
    warnings,
)
from scalescope.core.experiments.near_far.spec import Spec

# A square of whole sizes on whole pixels: 0.5 m behind 64 px spans 32 / distance px.
SQUARE = Spec(object="square", object_size_m=0.5, focal_px=64, column_shift_px=0.16, near_m=1)
SMALL = {"filter": "small-square"}


@pytest.mark.parametrize(
    "spec",
    [
        Spec(),
        Spec(object="photo-cat", filter="dog", background="texture"),
        Spec(object="disc", far_m=33, filter="laplacian", depth=2),
        SQUARE,
    ],
    ids=str,
)
def test_the_sentence_has_the_numbers_of_the_result(spec):
    result = run(spec)
    text = " ".join(describe(result))
    near, far = spec.apparent_px
    assert f"spans {near:.3g} px, the far one {far:.3g} px" in text
    assert f"{near / far:.2g} times smaller ({spec.octaves:.1f} octaves;" in text
    peaks = result.levels[0].peak
    assert f"(peak {peaks[0]:.2f} near, {peaks[1]:.2f} far)" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"far_m": 4}, "about equally to both (peak 1.00 near, 1.00 far)"),
        ({**SMALL, "far_m": 8}, "responds only to the far one (peak 0.00 near, 0.74 far)"),
        (
            {**SMALL, "near_m": 16, "far_m": 1},
            "responds only to the near one (peak 0.44 near, 0.00 far)",
        ),
        (
            {**SMALL, "near_m": 8, "far_m": 16},
            "responds more strongly to the near one (peak 0.74 near, 0.44 far)",
        ),
        ({**SMALL, "far_m": 2}, "The filter responds to neither of them."),
        ({"brightness": 0}, "The filter responds to neither of them."),
    ],
)
def test_which_one_the_filter_responds_to(changed, said):
    text = " ".join(describe(run(replace(SQUARE, **changed))))
    assert said in text
    assert ("insensitive to size" in text) == ("equally to both" in said)
    assert ("size-selective" in text) == (" near one" in said or " far one" in said)


def test_the_preset_of_a_size_selective_filter():
    text = " ".join(describe(run(Spec(object="square", filter="small-square", far_m=21))))
    assert "responds only to the far one" in text and text.count("size-selective") == 1


def test_a_far_object_that_is_nearer_is_called_so():
    first, *_ = describe(run(replace(SQUARE, near_m=4, far_m=2)))
    assert first == "The 'far' square is now the nearer one: 16 px; the 'near' one spans 8 px."


def test_two_of_one_size_are_called_so():
    first, *_ = describe(run(replace(SQUARE, near_m=2, far_m=2.01)))
    assert first == "The near square spans 16 px, the far one 15.9 px: about the same size."


def text_of(flags, shifted=(True,) * 4, baseline=0.5, similarity=0.7, depth=None):
    """The sentences about a result whose levels are the same where ``flags`` has a 1."""
    result = run(replace(SQUARE, far_m=4, depth=len(flags) - 1 if depth is None else depth))
    levels = tuple(
        replace(
            level,
            same=flag == "1",
            same_after_shift=shifted,
            baseline=baseline,
            similarity=similarity,
        )
        for level, flag in zip(result.levels, flags, strict=True)
    )
    return " ".join(describe(replace(result, levels=levels)))


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (
            {"flags": "001"},
            "After 2 pooling layers, the activations around the two peaks are equal, also after",
        ),
        ({"flags": "011"}, "After 1 pooling layer, the activations"),
        ({"flags": "111"}, "Even before pooling, the activations around the two peaks are equal"),
        ({"flags": "110"}, "After 2 pooling layers, the activations around the two peaks differ"),
        (
            {"flags": "00", "similarity": 0.25},
            "(cosine similarity 0.25; with a disc instead of the far square 0.50)",
        ),
        (
            {"flags": "00", "similarity": 0.995},
            "have the same pattern (cosine) but different magnitudes",
        ),
        ({"flags": "0"}, "so nothing is pooled yet."),
        (
            {"flags": "01", "baseline": 0.3},
            "A disc instead of the far square still differs (cosine similarity 0.30).",
        ),
        (
            {"flags": "01", "baseline": 0.95},
            "But a disc gives much the same values (cosine similarity 0.95)",
        ),
        ({"flags": "01"}, "also after shifting the image by one pixel"),
        (
            {"flags": "01", "shifted": (True, False, False, True)},
            "2 of 4 shifts by one pixel undo it",
        ),
        (
            {"flags": "01", "shifted": (False,) * 4},
            "but only at this alignment: 4 of 4 shifts by one pixel undo it",
        ),
    ],
)
def test_what_pooling_does_to_the_difference(levels, said):
    assert said in text_of(**levels)


@pytest.mark.parametrize(
    ("same", "shifted", "word"),
    [
        (True, (True,) * 4, "yes"),
        (False, (True,) * 4, "no"),
        (True, (True, False, True, True), "alignment-dependent: 1 of 4 shifts undo it"),
    ],
)
def test_the_verdict_of_a_level(same, shifted, word):
    level = run(replace(SQUARE, depth=0)).levels[0]
    assert verdict(replace(level, same=same, same_after_shift=shifted)) == word


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"focal_px": 128, "near_m": 0.5}, ["61% of the near square's box is outside the canvas"]),
        ({"far_m": 30}, ["Below 2 px"]),
        ({"brightness": 0}, ["nothing to see"]),
        ({"background": "white"}, ["nothing to see"]),
        ({"background": "white", "brightness": 0.5}, []),
        ({"background": "gray", "brightness": 0.5}, ["nothing to see"]),
        ({"background": "mean"}, ["nothing to see"]),
        ({}, []),
        ({"canvas_px": 48, "depth": 4}, []),
        (
            {"canvas_px": 48, "depth": 5},
            ["Pooling layer 5: a map of 3 x 6 cells is not divisible by 2"],
        ),
    ],
)
def test_warnings(changed, said):
    """At half a meter behind 128 px a box of 128 px keeps 64 x 100 px on the canvas."""
    spec = replace(SQUARE, **{"far_m": 8, "depth": 4, **changed})
    notes = warnings(run(spec))
    assert len(notes) == len(said)
    assert all(part in sentence for part, sentence in zip(said, notes, strict=True))


def test_receptive_fields_compared_with_each_object():
    # The receptive field is 3 px at level 0 and 10 px at level 3; the objects span 32 and 8 px.
    levels = run(replace(SQUARE, far_m=4, depth=3)).levels
    result = run(replace(SQUARE, far_m=4, depth=3))
    assert (
        receptive_field_phrase(result, levels[0])
        == "a tenth of the near square, a third of the far one"
    )
    assert (
        receptive_field_phrase(result, levels[3])
        == "a third of the near square, all of the far one"
    )


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (3, 8, "a third of"),
        (1, 2, "half of"),
        (2, 3, "two thirds of"),
        (9, 10, "all of"),
        (12, 10, "all of"),
        (5, 2, "2.5 times"),
        (64, 8, "8 times"),
        (1, 50, "2.0% of"),
        (130, 1, "130 times"),
    ],
)
def test_fraction_phrases(part, whole, text):
    assert formatting.fraction_phrase(part, whole) == text


@pytest.mark.parametrize(
    ("pixels", "text"),
    [(40, "40 px"), (6.4, "6.4 px"), (0.45, "0.45 px"), (12.34, "12.3 px"), (2560, "2560 px")],
)
def test_lengths_in_pixels(pixels, text):
    assert formatting.pixels(pixels) == text


def test_names_joined_with_and():
    lists = [formatting.join_with_and(list(names)) for names in ("", "a", "ab", "abc")]
    assert lists == ["", "a", "a and b", "a, b and c"]
