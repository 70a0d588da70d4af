"""Zoom augmentation: the plain network, shown every thing at sizes drawn log-uniformly.

Scale jittering of the training pictures, as in K. Simonyan and A. Zisserman, 'Very Deep
Convolutional Networks for Large-Scale Image Recognition', ICLR 2015, arXiv 1409.1556 (section 3.1),
who draw the size uniformly; here every octave of the range is drawn equally often.
"""

from __future__ import annotations

from core.training.backbone import Backbone
from core.training.recipe import Recipe

RECIPE = Recipe(
    name="zoom",
    title="Zoom augmentation",
    says="The plain network, shown every thing at sizes spread evenly over the octaves.",
    reference=(
        "Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. "
        "ICLR 2015, arXiv 1409.1556"
    ),
    takes="range",
    standard=(10.0, 56.0),
    build=Backbone,
)
