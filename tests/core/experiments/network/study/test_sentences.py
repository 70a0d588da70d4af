"""The sentences on detail with apparent size: true of planted measurements."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study.sentences import (
    layers_of_picture,
    size_or_detail,
    size_or_detail_findings,
    size_or_detail_verdicts,
)
from scalescope.core.experiments.network.sweep import Result, sweep_setting
from scalescope.core.networks import NETWORKS

NET = NETWORKS["efficientnet-lite0"]
LAYERS = ("blocks.0", "blocks.1", "blocks.2", "blocks.3")
SIZES = (16.0, 32.0, 64.0, 128.0)


def swept(probabilities=(0, 0, 1, 1), **fields):
    """A sweep of four sizes at one shift, or as many as the probabilities have columns."""
    spec = Spec(sizes_px=SIZES, **fields)
    line = np.zeros(4)
    layers = {
        name: LayerSimilarity(line, line[None], line, line, line, line, value)
        for name, value in zip(LAYERS, (0.5, 1.5, 1.5, 2.5), strict=True)
    }
    shown = np.array(probabilities, dtype=float)
    shown = shown if shown.ndim == 2 else shown[:, None]
    setting = sweep_setting(spec, None, NET)
    return Result(setting, np.array(SIZES), 3, shown, (281,), False, ((),), layers, True)


def details(odds, amounts=(16, 32, 64, 128)):
    """Results at one size each, with so much detail."""
    results = []
    for amount, value in zip(amounts, odds, strict=False):
        row = np.atleast_1d(np.array(value, dtype=float))[None]
        results.append(replace(swept(detail_px=amount), probability=row))
    return results


@pytest.mark.parametrize(
    ("small", "detail", "answer"),
    [
        ((0, 0, 1, 1), (1, 1, 1), "costs more than as little detail, by at least 2 octaves"),
        ((0, 0, 1, 1), (0, 0, 1), "Both cost the same: the apparent size makes no difference"),
        (
            (0, 1, 1, 1),
            (0, 0, 1),
            "shown large costs more than a small apparent size, by 1 octave",
        ),
        ((1, 1, 1, 1), (0, 0, 1), "shown large costs more than a small apparent size, by at least"),
        ((1, 1, 1, 1), (1, 1, 1), "undecided. Both are recognized at the smallest size tried."),
        ((0, 0, 0, 0), (1, 1, 1), "undecided. The object is not recognized at the largest size"),
        ((0, 0, 1, 1), (1, 1, 0), "undecided. The object is not recognized at the largest size"),
    ],
)
def test_lost_detail_and_apparent_size_are_told_apart(small, detail, answer):
    text = size_or_detail(swept(small), details(detail))
    assert answer in text and text.startswith("EfficientNet-Lite0 recognizes a cat (p at least")


def test_shifts_that_disagree_leave_it_undecided():
    small = swept([(0, 0), (0, 1), (1, 1), (1, 1)])
    text = size_or_detail(small, details([(0, 0), (0, 0), (1, 1)]))
    assert "undecided: the difference is -0.5 octaves (-1 to 0) over 2 shifts of this" in text
    assert "from 64 px to 128 px (undecided at 32 px) when its apparent size is reduced" in text


ODDS = st.lists(
    st.lists(st.sampled_from([0.0, 0.4, 0.5, 0.52, 0.9]), min_size=2, max_size=2),
    min_size=4,
    max_size=4,
)


@given(ODDS, ODDS)
def test_the_sentence_on_detail_says_what_its_verdicts_say(small, detail):
    result, reduced = swept(small), details(detail)
    size, other = size_or_detail_verdicts(result, reduced)
    text = size_or_detail(result, reduced)
    assert not (size.is_yes and other.is_yes)
    assert size.is_yes == ("costs more than as little detail" in text)
    assert other.is_yes == ("shown large costs more" in text)
    assert ("Both cost the same" in text) == (size.is_no and other.is_no)
    assert "nan" not in text and "inf" not in text and text.endswith(".")
    assert size_or_detail_findings(result, reduced)[0].verdict == size


def test_a_network_without_classes_has_nothing_to_say_of_detail():
    assert size_or_detail(replace(swept(), probability=None), []) == ""
    assert size_or_detail_findings(replace(swept(), probability=None), []) == []


def test_the_layers_are_about_the_picture_on_screen():
    assert layers_of_picture(swept()).startswith("For a cat, from 128 px down, ")
    assert layers_of_picture(None) == ""
    assert layers_of_picture(replace(swept(), complete=False)) == "The sweep is not finished."
