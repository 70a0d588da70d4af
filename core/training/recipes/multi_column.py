"""Columns with rescaled filters: each column looks for the same patterns at a size of its own.

Y. Xu, T. Xiao, J. Zhang, K. Yang and Z. Zhang, 'Scale-Invariant Convolutional Neural Networks',
2014, arXiv 1411.6369 (SiCNN). One canonical set of filters is learned; every other column's filters
are a fixed linear map of it, so that column k responds to an object that is larger by its factor as
the first one responds to the object itself. The columns' features are concatenated before the
linear layer, which has weights of its own for each column: what it learns at one size need not hold
at another.

Here there are three columns, of 3, 5 and 7 taps (factors 1, 1.67 and 2.33), without the paper's
hidden fully connected layers; the columns share their batch normalization. What is learned beyond
the plain network's numbers is the linear layer's share for the second and third column.
"""

from __future__ import annotations

from functools import partial

from ..columns import Columns
from ..recipe import NetworkConfig, Recipe
from ..rescaled_filters import RescaledFilters

SIDES = (3, 5, 7)


def build(config: NetworkConfig, sides: tuple[int, ...] = SIDES) -> Columns:
    """Build a network with one column for each of ``sides``."""
    return Columns(config, partial(RescaledFilters, sides=sides), len(sides), "concatenate")


RECIPE = Recipe(
    name="multi-column",
    title="Multi-column network with rescaled filters",
    description="Three networks side by side share one set of filters, at three sizes.",
    reference=(
        "Xu, Xiao, Zhang, Yang, Zhang: Scale-Invariant Convolutional Neural Networks. 2014, "
        "arXiv 1411.6369"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=build,
)
