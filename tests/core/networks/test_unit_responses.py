"""Responses of units, their tuning and their cards, on networks and arrays with known answers."""

import numpy as np
import pytest
import torch
from scipy import stats

from scalescope.core.experiments.network.units.tuning import (
    describe,
    halves,
    preferred_sizes,
    spearman,
    tuning,
)
from scalescope.core.imaging.decode import SAMPLES
from scalescope.core.imaging.subjects import RenderSettings, Subject
from scalescope.core.networks import Layer, LoadedNetwork, Network
from scalescope.core.networks.unit_responses import collect, crops, responses, steps
from tests.core.imaging.sample_views import views

GRAY = 0.5
SIZES = 16 * 2 ** (np.arange(8) / 2)
LAYERS = (Layer("level", "the picture", 3, 1, 1), Layer("every", "every fourth pixel", 3, 4, 1))


class Toy:
    """The picture itself less a constant, and every fourth pixel of it."""

    def walk(self, images):
        yield "level", images - 7
        yield "every", images[:, :, ::4, ::4]


def toy(side=32):
    network = Network(
        slug="toy",
        title="Toy",
        license="",
        package="",
        input_px=side,
        padding_gray=GRAY,
        layers=LAYERS,
        classes=False,
    )
    return LoadedNetwork(network, False, "cpu", Toy())


def flat(level, name="flat", side=8):
    return Subject(np.full((3, side, side), level, np.float32), (0, 0, side, side), name)


def test_a_response_is_the_height_above_the_blank_canvas():
    found = responses(toy(), [flat(0.9), flat(0.2)], (4, 8), shifts_px=[(0, 0)])
    assert found.response["level"].shape == (2, 2, 3)
    assert found.response["level"][0] == pytest.approx(0.4, abs=1e-6)
    assert found.response["level"][1] == pytest.approx(0.0, abs=1e-6)  # darker than the ground
    assert found.sizes_px.tolist() == [4, 8] and not found.shuffled


def test_responses_are_means_over_the_shifts():
    """A 2 px square at row 15 is seen by every fourth pixel (16) at some shifts, not at others."""
    one = [responses(toy(), [flat(1.0)], (2, 3), shifts_px=[(at, at)]) for at in range(4)]
    seen = np.array([found.response["every"][0, 0, 0] for found in one])
    assert set(np.round(seen, 6)) == {0.0, 0.5}
    both = responses(toy(), [flat(1.0)], (2, 3), shifts_px=[(at, at) for at in range(4)])
    assert both.response["every"][0, 0, 0] == pytest.approx(seen.mean())


def test_cells_lie_where_the_unit_answered_most():
    picture = np.full((3, 8, 8), 0.5, np.float32)
    picture[1, 2, 5] = 1.0  # only the green unit has a reason to look here
    found = responses(toy(), [Subject(picture, (0, 0, 8, 8), "dot")], (8, 16))
    top = (32 - 8) // 2
    assert found.cells["level"][0, 0, 1].tolist() == [top + 2, top + 5]
    assert found.cells["level"].dtype == np.int32


def test_what_was_done_before_a_stop_is_kept():
    pictures = [flat(level, str(level)) for level in (0.6, 0.7, 0.8)]
    made = steps(toy(), pictures, (4, 8))
    first = collect(toy(), [next(made), next(made)], (4, 8))
    whole = responses(toy(), pictures, (4, 8))
    np.testing.assert_array_equal(first.response["level"], whole.response["level"][:2])

    def stop(done):
        describe.append(done)
        if len(describe) == 2:
            raise InterruptedError

    describe: list[float] = []
    with pytest.raises(InterruptedError):
        responses(toy(), pictures, (4, 8), progress=stop)
    assert describe == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"sizes_px": (8,)}, "two sizes"),
        ({"settings": RenderSettings(resize_mode="input-size")}, "input-size"),
    ],
)
def test_what_cannot_be_swept_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        responses(toy(), [flat(1)], **arguments)
    with pytest.raises(ValueError, match="no picture"):
        collect(toy(), [])


def test_crops_are_squares_of_every_photograph_in_turn():
    pieces = crops(2)
    assert [piece.name for piece in pieces] == list(SAMPLES) * 2
    for piece in pieces:
        top, left, bottom, right = piece.box
        rows, columns = piece.picture.shape[1:]
        assert 0 <= top < bottom <= rows and 0 <= left < right <= columns
        assert bottom - top == right - left >= 0.5 * min(rows, columns) - 1
    assert [piece.box for piece in crops(2)] == [piece.box for piece in pieces]
    assert [piece.box for piece in crops(2, seed=1)] != [piece.box for piece in pieces]


def test_boxes_of_one_picture_belong_to_one_photograph():
    one = flat(0.6).picture
    pictures = [Subject(one, (0, 0, 4, 4), "a"), Subject(one, (2, 2, 8, 8), "b"), flat(0.7)]
    first, second, other = responses(toy(), pictures, (4, 8)).photographs
    assert first == second != other


def test_a_real_network_by_hand():
    """EfficientNet-Lite0, two sizes and two shifts, against its maps one by one."""
    from scalescope.core.networks import load

    loaded = load("efficientnet-lite0")
    subject, shifts = crops(1)[0], [(0, 0), (1, 2)]
    found = responses(loaded, [subject], (40, 80), shifts_px=shifts)
    names = ("stem", "blocks.5", "head")
    blank = torch.full((1, 3, 224, 224), 127 / 255)
    _, ground = loaded.record(blank, names)
    for at, size in enumerate((40, 80)):
        made = [torch.from_numpy(views(subject, [size], shift_px=shift)) for shift in shifts]
        answers = [loaded.record(one, names)[1] for one in made]
        for name in names:
            peaks = [(one[name] - ground[name]).amax((0, 2, 3)).numpy() for one in answers]
            assert found.response[name][0, at] == pytest.approx(np.mean(peaks, axis=0), abs=1e-4)


def liking(centres, photographs=12, each=2, seed=0, noise=0.05):
    """(pictures, sizes, units) with known preferred sizes, in octaves; and the photographs."""
    random = np.random.default_rng(seed)
    names = [f"photograph {at}" for at in range(photographs) for _ in range(each)]
    curves = np.exp(-((np.log2(SIZES)[:, None] - centres) ** 2) / 0.5)
    made = random.gamma(2, 1, (len(names), 1, len(centres))) * curves
    return (made + noise * random.standard_normal(made.shape)).astype(np.float32), names


def test_photographs_are_never_split():
    names = [name for name in "abcdefg" for _ in range(3)]
    first = halves(names, 3)
    chosen = {name for name, here in zip(names, first, strict=True) if here}
    others = {name for name, here in zip(names, first, strict=True) if not here}
    assert not chosen & others and len(chosen) == 3 and len(others) == 4
    with pytest.raises(ValueError, match="one photograph"):
        halves(["a", "a"])


def test_planted_preferences_carry_over_and_noise_does_not():
    centres = np.linspace(4, 7.5, 60)
    response, names = liking(centres)
    found = tuning("here", SIZES, response, names)
    assert found.agreement is not None and found.agreement > 0.95
    near = np.abs(np.log2(found.second_px) - centres)
    assert near.max() <= 0.5
    drawn_at = found.sorted_curves.argmax(axis=1)
    assert np.all(np.diff(drawn_at) >= -1) and found.sorted_curves.max(axis=1) == pytest.approx(1)
    assert found.histogram.sum() == 60 and found.inside_fraction > 0.6


def test_sorted_noise_shows_no_diagonal_on_the_other_half():
    """On the half that it was sorted by it does, perfectly."""
    random = np.random.default_rng(2)
    response = random.random((24, 8, 300)).astype(np.float32)
    names = [str(at // 2) for at in range(24)]
    found = tuning("here", SIZES, response, names)
    assert found.agreement is not None and abs(found.agreement) < 0.1
    assert abs(stats.spearmanr(np.arange(300), found.sorted_curves.argmax(axis=1)).statistic) < 0.2
    assert np.all(np.diff(found.first_px[found.order]) >= 0)


def test_silent_units_have_no_preferred_size():
    curves = np.array([[0, 1.0, 2], [0, 3, 1], [0, 3, 1]])
    likes = preferred_sizes(curves, np.array([8.0, 16, 32]))
    assert np.isnan(likes[0]) and likes[1:].tolist() == [16, 8]
    response, names = liking(np.full(10, 6.0))
    response[:, :, 4] = 0
    found = tuning("here", SIZES, response, names)
    assert found.order[-1] == 4 and not found.sorted_curves[-1].any() and found.histogram.sum() == 9


def test_rank_correlation_is_that_of_scipy():
    random = np.random.default_rng(0)
    first, second = (random.integers(0, 6, 50).astype(float) for _ in range(2))
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)
    first[3] = np.nan
    known = np.arange(50) != 3
    expected = stats.spearmanr(first[known], second[known]).statistic
    assert spearman(first, second) == pytest.approx(expected)
    assert spearman(np.ones(20), second[:20]) is None and spearman(first[:5], second[:5]) is None


def test_told_says_what_the_numbers_bear():
    clear, names = liking(np.linspace(4, 7.5, 60))
    random = np.random.default_rng(2).random(clear.shape).astype(np.float32)
    ours, theirs = (tuning("here", SIZES, one, names) for one in (clear, random))
    assert "stronger than in the same" in describe(
        ours, theirs
    ) and "no stronger than in the same" in describe(theirs, ours)
    large = tuning("here", SIZES, liking(np.full(60, 8.0))[0], names)
    assert "within the range: too few" in describe(large, theirs) and "100 % of 60" in describe(
        large, theirs
    )
    few = tuning("here", SIZES, clear[:6], names[:6])
    assert "3 photographs are too few" in describe(few, theirs)
