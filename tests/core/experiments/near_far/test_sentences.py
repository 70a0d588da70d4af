"""The computed sentences: the numbers that the result has, and the verdict that they ask for."""

from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.near_far.result import Views
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.sentences import (
    describe,
    equality,
    receptive_field_phrase,
    receptive_field_px,
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
    peaks = result.size_response
    if peaks is not None and not any(peaks.hidden):
        near, far = peaks.peaks.median
        assert f"median peak {near:.2f} near, {far:.2f} far, over 64 alignments" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"far_m": 4}, "about equally to both (median peak 0.55 near, 0.55 far, over 64"),
        ({**SMALL, "far_m": 8}, "responds only to the far one (median peak 0.00 near, 0.74 far"),
        (
            {**SMALL, "near_m": 16, "far_m": 1},
            "responds only to the near one (median peak 0.44 near, 0.00 far",
        ),
        (
            {**SMALL, "near_m": 8, "far_m": 16},
            "responds more strongly to the near one (median peak 0.74 near, 0.44 far",
        ),
        ({"stride": 3}, "the filter responds at fewer than half of the alignments."),
        ({"stride": 3, "filter": "blur"}, "far, over 81 alignments)"),
        ({**SMALL, "far_m": 2}, "the filter does not respond at any of these sizes."),
        ({"brightness": 0}, "nothing to compare: the object is as bright as its background."),
        ({"far_m": 1}, "nothing to compare: the sizes are about the same."),
        ({"far_m": 17}, "too few sizes to compare"),
        ({"focal_px": 320}, "part of the near square is outside the picture."),
        ({"noise": 0.4}, "the background alone gives as large a response."),
        ({"background": "texture"}, "the background alone gives as large a response."),
        (
            {"padding": "valid", "object_size_m": 0.97, **SMALL},
            "without padding, the filter misses edges of the near square.",
        ),
    ],
)
def test_which_one_the_filter_responds_to(changed, said):
    text = " ".join(describe(run(replace(SQUARE, depth=2, **changed))))
    assert said in text
    assert ("does not depend on size" in text) == ("equally to both" in said)
    assert ("size-selective" in text) == (" near one" in said or " far one" in said)


def test_a_response_that_crosses_the_line_is_undecided_and_says_why():
    """The page's default: a cat of 40 and of 8 px under a corner detector."""
    text = describe(run(Spec()))[1]
    assert "is undecided between these two sizes: it loses 13 % (4.6 % to 22 %)" in text
    assert "the line is 10 %" in text and "size-selective" not in text


def test_the_preset_of_a_size_selective_filter():
    text = " ".join(describe(run(Spec(object="square", filter="small-square", far_m=21))))
    assert "responds only to the far one" in text and text.count("size-selective") == 1


def test_a_far_object_that_is_nearer_is_called_so():
    first, *_ = describe(run(replace(SQUARE, near_m=4, far_m=2)))
    assert first == "The 'far' square is now the nearer one: 16 px; the 'near' one spans 8 px."


def test_two_of_one_size_are_called_so():
    first, *_ = describe(run(replace(SQUARE, near_m=2, far_m=2.01)))
    assert first == "The near square spans 16 px, the far one 15.9 px: about the same size."


def views(flags, baseline=0.5, similarity=0.7):
    """What was measured where the two are the same in the views whose flag is 1."""
    is_same = np.array([flag == "1" for flag in flags])
    return Views(
        peaks=np.ones((2, len(flags))),
        similarity=np.where(is_same, 1.0, similarity),
        baseline=np.full(len(flags), baseline),
    )


def result_of(flags, baseline=0.5, similarity=0.7, peaks=(1.0, 1.0)):
    """A result whose levels are the same in the views that have a 1: twelve flags per level."""
    result = run(replace(SQUARE, far_m=4, depth=len(flags) - 1))
    levels = []
    for level, twelve in zip(result.levels, flags, strict=True):
        measured = replace(
            views(twelve, baseline, similarity), peaks=np.array(peaks)[:, None] * np.ones(12)
        )
        levels.append(replace(level, views=measured, baseline=baseline, similarity=similarity))
    return replace(result, levels=tuple(levels))


ALL, NONE, SOME = "1" * 12, "0" * 12, "111000111000"


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (
            {"flags": [NONE, NONE, ALL]},
            "After 2 pooling layers, the activations around the two peaks are equal at all 12",
        ),
        ({"flags": [NONE, ALL, ALL]}, "After 1 pooling layer, the activations"),
        (
            {"flags": [ALL] * 3},
            "Even before pooling, the activations around the two peaks are equal at all 12",
        ),
        (
            {"flags": [ALL, ALL, NONE]},
            "After 2 pooling layers, the activations around the two peaks differ at all 12",
        ),
        (
            {"flags": [NONE] * 2, "similarity": 0.25},
            "(cosine similarity here 0.25; with a disc instead of the far square 0.50)",
        ),
        (
            {"flags": [NONE] * 2, "similarity": 0.995, "peaks": (1.0, 0.5)},
            "have the same pattern (cosine) but different magnitudes at all 12 alignments tried",
        ),
        ({"flags": [NONE]}, "so nothing is pooled yet."),
        (
            {"flags": [NONE, ALL], "baseline": 0.3},
            "A disc instead of the far square still differs (cosine similarity 0.30).",
        ),
        (
            {"flags": [NONE, ALL], "baseline": 0.95},
            "But a disc gives much the same values (cosine similarity 0.95)",
        ),
        (
            {"flags": [NONE, ALL], "baseline": 0.905},
            "Whether a disc gives the same is undecided (cosine similarity 0.91; the line is 0.90)",
        ),
        (
            {"flags": [NONE, SOME]},
            "it is undecided whether the activations around the two peaks are equal: they are at "
            "6 of 12 alignments tried.",
        ),
        (
            {"flags": [NONE, ALL], "peaks": (1.0, 0.952)},
            "it is undecided whether",
        ),
    ],
)
def test_what_pooling_does_to_the_difference(levels, said):
    assert said in " ".join(describe(result_of(**levels)))


@pytest.mark.parametrize(
    ("flags", "word"),
    [(ALL, "yes: in 12 of 12"), (NONE, "no: in 0 of 12"), (SOME, "undecided: in 6 of 12")],
)
def test_the_answer_of_a_level_in_the_table(flags, word):
    result = result_of([flags])
    assert equality(result, result.levels[0]) == word


def test_a_level_of_two_that_cannot_be_compared():
    result = run(replace(SQUARE, far_m=1))
    assert {equality(result, level) for level in result.levels} == {"not compared"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"focal_px": 128, "near_m": 0.5}, ["61 % of the near square's box is outside the canvas"]),
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
            ["Pooling layer 5: of a map of 3 x 6 cells, no window reaches 1 row at the end."],
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


def test_receptive_fields_of_a_kernel_that_is_not_square():
    """A row of nine weights: 1 x 9 px, against objects of 32 and 8 px."""
    result = run(replace(SQUARE, far_m=4, depth=0, filter="custom", kernel="1,0,0,0,0,0,0,0,1"))
    assert receptive_field_px(result.levels[0].geometry) == "1 x 9 px"
    assert receptive_field_phrase(result, result.levels[0]) == (
        "3.1 % by a quarter of the near square, a tenth by all of the far one"
    )
