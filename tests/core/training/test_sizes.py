"""The sizes of training: their laws against closed forms and against ground seen by a camera."""

import numpy as np
import pytest
import torch
from scipy import stats

from scalescope.core.imaging.camera import apparent_px
from scalescope.core.training.sizes import SIZE_LAWS, Sizes

LOW_PX, HIGH_PX = 10.0, 56.0
COUNT = 20_000
CHANCE = 1.63 / COUNT**0.5  # a true law's Kolmogorov distance stays below this in 99 % of draws


def drawn(law, seed=0):
    return Sizes(LOW_PX, HIGH_PX, law).draw(COUNT, torch.Generator().manual_seed(seed)).numpy()


def log_uniform(px):
    return np.log(px / LOW_PX) / np.log(HIGH_PX / LOW_PX)


def natural(px):
    return (LOW_PX**-2 - px**-2.0) / (LOW_PX**-2 - HIGH_PX**-2)


def distance(law, closed_form):
    return stats.kstest(drawn(law), closed_form).statistic


@pytest.mark.parametrize(
    ("law", "right", "wrong"),
    [("log-uniform", log_uniform, natural), ("natural", natural, log_uniform)],
)
def test_sizes_follow_their_law_and_no_other(law, right, wrong):
    assert distance(law, right) < CHANCE
    assert distance(law, wrong) > 0.3


def test_natural_sizes_are_those_of_things_on_the_ground():
    """Objects of 1 m thrown evenly on a square of ground; those in a ring before the camera."""
    focal_px, size_m = 500.0, 1.0
    near_m, far_m = focal_px * size_m / HIGH_PX, focal_px * size_m / LOW_PX
    ground = np.random.default_rng(1).uniform(-far_m, far_m, (COUNT, 2))
    away = np.hypot(*ground.T)
    visible = away[(away >= near_m) & (away <= far_m) & (np.abs(ground[:, 1]) < ground[:, 0])]
    sizes = [apparent_px(size_m, float(one), focal_px) for one in visible]
    assert stats.ks_2samp(sizes, drawn("natural")).statistic < 1.63 * (2 / len(visible)) ** 0.5
    assert stats.ks_2samp(sizes, drawn("log-uniform")).statistic > 0.3


@pytest.mark.parametrize("law", SIZE_LAWS)
def test_sizes_stay_within_their_range(law):
    sizes = Sizes(LOW_PX, HIGH_PX, law).draw(COUNT, torch.Generator().manual_seed(3))
    assert sizes.dtype == torch.float32 and sizes.shape == (COUNT,)
    assert LOW_PX <= sizes.min() < 1.01 * LOW_PX and 0.9 * HIGH_PX < sizes.max() <= HIGH_PX


def test_one_size_is_that_size_and_takes_no_chance():
    generator = torch.Generator().manual_seed(4)
    before = generator.get_state()
    assert Sizes(24, 24, "natural").draw(3, generator).tolist() == [24, 24, 24]
    assert torch.equal(before, generator.get_state())


@pytest.mark.parametrize("law", SIZE_LAWS)
def test_the_generator_decides(law):
    np.testing.assert_array_equal(drawn(law, seed=1), drawn(law, seed=1))
    assert (drawn(law, seed=1) != drawn(law, seed=2)).any()


@pytest.mark.parametrize("ends", [(24, 10), (0, 10), (-1, 1), (1, float("inf")), (float("nan"), 2)])
def test_foreign_sizes_are_refused(ends):
    with pytest.raises(ValueError, match="give positive sizes"):
        Sizes(*ends)


def test_foreign_laws_are_refused():
    with pytest.raises(ValueError, match="give one of log-uniform, natural"):
        Sizes(10, 20, "normal")
