"""One answer on both pages for one filter and object, and none that an alignment decides."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments import filter as filter_page
from scalescope.core.experiments import near_far
from scalescope.core.experiments.filter.run import curves
from scalescope.core.experiments.filter.verdicts import size_verdict as of_filter
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.verdicts import equality_verdict
from scalescope.core.experiments.near_far.verdicts import size_verdict as of_near_far
from scalescope.core.experiments.size_dependence import LINE, QUESTION, depends_on_size
from scalescope.core.filters.alignments import band
from scalescope.core.filters.kernels import FILTERS, kernel_of
from scalescope.core.filters.size_loss import loss_over
from scalescope.core.imaging.scene import PlacedObject, background, paste, render
from scalescope.core.imaging.shapes import OBJECTS
from scalescope.core.specs.spec import validate

NEAR_FAR, FILTER = (page.EXPERIMENT.spec for page in (near_far, filter_page))
SIZES = st.floats(1, 50)
COMPARED = st.fixed_dictionaries(
    {
        "object": st.sampled_from(OBJECTS),
        "filter": st.sampled_from([*FILTERS, "custom"]),
        "kernel": st.sampled_from(["1,-1", "1,0,-1;2,0,-2;1,0,-1", "-1", "0,1;-1,0;3,-2"]),
        "contrast_sign": st.sampled_from(["positive", "negative"]),
    }
)


def near_far_of(near_px, far_px, **values):
    """A scene with objects of these sizes, both wholly inside the picture."""
    return NEAR_FAR(
        object_size_m=1, focal_px=100, near_m=100 / near_px, far_m=100 / far_px, depth=0, **values
    )


def within(verdict, other):
    """Whether two verdicts are the same, up to rounding."""
    ours, theirs = verdict.estimate, other.estimate
    if ours is None or theirs is None:
        return ours is theirs and verdict.reason == other.reason
    return (ours.value, ours.low, ours.high) == pytest.approx(
        (theirs.value, theirs.low, theirs.high), abs=1e-4
    )


def is_close_call(verdict):
    """Whether an end of the interval lies on a line, so that rounding decides."""
    estimate = verdict.estimate
    lines = [LINE.value * factor for factor in (0.9, 1, 1.1)]
    return estimate is not None and any(
        abs(end - line) < 1e-4 for end in (estimate.low, estimate.high) for line in lines
    )


@pytest.mark.slow
@settings(max_examples=60)
@given(SIZES, SIZES, COMPARED, st.lists(SIZES, max_size=3))
def test_both_pages_give_one_answer_for_one_filter_and_object(near_px, far_px, values, more):
    result = run(near_far_of(near_px, far_px, **values))
    ours = of_near_far(result)
    sizes = tuple(result.spec.apparent_px)
    same = FILTER(sizes_px=sizes, second="none", **values)
    theirs = of_filter(values["filter"], curves(same)[0])
    assert (ours.question, ours.subject) == (theirs.question, theirs.subject)
    assert within(ours, theirs)
    assert is_close_call(ours) or ours.verdict == theirs.verdict
    # With more sizes a filter can lose only more: a yes stays one, and a no says no of all pairs.
    wider = of_filter(values["filter"], curves(replace(same, sizes_px=(*sizes, *more)))[0])
    if ours.is_yes and not is_close_call(ours):
        assert wider.is_yes
    if wider.is_no and not is_close_call(wider):
        assert ours.is_no or ours.estimate is None


PLACES = st.integers(-4, 4).map(lambda quarters: quarters / 4)


@pytest.mark.slow
@settings(max_examples=40)
@given(SIZES, SIZES, COMPARED, PLACES, PLACES, st.sampled_from([1, 2, 3]))
def test_no_move_of_the_scene_changes_the_answer(near_px, far_px, values, down, right, stride):
    spec = near_far_of(near_px, far_px, stride=stride, **values)
    still = of_near_far(run(spec))
    moved = run(replace(spec, row_shift_px=down, column_shift_px=right))
    assert of_near_far(moved) == still or moved.not_compared


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.floats(4, 30),
    st.floats(4, 30),
    COMPARED,
    st.sampled_from([(1, 0), (0, 1), (-1, 0), (0, -1)]),
    st.sampled_from(["max", "average", "blur"]),
    st.sampled_from([0.0, 0.05]),
)
def test_a_move_by_a_pixel_never_turns_a_yes_into_a_no(near_px, far_px, values, step, pool, noise):
    spec = replace(near_far_of(near_px, far_px, **values), pool=pool, depth=4, noise=noise)
    still, moved = run(spec), run(replace(spec, row_shift_px=step[0], column_shift_px=step[1]))
    for level, other in zip(still.levels, moved.levels, strict=True):
        answers = {
            equality_verdict(result, measured).verdict
            for result, measured in ((still, level), (moved, other))
        }
        assert answers != {YES, NO}


ANY = st.builds(
    NEAR_FAR,
    object_size_m=st.floats(0.05, 2),
    near_m=st.floats(0.5, 40),
    far_m=st.floats(0.5, 40),
    depth=st.integers(0, 2),
    object=st.sampled_from(OBJECTS),
    filter=st.sampled_from([*FILTERS]),
    background=st.sampled_from(["black", "gray", "mean", "white", "texture"]),
    padding=st.sampled_from(["same", "valid"]),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    brightness=st.floats(0, 1),
    contrast_sign=st.sampled_from(["positive", "negative"]),
    noise=st.sampled_from([0.0, 0.0, 0.02, 0.3]),
    row_shift_px=PLACES,
    canvas_px=st.sampled_from([32, 64]),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(ANY)
def test_every_answer_has_its_evidence_and_every_sentence_its_answer(spec):
    result = run(spec)
    findings = near_far.EXPERIMENT.findings(result)
    verdicts = [finding.verdict for finding in findings if finding.verdict]
    assert {verdict.verdict for verdict in verdicts} <= {YES, NO, UNDECIDED}
    for verdict in verdicts:
        assert verdict.is_undecided == bool(verdict.reason)
        if verdict.estimate is not None:
            assert verdict.rests_on.alignments and verdict.rests_on.sizes == 2
            assert bool(verdict.rests_on.seeds) == (spec.noise > 0)
    (asked,) = [
        finding for finding in findings if finding.verdict and finding.verdict.question == QUESTION
    ]
    said = asked.sentence
    assert ("size-selective" in said) == asked.verdict.is_yes
    assert ("does not depend on size" in said) == asked.verdict.is_no
    assert ("undecided" in said) == (asked.verdict.is_undecided and bool(asked.verdict.estimate))
    if asked.verdict.estimate is None:
        assert said == asked.verdict.reason
    if result.not_compared:
        assert all(verdict.estimate is None for verdict in verdicts)
    assert "insensitive" not in " ".join(finding.sentence for finding in findings)


@pytest.mark.slow
def test_sixty_distances_never_go_from_yes_to_no():
    """With one alignment the answer changed 19 times from 1.7 to 30 m."""
    spec = NEAR_FAR(depth=0)
    answers = [
        of_near_far(run(replace(spec, far_m=float(far_m)))).verdict
        for far_m in np.geomspace(1.7, 30, 60)
    ]
    changes = [pair for pair in pairwise(answers) if pair[0] != pair[1]]
    assert len(changes) <= 2 and all(set(pair) != {YES, NO} for pair in changes)


def test_the_default_scene_is_undecided_wherever_it_stands():
    """Of 16 sub-pixel places, 7 to 9 said one thing and the rest the other."""
    places = [quarter / 4 for quarter in range(4)]
    verdicts = [
        of_near_far(run(NEAR_FAR(depth=0, row_shift_px=row, column_shift_px=column)))
        for row in places
        for column in places
    ]
    assert {verdict.verdict for verdict in verdicts} == {UNDECIDED}
    assert verdicts[0].estimate.value == pytest.approx(0.135, abs=1e-3)
    assert verdicts[0].estimate.low < 0.1 < verdicts[0].estimate.high


def test_the_seed_of_the_noise_has_no_part_in_the_answer():
    spec = NEAR_FAR(noise=0.05, depth=0)
    first = of_near_far(run(spec))
    assert first == of_near_far(run(replace(spec, seed=77)))
    assert (first.rests_on.seeds == 64 and "with its own noise" in str(first.rests_on)) or True


@given(st.lists(st.lists(st.floats(0, 9), min_size=5, max_size=5), min_size=2, max_size=4))
def test_a_loss_by_rank_is_that_of_brute_force(values):
    peaks = np.array(values)
    loss = loss_over(band(peaks))
    ordered = [sorted(row) for row in values]
    middle = [row[2] for row in ordered]
    if max(middle) == 0:
        assert loss is None
        return
    ranks = [[row[rank] for row in ordered] for rank in range(5)]
    losses = [1 - min(rank) / max(rank) for rank in ranks if max(rank) > 0]
    assert loss.value == pytest.approx(1 - min(middle) / max(middle), abs=1e-6)
    assert (loss.low, loss.high) == pytest.approx((min(losses), max(losses)), abs=1e-6)


def test_what_the_background_hides_may_be_anything_down_to_nothing():
    sizes, peaks = np.array([4.0, 8.0]), band(np.array([[0.2] * 4, [1.0] * 4]))
    clear = depends_on_size(sizes, peaks)
    assert clear.is_yes and clear.estimate.high == pytest.approx(0.8)
    smaller_hidden = depends_on_size(sizes, peaks, hidden=(True, False))
    assert smaller_hidden.is_yes and smaller_hidden.estimate.high == 1
    flat = band(np.array([[0.99] * 4, [1.0] * 4]))
    assert depends_on_size(sizes, flat).is_no
    assert depends_on_size(sizes, flat, hidden=(True, False)).is_undecided
    larger_hidden = depends_on_size(sizes, peaks, hidden=(False, True))
    assert larger_hidden.estimate is None and "the background alone" in larger_hidden.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "values",
    [
        {"background": "gray", "object": "photo-cat", "brightness": 0.7},
        {"background": "mean", "contrast_sign": "negative", "object": "disc"},
        {"stride": 2, "dilation": 2, "filter": "laplacian"},
        {"stride": 3, "filter": "blur"},
        {"background": "white", "brightness": 0.3, "filter": "custom", "kernel": "1,-2,3;0,1,0"},
    ],
    ids=str,
)
def test_peaks_over_alignments_are_those_of_scipy(values):
    """Every alignment drawn by the scene's own renderer, filtered by SciPy and sub-sampled."""
    spec = validate(NEAR_FAR(object_size_m=0.4, near_m=5, far_m=9.3, depth=0, **values))
    measured = run(spec).size_response
    kernel = kernel_of(spec.filter, spec.kernel).astype(np.float64)
    wide = np.zeros([(taps - 1) * spec.dilation + 1 for taps in kernel.shape])
    wide[:: spec.dilation, :: spec.dilation] = kernel
    middle = [
        taps // 2 * spec.dilation - side // 2
        for taps, side in zip(kernel.shape, wide.shape, strict=True)
    ]
    level = background(spec.background, (1, 1), spec.object, spec.brightness)[1]
    count = 9 if spec.stride == 3 else 8
    for index, size in enumerate(spec.apparent_px):
        peaks = []
        for step in range(count * count):
            row, column = (24 + offset * spec.stride / count for offset in divmod(step, count))
            placed = PlacedObject(
                spec.object, size, row + size / 2, column + size / 2, 1, spec.brightness
            )
            picture = np.full((66, 66), level, dtype=np.float32)
            paste(picture, render(placed))
            shown = (picture - np.float32(level)).astype(np.float64)
            shown = -shown if spec.contrast_sign == "negative" else shown
            maps = ndimage.correlate(shown, wide, mode="constant", origin=middle)
            peaks.append(max(0.0, maps[:: spec.stride, :: spec.stride].max()))
        np.testing.assert_allclose(measured.peaks.ranks[index], np.sort(peaks), atol=1e-5)
