"""The pooling experiment: merge levels, cells, slots, and the claim about all but the largest."""

from itertools import product
from math import prod

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scalescope.core.experiments.pooling.run import find_scene, run, summary
from scalescope.core.experiments.pooling.sentences import describe, describe_claim
from scalescope.core.experiments.pooling.spec import Spec
from scalescope.core.filters.kernels import kernel_of
from scalescope.core.filters.receptive_field import POOLS
from scalescope.core.formatting import percent
from scalescope.core.specs.spec import SpecError, validate
from tests.core.filters.oracle import WINDOWS, convolved, pooled

SIZES = (2, 3, 5, 8, 13)


def merge_level(size, row, column):
    """Rounds of 2x2/2 after which pixels p and p + D fall into one cell on both axes."""
    return max((p ^ (p + size - 1)).bit_length() for p in (row, column))


def reached(size, row, column, depth):
    level = merge_level(size, row, column)
    return level if level <= depth else None


def test_merge_levels_at_every_offset():
    for row, column in product(range(8), repeat=2):
        squares = run(Spec(sizes_px=SIZES, row=row, column=column, depth=3)).squares
        levels = [square.merge_level for square in squares]
        assert levels == [reached(size, row, column, 3) for size in SIZES]


OFFSETS = st.integers(0, 127)


@pytest.mark.slow
@settings(max_examples=20)
@given(OFFSETS, OFFSETS, st.integers(0, 6), st.lists(st.integers(2, 64), max_size=6, min_size=1))
def test_merge_levels_of_any_sizes(row, column, depth, sizes):
    spec = Spec(sizes_px=tuple(dict.fromkeys(sizes)), row=row, column=column, depth=depth)
    for square in run(spec).squares:
        assert square.merge_level == reached(square.size_px, row, column, depth)


@pytest.mark.parametrize("offset", [(0, 0), (3, 5), (7, 0), (40, 13)])
def test_cells_are_those_of_the_corner_pixels(offset):
    for square in run(Spec(sizes_px=SIZES, row=offset[0], column=offset[1], depth=4)).squares:
        last = square.size_px - 1
        for level, cells in enumerate(square.cells):
            side = 2**level
            first = (square.row // side, square.column // side)
            other = ((square.row + last) // side, (square.column + last) // side)
            assert cells == (first, other)


@pytest.mark.parametrize(("size", "stride"), WINDOWS)
@pytest.mark.parametrize("pool", POOLS)
def test_maps_are_what_other_operators_make_of_the_picture(pool, size, stride):
    spec = Spec(sizes_px=(2, 5, 9), row=1, column=2, pool=pool, pool_size=size,
                pool_stride=stride, depth=2)  # fmt: skip
    result = run(spec)
    kernels = [kernel_of("upper-left-corner"), kernel_of("bottom-right-corner")]
    maps = torch.from_numpy(np.stack([convolved(result.picture, kernel) for kernel in kernels]))
    maps = maps.clamp(min=0)
    for number, level in enumerate(result.maps):
        maps = pooled(maps, pool, size, stride) if number else maps
        assert level.shape == (2, *result.geometry[number].shape)
        np.testing.assert_allclose(level, maps, atol=1e-6)


@pytest.mark.parametrize("sizes", [(2, 4, 8), (2, 4, 8, 16, 32), (64,)])
def test_slots_start_at_multiples_of_the_deepest_cell(sizes):
    for depth, offset in product((0, 3, 5), ((0, 0), (3, 6), (90, 127))):
        spec = Spec(sizes_px=sizes, row=offset[0], column=offset[1], depth=depth)
        result = run(spec)
        for square in result.squares:
            assert (square.row - offset[0]) % 2**depth == 0
            assert (square.column - offset[1]) % 2**depth == 0
        assert all(side % 2**depth == 0 for side in result.picture.shape)


def alone(result):
    """The picture as it was asked for: every square where it is said to stand."""
    picture = np.zeros_like(result.picture)
    for square in result.squares:
        picture[
            square.row : square.row + square.size_px, square.column : square.column + square.size_px
        ] += 1
    return picture


VALID = st.builds(
    Spec,
    sizes_px=st.lists(st.integers(2, 20), min_size=1, max_size=6, unique=True).map(tuple),
    row=st.integers(0, 40),
    column=st.integers(0, 40),
    depth=st.integers(0, 4),
    pool_stride=st.integers(1, 3),
    scene=st.sampled_from(["aligned", "random"]),
    seed=st.integers(0, 999),
)


@given(VALID)
def test_squares_are_drawn_whole_and_never_overlap(spec):
    result = run(spec)
    np.testing.assert_array_equal(result.picture, alone(result))
    assert result.picture.sum() == sum(size**2 for size in spec.sizes_px)


@given(VALID)
def test_slots_keep_squares_apart_so_that_each_corner_fires_once(spec):
    fired = run(spec).maps[0] > 0
    assert fired.sum(axis=(1, 2)).tolist() == [len(spec.sizes_px)] * 2


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_random_scenes_differ_by_seed_and_repeat_by_seed(stride):
    def offsets(seed):
        return Spec(scene="random", seed=seed, pool_stride=stride, depth=3).offsets()

    assert offsets(1) == offsets(1)
    assert {number for pair in offsets(1) for number in pair} <= set(range(stride**3))
    if stride > 1:
        assert len({tuple(offsets(seed)) for seed in range(20)}) == 20


def test_all_but_the_largest_at_independent_positions():
    result = run(Spec(sizes_px=(2, 4, 8, 16), depth=6))
    assert [round(chance, 3) for chance in result.all_but_largest[3:4]] == [0.005]
    assert [round(chance, 2) for chance in result.all_but_largest[4:]] == [0.18, 0.34, 0.29]


def test_the_chance_is_the_share_of_all_scenes():
    """Both squares through every pair of alignments, by the law of XOR."""
    result = run(Spec(sizes_px=(3, 6), depth=3))
    places = list(product(range(8), repeat=2))
    for level in range(4):
        small = sum(merge_level(3, *place) <= level for place in places)
        large = sum(merge_level(6, *place) <= level for place in places)
        share = small * (64 - large) / 64**2
        assert result.all_but_largest[level] == pytest.approx(share)


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("start", [0, 17, 999_999])
def test_a_scene_that_is_found_holds_or_fails(start, holds):
    spec = Spec(sizes_px=(2, 4, 8), depth=3, scene="random", seed=start)
    seed = find_scene(spec, holds)
    assert seed is not None and seed != start
    result = run(Spec(**{**vars(spec), "seed": seed}))
    levels = [merge_level(square.size_px, square.row, square.column) for square in result.squares]
    truth = levels[0] <= 3 and levels[1] <= 3 and levels[2] > 3
    assert result.claim_holds == truth == holds
    assert f"{'holds' if holds else 'fails'} in this scene at level 3" in describe_claim(result)[0]


def test_no_scene_is_found_where_there_is_none():
    # Two pixels never share a cell without pooling; one pixel apart they always do at stride 1.
    assert find_scene(Spec(sizes_px=(2, 3), depth=0), holds=True, tries=50) is None
    assert find_scene(Spec(sizes_px=(2, 3), depth=1, pool_stride=1), holds=False, tries=50) is None


def test_what_merged_and_came_apart_again_does_not_count_at_the_deepest_level():
    """A stride above the window leaves holes: at 6, the shared cell of level 1 is dropped."""
    spec = Spec(sizes_px=(2, 40), row=6, column=6, pool_size=2, pool_stride=3, depth=2)
    result = run(spec)
    assert not ((result.maps[2][0] > 0) & (result.maps[2][1] > 0)).any()
    assert not result.claim_holds


def test_the_summary_has_the_promised_keys():
    numbers = summary(run(Spec(sizes_px=(2, 4), row=1, column=0, depth=2)))
    shares = {2: [1 / 4, 9 / 16], 4: [0, 1 / 16]}
    assert numbers["squares"] == [
        {"size_px": size, "merge_level": level, "same_cell_fraction": shares[size],
         "closed_form": shares[size]}
        for size, level in ((2, 2), (4, None))
    ]  # fmt: skip
    assert numbers["all_but_largest"] == pytest.approx([1 / 4, prod((9 / 16, 15 / 16))])


def test_progress_ends_at_one():
    reported = []
    run(Spec(sizes_px=(2, 4, 8, 16), depth=2), reported.append)
    assert reported == pytest.approx([0.25, 0.5, 0.75, 1])


def test_equal_sizes_are_refused():
    with pytest.raises(SpecError, match="sizes that differ"):
        validate(Spec(sizes_px=(4, 2, 4)))


def test_the_sentences_say_what_merged_and_at_how_many_alignments():
    text = " ".join(describe(run(Spec(sizes_px=(2, 4, 8), depth=2))))
    assert "first share a cell at level 1 (2 px) and level 2 (4 px)." in text
    assert "Still in different cells up to level 2: 8 px." in text
    # The 4 px square merges at 1 of 16 alignments.
    assert "For the square of 4 px, where this is least likely, the corners share a cell" in text
    assert "of level 2 at 6.2 % of all 16 alignments, which is not most of them." in text
    (single,) = describe(run(Spec(sizes_px=(2,), depth=0)))
    assert single == "Still in different cells before any pooling: 2 px."


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0, "0 %"), (1, "100 %"), (0.26, "26 %"), (0.0625, "6.2 %"), (0.001, "0.1 %")],
)
def test_percentages(fraction, text):
    assert percent(fraction) == text


@given(st.floats(1e-6, 1))
@example(0.999)
def test_percentages_are_plain_numbers_that_are_about_right(fraction):
    number, sign = percent(fraction).split(" ")
    assert sign == "%" and "e" not in number
    assert float(number) == pytest.approx(100 * fraction, rel=0.06, abs=0.001)
