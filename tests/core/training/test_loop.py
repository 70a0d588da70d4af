"""Training: the rate against torch's, resumed against unbroken, learning against chance."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from scalescope.core.specs.spec import SpecError
from scalescope.core.training import loop, score
from scalescope.core.training.data import split_objects
from scalescope.core.training.loop import Training, learning_rate, load_network, painter_of
from scalescope.core.training.plan import Plan
from scalescope.core.training.recipe import IGNORE_INDEX
from scalescope.core.training.recipes import recipe
from scalescope.core.training.trained import Checkpoint

TINY = Plan(
    "plain",
    low_px=12,
    high_px=12,
    test_px=(6.0, 12.0, 24.0),
    steps=8,
    batch_size=8,
    train_objects=60,
    test_objects=30,
    canvas_px=32,
    width=4,
)
PLANS = {
    "plain": TINY,
    "noisy": replace(
        TINY, recipe="natural", high_px=28, noise=0.1, min_contrast=0.5, rotation_deg=20
    ),
    "blur": replace(TINY, recipe="blur", position="centered"),
    "reject-pyramid": replace(TINY, recipe="reject-pyramid"),
}


@pytest.fixture(autouse=True)
def single_thread():
    """What is bit for bit the same, is so with one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained(plan, checkpoint=None):
    training = Training(plan, checkpoint=checkpoint)
    for _ in training.train():
        pass
    return training


def carried(checkpoint):
    """Through JSON and copied memory, as between processes."""
    arrays = {name: np.array(one, order="C") for name, one in checkpoint.arrays.items()}
    return Checkpoint(arrays, json.loads(json.dumps(checkpoint.metadata)))


@pytest.mark.parametrize("steps", [1, 2, 4, 10, 57, 300])
def test_the_rate_is_torchs_one_cycle(steps):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.AdamW([parameter], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, loop.MAX_LEARNING_RATE, total_steps=steps, cycle_momentum=False
    )
    for step in range(steps):
        assert learning_rate(step, steps) == pytest.approx(
            schedule.get_last_lr()[0], rel=1e-9, abs=1e-15
        )
        optimizer.step()
        if step < steps - 1:
            schedule.step()


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_resumed_ends_in_the_same_bits_as_unbroken(name):
    plan = PLANS[name]
    unbroken = trained(plan)
    first = Training(plan)
    moments = first.train()
    entries = [next(moments) for _ in range(3)]
    resumed = trained(plan, carried(first.checkpoint()))
    assert [one.step for one in entries] == [1, 2, 3] and resumed.step == 8
    ends = [unbroken.checkpoint(), resumed.checkpoint()]
    assert ends[0].arrays.keys() == ends[1].arrays.keys()
    for key, array in ends[0].arrays.items():
        assert array.tobytes() == ends[1].arrays[key].tobytes(), key
    both = [training.finish() for training in (unbroken, resumed)]
    assert [m.loss for m in both[0].log] == [m.loss for m in both[1].log]
    assert (both[0].accuracy == both[1].accuracy).all()
    assert resumed.core_s > first.core_s and both[1].seconds == resumed.core_s


@pytest.mark.slow
def test_a_seed_is_the_whole_chance():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one = trained(TINY).finish()
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    again, other = trained(TINY).finish(), trained(replace(TINY, seed=1)).finish()
    name = "head.weight"
    assert (one.weights[name] == again.weights[name]).all()
    assert [moment.loss for moment in one.log] == [moment.loss for moment in again.log]
    assert not (one.weights[name] == other.weights[name]).all()


@pytest.mark.slow
def test_it_learns_its_own_size_on_things_it_never_saw():
    """Against chance of one in ten, and against the size an octave below."""
    plan = replace(TINY, steps=150, batch_size=24, train_objects=600, test_objects=150, width=8)
    result = trained(plan).finish()
    assert result.accuracy[1] > 0.7 > 0.5 > result.accuracy[0]
    assert result.log[-1].loss < 0.5 < result.log[0].loss


def test_moments_tell_every_few_steps_and_look_six_times():
    plan = replace(TINY, steps=125, batch_size=2, width=1)
    moments = list(Training(plan).train())
    assert [one.step for one in moments] == [*range(2, 125, 2), 125]
    assert [one.steps for one in moments] == [125] * len(moments)
    looks = [one.step for one in moments if one.accuracy is not None]
    assert len(looks) == loop.EVALUATIONS and looks[-1] == 125
    seconds = [one.seconds for one in moments]
    assert seconds == sorted(seconds) and seconds[0] > 0
    last = moments[-1].accuracy
    assert last is not None and last.shape == (3,) and last.dtype == np.float64


def test_what_is_told_of_a_trained_network():
    training = trained(TINY)
    result = training.finish()
    width, classes = 4, 10
    kernels = 9 * (width + 26 * width**2)
    assert result.parameters == kernels + 22 * width + classes * (4 * width + 1)
    assert result.images == 8 * 8 and result.plan == TINY and result.winners is None
    assert result.test_px.tolist() == [6, 12, 24]
    _, test = split_objects("digits", 0, 60, 30)
    module = load_network(TINY, result.weights)
    about = (training.recipe, module, test, TINY.test_px)
    assert (score.accuracy(*about, painter_of(TINY), 0) == result.accuracy).all()
    for line in (result.accuracy, result.consistency, result.change):
        assert line.shape == (3,) and ((line >= 0) & (line <= 1)).all()


def test_a_batch_is_what_its_labels_say():
    """Every painted digit has the light of one of its class, at the size of the lesson."""
    training = Training(replace(TINY, batch_size=40))
    objects, _ = split_objects("digits", 0, 60, 30)
    images, labels = training._batch()
    light = objects.images.sum((1, 2)) * (12 / 8) ** 2
    for image, label in zip(images.sum((1, 2, 3)).tolist(), labels.tolist(), strict=True):
        assert np.abs(light[objects.labels == label] - image).min() < 0.01 * image


def test_sizes_follow_the_law_of_the_recipe(monkeypatch):
    """Medians: the square root of 10 * 40 for octaves, and far smaller on a ground plane."""
    medians = {}
    for name in ("zoom", "natural"):
        batches = []
        spy = replace(recipe(name), plan_batch=lambda batch, to=batches: to.append(batch) or batch)
        monkeypatch.setattr(loop, "recipe", lambda _, spy=spy: spy)
        Training(replace(TINY, recipe=name, low_px=8, high_px=32, batch_size=2000))._batch()
        medians[name] = float(batches[0].sizes_px.median())
    assert medians["zoom"] == pytest.approx(16, rel=0.06)
    assert medians["natural"] == pytest.approx(((8**-2 + 32**-2) / 2) ** -0.5, rel=0.04)


def test_ignored_pictures_teach_nothing(monkeypatch):
    """A batch ignored whole has loss 0, and only the decay of the weights moves anything."""
    blank = replace(
        recipe("plain"),
        plan_batch=lambda one: replace(one, labels=torch.full_like(one.labels, IGNORE_INDEX)),
    )
    monkeypatch.setattr(loop, "recipe", lambda _: blank)
    training = Training(TINY)
    before = training.module.head.weight.detach().clone()
    assert training._learn() == 0
    decayed = before * (1 - learning_rate(0, 8) * 0.01)
    torch.testing.assert_close(training.module.head.weight.detach(), decayed)


def test_what_cannot_be_trained_is_refused_in_one_sentence():
    with pytest.raises(SpecError, match="give a range such as 12:48"):
        Training(replace(TINY, recipe="zoom"))
    with pytest.raises(ValueError, match="test objects are not allowed"):
        Training(replace(TINY, train_objects=5000))
    with pytest.raises(ValueError, match="under another plan"):
        Training(replace(TINY, seed=1), checkpoint=Training(TINY).checkpoint())
    with pytest.raises(ValueError, match="0 of 8 steps are done"):
        Training(TINY).finish()
    with pytest.raises(ValueError, match="not those of plain with 8 filters first"):
        load_network(replace(TINY, width=8), trained(TINY).finish().weights)
