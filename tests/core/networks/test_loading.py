"""What cannot be loaded or run is refused in a sentence."""

import pytest
import torch

from scalescope.core.networks import NetworkMissing, load


def noise(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "asked, sentence",
    [
        (("resnet",), "There is no network 'resnet'; there are efficientnet-lite0, mobilenet-v2"),
        (("mobilenet-v2", False, "tpu"), "There is no device 'tpu'; there are cpu and cuda."),
    ],
)
def test_load_says_what_it_does_not_have(asked, sentence):
    with pytest.raises(NetworkMissing, match=sentence):
        load(*asked)


def test_bad_questions_get_a_sentence():
    loaded = load("efficientnet-lite0")
    with pytest.raises(ValueError, match=r"images: shape \(3, 64, 64\) is not allowed"):
        loaded.pooled(noise(3, 64, 64))
    with pytest.raises(ValueError, match=r"has no layer 'blocks\.99'; it has stem, blocks\.0"):
        loaded.record(noise(1, 3, 64, 64), ["blocks.99"])
    with pytest.raises(ValueError, match="has no classes; ask for its layers"):
        load("vgg16-hed").logits(noise(1, 3, 32, 32))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_said():
    with pytest.raises(NetworkMissing, match="no GPU here that torch can use"):
        load("efficientnet-lite0", device="cuda")
