"""Responses of units on networks whose maps are known."""

import numpy as np
import pytest
import torch

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
    result = responses(toy(), [flat(0.9), flat(0.2)], (4, 8), shifts_px=[(0, 0)])
    assert result.response["level"].shape == (2, 2, 3)
    assert result.response["level"][0] == pytest.approx(0.4, abs=1e-6)
    assert result.response["level"][1] == pytest.approx(0.0, abs=1e-6)  # darker than the ground
    assert result.sizes_px.tolist() == [4, 8] and not result.shuffled


def test_responses_are_means_over_the_shifts():
    """A 2 px square at row 15 is seen by every fourth pixel (16) at some shifts, not at others."""
    one = [responses(toy(), [flat(1.0)], (2, 3), shifts_px=[(index, index)]) for index in range(4)]
    values = np.array([result.response["every"][0, 0, 0] for result in one])
    assert set(np.round(values, 6)) == {0.0, 0.5}
    both = responses(toy(), [flat(1.0)], (2, 3), shifts_px=[(index, index) for index in range(4)])
    assert both.response["every"][0, 0, 0] == pytest.approx(values.mean())


def test_cells_lie_where_the_unit_answered_most():
    picture = np.full((3, 8, 8), 0.5, np.float32)
    picture[1, 2, 5] = 1.0  # only the green unit has a reason to look here
    result = responses(toy(), [Subject(picture, (0, 0, 8, 8), "dot")], (8, 16))
    top = (32 - 8) // 2
    assert result.cells["level"][0, 0, 1].tolist() == [top + 2, top + 5]
    assert result.cells["level"].dtype == np.int32


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
    "arguments, message",
    [
        ({"sizes_px": (8,)}, "two sizes"),
        ({"settings": RenderSettings(resize_mode="input-size")}, "input-size"),
    ],
)
def test_what_cannot_be_swept_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
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
    result = responses(loaded, [subject], (40, 80), shifts_px=shifts)
    names = ("stem", "blocks.5", "head")
    blank = torch.full((1, 3, 224, 224), 127 / 255)
    _, ground = loaded.record(blank, names)
    for index, size in enumerate((40, 80)):
        made = [torch.from_numpy(views(subject, [size], shift_px=shift)) for shift in shifts]
        answers = [loaded.record(one, names)[1] for one in made]
        for name in names:
            peaks = [(one[name] - ground[name]).amax((0, 2, 3)).numpy() for one in answers]
            assert result.response[name][0, index] == pytest.approx(
                np.mean(peaks, axis=0), abs=1e-4
            )
