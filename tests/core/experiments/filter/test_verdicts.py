"""What page filter says: of which sizes, over which alignments, and never more."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core import formatting
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.filter import sentences
from scalescope.core.experiments.filter.findings import findings
from scalescope.core.experiments.filter.run import curves
from scalescope.core.experiments.filter.spec import ORDERS, Spec
from scalescope.core.experiments.filter.verdicts import size_verdict
from scalescope.core.filters.kernel_editing import kernel_to_text
from scalescope.core.filters.kernels import FILTERS
from scalescope.core.imaging.shapes import SHAPES

EXPERIMENT = EXPERIMENTS["filter"]
KERNELS = {name: one.make() for name, one in FILTERS.items()}


def test_the_sentences_say_what_is_measured():
    result = EXPERIMENT.run(Spec())
    text = sentences.describe_curves(result.spec, curves(result.spec))
    assert "upper-left-corner responds about equally at the 13 sizes tried from 2 px to 128" in text
    assert "small-square responds most to 2.83 px of the 15 sizes tried" in text
    assert "at least half as much over 1.5 octaves: its response depends on size." in text
    average = EXPERIMENT.run(Spec(order="pool-then-filter", pool="average"))
    assert (
        "small-square shifts to larger sizes by 1.00 and 2.00 octaves"
        in sentences.describe_pooling(average)
    )
    after = EXPERIMENT.run(Spec(order="filter-then-pool"))
    assert "small-square does not shift" in sentences.describe_pooling(after)
    replicated, anew, between = sentences.describe_growth(result)
    assert "at factors 2 and 3, the peak deviates by at most 0 %" in replicated
    assert "at integer factors (the 8 tried, 1 to 16), the peak" in anew and "at most 0 %" in anew
    assert "factors (the 9 tried, 1.25 to 13.5), the largest deviation is 56 %" in between


def test_nothing_is_claimed_beyond_the_sizes_that_were_tried():
    two = Spec(sizes_px=(64, 128))
    text = sentences.describe_curves(two, curves(two))
    assert "upper-left-corner responds about equally at 64 px and 128 px" in text
    assert "from 2 px" not in text
    assert "small-square: there is nothing to compare: the filter does not respond" in text
    three = Spec(sizes_px=(3, 4, 5), object="photo-cat")
    text = sentences.describe_curves(three, curves(three))
    assert "about equally at 4 px and 5 px, and less at smaller sizes tried: its response" in text


@pytest.mark.parametrize("sizes", [(1, 1.5), (1, 3)])
def test_too_few_sizes_are_neither_flat_nor_anything_else(sizes):
    """A value that is missing is not zero: nothing stays flat that was not compared."""
    spec = Spec(sizes_px=sizes, order="filter-then-pool")
    result = EXPERIMENT.run(spec)
    assert "flat" not in sentences.describe_pooling(result)
    assert "too few sizes" in sentences.describe_pooling(result)
    answers = {one.verdict.verdict for one in findings(result) if one.verdict}
    assert answers == {"undecided"}


def test_a_cat_loses_a_third_where_a_square_loses_nothing():
    """Medians over 64 alignments, and the range when every rank is compared."""
    for shape, (value, low, high) in {"square": (0, 0, 0), "cat": (0.336, 0.129, 0.755)}.items():
        spec = Spec(object=shape, second="none")
        verdict = size_verdict("upper-left-corner", curves(spec)[0])
        assert verdict.estimate.value == pytest.approx(value, abs=2e-3)
        assert (verdict.estimate.low, verdict.estimate.high) == pytest.approx((low, high), abs=2e-3)
        assert verdict.is_yes == (shape == "cat") and verdict.is_no == (shape == "square")


def test_verdicts_are_those_of_every_filter_and_its_shift():
    numbers = EXPERIMENT.summary(EXPERIMENT.run(Spec()))["verdicts"]
    asked = [(one["question"], one["subject"], one["verdict"]) for one in numbers]
    assert asked == [
        ("response-depends-on-size", "upper-left-corner", "no"),
        ("response-depends-on-size", "small-square", "yes"),
        ("pooling-shifts-tuning", "upper-left-corner", "undecided"),
        ("pooling-shifts-tuning", "small-square", "yes"),
    ]
    assert numbers[0]["rests_on"]["alignments"] == 64 and numbers[0]["rests_on"]["sizes"] == 13


@pytest.mark.parametrize("scale", [1e-5, 1000])
def test_what_is_rounding_does_not_become_a_response_with_larger_weights(scale):
    """Squares from 6 px on give the filter 'small-square' nothing, whatever its weights."""
    kernel = kernel_to_text(KERNELS["small-square"] * np.float32(scale))
    spec = Spec(filter="custom", kernel=kernel, second="none", sizes_px=(16, 32, 3))
    silent = replace(spec, sizes_px=(16, 32))
    assert curves(silent)[0].is_silent
    assert size_verdict("custom", curves(spec)[0]).estimate.value == 1


def test_the_sentences_of_a_silent_filter():
    spec = Spec(filter="custom", kernel="-1", second="none")
    result = EXPERIMENT.run(spec)
    assert "does not respond at any of these sizes" in sentences.describe_curves(spec, curves(spec))
    assert "custom 0.00" in sentences.describe_peaks(spec, result.scene)
    assert "does not respond" in sentences.describe_pooling(result)
    assert "None of these filters" in sentences.describe_growth(result)[0]
    numbers = EXPERIMENT.summary(result)
    assert numbers["preferred_px"] is None and numbers["size_matters"] is None


TUNED = st.builds(
    Spec,
    sizes_px=st.lists(st.floats(1, 40), min_size=2, max_size=4).map(tuple),
    object=st.sampled_from(SHAPES),
    filter=st.sampled_from([*FILTERS, "custom"]),
    second=st.just("none"),
    kernel=st.sampled_from(["1,-1", "-1", "0,1;-1,0;3,-2"]),
    order=st.sampled_from(ORDERS),
    depth=st.integers(0, 2),
    pool=st.sampled_from(["max", "average"]),
    contrast_sign=st.sampled_from(["positive", "negative"]),
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(TUNED)
def test_no_sentence_contradicts_its_verdict_or_names_a_size_that_was_not_tried(spec):
    result = EXPERIMENT.run(spec)
    tried = {formatting.pixels(size) for size in spec.sizes_px}
    (filtered,) = result.filters
    verdict = size_verdict(filtered.name, filtered.curve)
    said = sentences.describe_curve(filtered.name, filtered.curve)
    assert {"2 px", *tried} >= set(re.findall(r"[0-9.]+ px", said))
    assert ("its response depends on size" in said) == verdict.is_yes
    assert ("does not depend on size" in said) == verdict.is_no
    assert ("undecided" in said) == (verdict.is_undecided and verdict.estimate is not None)
    pooled = sentences.describe_pooling(result)
    assert not ("too few" in pooled + said and "flat" in pooled + said)
    if "stays flat" in pooled:
        levels = [size_verdict(filtered.name, level) for level in filtered.levels]
        assert all(level.is_no for level in levels)
    for finding in findings(result):
        if finding.verdict:
            assert finding.verdict.is_undecided == bool(finding.verdict.reason)
