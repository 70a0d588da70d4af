"""Scale channels without joint training: a plain network, trained at one size, at many scales.

It is built and trained as ``plain``, and predicts exactly as ``scale-channels`` does: the same
windows, and each class's largest logit over the channels. So the training alone differs. Nothing
in the training keeps the logits low for objects that are not at a channel's own scale, so whether
they are low is left to chance. Measured on digits trained at 24 px, 700 steps, at factors 2 to 4: a
network of 8 filters first is correct for one or two objects in ten, with a confidence of .80 to
1.00. With seed 0 its largest logit is 11.9 there on average, against 10.6 at its own scale, and of
100 % at 24 px 35 % are left; with seed 1 it is 7.5 against 11.2, and 92 % are left of 97. A network
of 16 filters (seed 0) has its largest logit at its own scale for 99 objects in a hundred, and keeps
97 to 98 % from 8 to 64 px although it was not trained for that. Y. Jansson and T. Lindeberg (ICPR
2020, arXiv 2004.01536) train all channels together.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..backbone import Backbone
from ..recipe import Recipe
from . import scale_channels


def channel_logits(module: nn.Module, images: Tensor) -> Tensor:
    """Give the plain network's logits at every factor, float32 (n, channels, classes).

    ``images``: float32 (n, 1, canvas, canvas).
    """
    return scale_channels.logits_of(module, images)


def predict(module: nn.Module, images: Tensor) -> Tensor:
    """Predict probabilities, float32 (n, classes), from each class's largest logit.

    ``images``: float32 (n, 1, canvas, canvas).
    """
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
