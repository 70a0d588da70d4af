"""Scores against brute force and closed forms, on networks whose answers are known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from scalescope.core.training import score
from scalescope.core.training.canvas import Painter
from scalescope.core.training.data import LabeledImages
from scalescope.core.training.recipes import recipe

CANVAS = 32
PLAIN = recipe("plain")


class Fixed(nn.Module):
    """Something with a device and a mode; what it answers is the recipe's affair."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


def objects(count=200, classes=4, side=8, seed=0):
    random = np.random.default_rng(seed)
    images = random.random((count, side, side)).astype(np.float32)
    labels = (np.arange(count) % classes).astype(np.int64)
    return LabeledImages(images, labels, tuple("abcdefghijklmnopqrstuvwxyz"[:classes]))


def told(predict):
    return replace(PLAIN, predict=lambda module, images: predict(images))


def rows_of_middles(images):
    """The row of each canvas's center of mass, in px from its middle; a canvas is never empty."""
    cells = torch.arange(CANVAS).float() + 0.5 - CANVAS / 2
    return (images[:, 0].sum(2) * cells).sum(1) / images[:, 0].sum((1, 2))


def test_a_constant_answer_is_right_as_often_as_its_class():
    some = objects(count=10, classes=3)  # of class 0: four
    always = told(lambda images: torch.tensor([0.8, 0.1, 0.1]).expand(len(images), 3))
    result = score.accuracy(always, Fixed(), some, (8, 16, 31), Painter(CANVAS), 0)
    assert result == pytest.approx([0.4] * 3) and result.dtype == np.float64


def test_accuracy_is_that_of_one_thing_after_another():
    """A class is told by an object's total light, painted one at a time by the painter."""
    some, sizes, edges = objects(count=90), (6.0, 11.0), torch.tensor([28.0, 32.0, 36.0])

    def predict(images):
        light = images.sum((1, 2, 3)) * (64 / 11**2)
        return nn.functional.one_hot(torch.bucketize(light, edges), 4).float()

    result = score.accuracy(told(predict), Fixed(), some, sizes, Painter(CANVAS, "centered"), 7)
    for index, size in enumerate(sizes):
        right = 0
        for image, label in zip(some.images, some.labels, strict=True):
            middle = torch.tensor([[CANVAS / 2, CANVAS / 2]])
            one = score.paint(torch.from_numpy(image)[None], torch.tensor([size]), middle, CANVAS)
            right += int(predict(one).argmax()) == label
        assert result[index] == right / 90
    assert 0.1 < result[1] < 0.9  # so the test could have failed


def test_a_size_scores_the_same_whatever_else_is_asked():
    torch.manual_seed(0)
    module = PLAIN.build(score_frame())
    painter = Painter(CANVAS, "anywhere", min_contrast=0.4, noise=0.3)
    asked = [(9.0,), (5.0, 9.0, 20.0)]
    alone, among = (score.accuracy(PLAIN, module, objects(), one, painter, 3) for one in asked)
    assert alone[0] == among[1]


def score_frame():
    from scalescope.core.training.recipe import NetworkConfig

    return NetworkConfig(CANVAS, 4, 4)


def test_asking_leaves_the_module_as_it_was():
    torch.manual_seed(0)
    module = PLAIN.build(score_frame()).train()
    before = {name: one.clone() for name, one in module.state_dict().items()}
    score.accuracy(PLAIN, module, objects(), (9.0,), Painter(CANVAS), 0)
    assert module.training
    for name, one in module.state_dict().items():
        assert torch.equal(one, before[name]), name  # batch normalization did not learn from it
    module.eval()
    score.probability_change(PLAIN, module, objects(count=5), (9.0,), CANVAS)
    assert not module.training


def test_what_does_not_see_places_is_fully_consistent():
    def predict(images):
        bright = (images.sum((1, 2, 3)) > 32).long()
        return nn.functional.one_hot(bright, 2).float()

    about = (told(predict), Fixed(), objects(classes=2))
    assert score.shift_consistency(*about, (8.0, 12.0), CANVAS, 0) == pytest.approx([1, 1])
    assert score.probability_change(*about, (8.0, 12.0), CANVAS) == pytest.approx([0, 0])


@pytest.mark.parametrize(("rows", "chance"), [(1, 1 / 17), (2, (9**2 + 8**2) / 17**2)])
def test_consistency_of_what_calls_out_the_place(rows, chance):
    """Of 17 equally likely rows, two shifts share one with 1 / 17, and a parity with 145 / 289."""

    def predict(images):
        row = torch.round(rows_of_middles(images)).long() + 8
        return nn.functional.one_hot(row if rows == 1 else row % 2, 17).float()

    flat = LabeledImages(np.ones((600, 8, 8), np.float32), np.zeros(600, np.int64), ("a", "b"))
    result = score.shift_consistency(told(predict), Fixed(), flat, (8.0,), CANVAS, 0)
    assert result[0] == pytest.approx(chance, abs=4 * np.sqrt(chance / 1800))


def test_change_is_the_mean_of_one_px_down_and_one_px_right():
    """The right class's probability grows by .02 a row; columns do not matter: .01 on average."""

    def predict(images):
        grown = 0.5 + 0.02 * rows_of_middles(images)
        return torch.stack([grown, 1 - grown], 1)

    result = score.probability_change(
        told(predict), Fixed(), objects(classes=2), (8.0, 12.0), CANVAS
    )
    assert result == pytest.approx([0.01, 0.01], abs=1e-5)


def test_change_is_of_the_own_class():
    """Only class 2 is touched: a third of the objects, and by .06 with each row."""

    def predict(images):
        share = 0.06 * rows_of_middles(images)
        return torch.stack([0.3 + 0 * share, 0.2 - share, 0.5 + share], 1)

    some = replace(objects(count=30, classes=3), labels=np.array([0, 0, 2] * 10))
    result = score.probability_change(told(predict), Fixed(), some, (8.0,), CANVAS)
    assert result[0] == pytest.approx(0.06 / 2 / 3, abs=1e-5)


def test_the_winner_is_the_channel_with_the_largest_logit_of_all():
    """Channel 1 shouts for light objects in class 3, channel 0 in class 0 for the others."""

    def channel_logits(module, images):
        logits = torch.zeros(len(images), 3, 4)
        light = images.sum((1, 2, 3)) > 32
        logits[light, 1, 3], logits[~light, 0, 0] = 5.0, 2.0
        return logits

    some = objects()
    light = (some.images.sum((1, 2)) > 32).mean()
    three = replace(PLAIN, channel_logits=channel_logits, scales=(0.5, 1, 2))
    painter = Painter(CANVAS, "centered")
    result = score.winners(three, Fixed(), some, (8.0,), painter, 0)
    assert result is not None and result.shape == (1, 3)
    assert result[0] == pytest.approx([1 - light, light, 0], abs=1 / 200)
    assert score.winners(PLAIN, Fixed(), some, (8.0,), painter, 0) is None
