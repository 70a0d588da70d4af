"""Scale-equivariant steerable convolution: filters that are the same function at every scale.

I. Sosnovik, M. Szmaja and A. Smeulders, 'Scale-Equivariant Steerable Networks', ICLR 2020, arXiv
1910.11093 (SESN). Filters are sums of fixed Hermite-Gaussian functions; the coefficients are
learned and shared by all scales. The first layer lifts the picture to maps over (scale, row,
column); the others convolve in row and column at every scale with that scale's filters (the paper's
interaction between neighboring scales left out: its 'interscale' of 1); at the end a maximum over
all scales projects what was lifted. An object that is larger by a step gives the same maps one
scale further on, but for sampling, pooling, and the ends of the scale axis.

Three scales, half an octave apart. Each filter has as many learned numbers as one of 3 x 3, so the
whole has as many as the plain network.
"""

from __future__ import annotations

from functools import partial

from ..columns import Columns
from ..hermite import SteerableFilters
from ..recipe import NetworkConfig, Recipe

STEP = 2**0.5
SIGMAS = tuple(0.6 * STEP**index for index in range(3))  # in cells
SIDES = (5, 5, 7)  # at least 2.3 sigma to each side


def build(config: NetworkConfig) -> Columns:
    """Build a network with one column for each of :data:`SIGMAS`."""
    make = partial(SteerableFilters, sigmas=SIGMAS, sides=SIDES)
    return Columns(config, make, len(SIGMAS), "maximum")


RECIPE = Recipe(
    name="steerable",
    title="Scale-equivariant steerable filters",
    description="Each filter is one function at three scales; the maximum over scales counts.",
    reference=(
        "Sosnovik, Szmaja, Smeulders: Scale-Equivariant Steerable Networks. ICLR 2020, "
        "arXiv 1910.11093"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=build,
)
