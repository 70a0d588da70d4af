"""Zoom augmentation: the plain network, shown every object at sizes drawn log-uniformly.

Scale jittering of the training pictures, as in K. Simonyan and A. Zisserman, 'Very Deep
Convolutional Networks for Large-Scale Image Recognition', ICLR 2015, arXiv 1409.1556 (section 3.1),
who draw the size uniformly; here every octave of the range is drawn equally often. By default the
range is an octave to either side of the one size that other recipes are trained at.
"""

from __future__ import annotations

from ..backbone import Backbone
from ..recipe import Recipe

RECIPE = Recipe(
    name="zoom",
    title="Zoom augmentation",
    description="The plain network, trained on sizes that are spread evenly over the octaves.",
    reference=(
        "Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. "
        "ICLR 2015, arXiv 1409.1556"
    ),
    accepts="range",
    default_range_px=(12.0, 48.0),
    build=Backbone,
)
