"""The naive pyramid: a plain network, trained at one size, asked at many sizes of the picture.

It is built and trained as ``plain``, and asked exactly as ``scale-channels`` is: the same windows,
and the channels' largest logit, class by class. So the training alone differs. Nothing taught a
channel to be quiet about what is not at its own scale, and whether it is, is left to chance.
Measured on digits trained at 24 px, 700 steps: looking at factors 2 to 4 a network of 8 filters
first is right for one or two objects in ten and calls its answer .80 to 1.00 probable. With seed 0
its largest logit is 11.9 there on average, against 10.6 at its own scale, and of 100 % at 24 px
35 % are left; with seed 1 it is 7.5 against 11.2, and 92 % are left of 97. A network of 16 filters
(seed 0) is loudest at its own scale for 99 objects in a hundred, and keeps 97 to 98 % from 8 to
64 px although nobody trained for it. Y. Jansson and T.
Lindeberg (ICPR 2020, arXiv 2004.01536) train all channels together.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..backbone import Backbone
from ..recipe import Recipe
from . import scale_channels


def channel_logits(module: nn.Module, images: Tensor) -> Tensor:
    """The plain network's logits at every factor, (n, channels, classes)."""
    return scale_channels.logits_of(module, images)


def predict(module: nn.Module, images: Tensor) -> Tensor:
    """Probabilities (n, classes) from each class's largest logit over the channels."""
    return channel_logits(module, images).amax(1).softmax(1)


RECIPE = Recipe(
    name="scale-channels-naive",
    title="Scale channels, not jointly trained",
    description=(
        "The plain network, trained at one size, runs on the image at nine sizes; the largest "
        "logit counts."
    ),
    reference=scale_channels.RECIPE.reference + "; here without joint training",
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=Backbone,
    predict=predict,
    channel_logits=channel_logits,
    scales=scale_channels.FACTORS,
    trained_as="plain",
)
