"""Where torch finds a GPU: it answers as the CPU does."""

import numpy as np
import pytest
import torch

from scalescope.core.aerial.probing import features as seeing
from scalescope.core.experiments.network.run import run as run_network
from scalescope.core.experiments.network.spec import Spec as NetworkSpec
from scalescope.core.experiments.training.run import run, summary
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.imaging.subject_views import draw
from scalescope.core.imaging.subjects import (
    BACKGROUNDS,
    RESAMPLINGS,
    RESIZE_MODES,
    RenderSettings,
    bundled_subject,
)
from scalescope.core.networks import load
from scalescope.core.networks.compute import ComputeOptions
from scalescope.core.networks.unit_responses import responses
from scalescope.core.training.names import RECIPE_NAMES

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU here")

SPEC = NetworkSpec(sizes_px=(16, 23.5, 60, 150, 215), shifts=3)


@pytest.mark.parametrize("resampling", RESAMPLINGS)
@pytest.mark.parametrize("resize_mode", RESIZE_MODES)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_it_draws_alike(background, resize_mode, resampling):
    look = RenderSettings(resize_mode, background, 224, 40, resampling, seed=3)
    sizes = [60.0] if resize_mode == "input-size" else [16.0, 60.3, 150.0]
    shifts = [(0, 0), (2, 1), (-3, 5)]
    one, other = (
        draw(bundled_subject("coffee"), look, sizes, shifts, on) for on in ("cpu", "cuda")
    )
    assert other.device.type == "cuda"
    np.testing.assert_allclose(one.numpy(), other.cpu().numpy(), atol=2e-5)


def test_half_precision_draws_nearly_alike():
    sizes, shifts = [16.0, 60.3, 150.0], [(0, 0), (2, 1)]
    half = draw(bundled_subject("coffee"), RenderSettings(), sizes, shifts, "cuda", torch.float16)
    assert half.dtype == torch.float16
    exact = draw(bundled_subject("coffee"), RenderSettings(), sizes, shifts)
    np.testing.assert_allclose(exact.numpy(), half.float().cpu().numpy(), atol=2e-3)


@pytest.mark.parametrize("shuffled", [False, True])
def test_its_sums_and_maps_are_those_of_the_cpu(shuffled):
    images = torch.rand(5, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    one, other = (load("efficientnet-lite0", shuffled, on) for on in ("cpu", "cuda"))
    for (name, mine), theirs in zip(
        one.pooled(images).mean.items(), other.pooled(images).mean.values(), strict=True
    ):
        assert np.abs(mine - theirs).max() < 1e-4 * np.abs(mine).max(), name
    mine, theirs = (net.record(images, ["blocks.5"])[1]["blocks.5"].cpu() for net in (one, other))
    assert (mine - theirs).abs().max() < 1e-4 * mine.abs().max()


def alike(one, other, odds, cosines):
    np.testing.assert_allclose(one.probability, other.probability, atol=odds)
    for name, layer in one.layers.items():
        for what in ("similarity", "baseline"):
            mine, theirs = getattr(layer, what), getattr(other.layers[name], what)
            np.testing.assert_allclose(mine, theirs, atol=cosines, err_msg=f"{name} {what}")


@pytest.mark.parametrize("resize_mode", RESIZE_MODES)
@pytest.mark.parametrize("background", ["gray", "mean"])
def test_its_sweep_is_that_of_the_cpu(resize_mode, background):
    spec = NetworkSpec(**vars(SPEC) | {"resize_mode": resize_mode, "background": background})
    alike(run_network(spec, compute=ComputeOptions()), run_network(spec), 1e-4, 1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the compiler's own
@pytest.mark.parametrize("compiled", [False, True])
def test_half_precision_is_near(compiled):
    found = run_network(SPEC, compute=ComputeOptions("cuda", "float16", compiled))
    alike(run_network(SPEC, compute=ComputeOptions()), found, 3e-2, 3e-2)
    again = run_network(SPEC, compute=ComputeOptions("cuda", "float16", compiled))
    np.testing.assert_array_equal(found.probability, again.probability)


def test_its_units_answer_alike():
    some = [bundled_subject("coffee"), bundled_subject("brick")]
    one, other = (
        responses(load("efficientnet-lite0", device=on), some, (32, 90)) for on in ("cpu", "cuda")
    )
    for name, mine in one.response.items():
        theirs = other.response[name]
        assert np.abs(mine - theirs).max() < 1e-3 * np.abs(mine).max(), name


def test_its_features_of_tiles_are_those_of_the_cpu():
    tiles = np.random.default_rng(0).random((5, 3, 40, 40), dtype=np.float32)
    one, other = (
        seeing.features(load("efficientnet-lite0", device=on), tiles, 2.0) for on in ("cpu", "cuda")
    )
    for name, mine in one.items():
        far = np.abs(mine.astype(np.float64) - other[name]).max()
        assert far < 2e-3 * np.abs(mine).max(), name


@pytest.mark.parametrize("recipe", RECIPE_NAMES)
def test_every_recipe_trains_there(recipe):
    small = {
        "steps": 4,
        "train_objects": 40,
        "test_objects": 20,
        "batch_size": 8,
        "width": 4,
        "seeds": (0,),
    }
    sizes = "12:24" if recipe in ("zoom", "natural") else "16"
    spec = Spec(recipe=recipe, canvas_px=32, test_px=(8.0, 16.0), train_px=sizes, **small)
    found = run(spec, device="cuda")
    assert np.asarray(summary(found)["accuracy"]).shape == (1, 2)
