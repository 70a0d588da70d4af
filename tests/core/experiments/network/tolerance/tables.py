"""Tables of planted tolerances, and random ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from scalescope.core.experiments.network.tolerance.table import Protocol, Tolerances
from scalescope.core.networks import NETWORKS

NET = NETWORKS["efficientnet-lite0"]
LAYERS = ("blocks.0", "blocks.1", "blocks.2", "blocks.3")  # strides 2, 4, 4, 8
SIZES = (16.0, 32.0, 64.0, 128.0)  # a range of 3 octaves


def table(trained, shuffled=(), layers=LAYERS, network=NET):
    """A table of tolerances in octaves, (objects, layers) and (copies, objects, layers)."""
    octaves = np.array(trained, dtype=np.float64)
    names = tuple(f"object {number}" for number in range(len(octaves)))
    copies = np.array(shuffled, dtype=np.float64).reshape(-1, *octaves.shape)
    return Tolerances(network, Protocol(names, SIZES, 4), tuple(layers), octaves, copies)


def alike(row, objects=10):
    """The same tolerances for every object."""
    return np.tile(np.array(row, dtype=np.float64), (objects, 1))


OCTAVES = st.one_of(
    st.floats(0, 2.99), st.just(np.inf), st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.just(np.nan)
)


@st.composite
def random_tables(draw):
    """Tables of any size, some of their tolerances cut off or undefined."""
    objects, copies = draw(st.integers(1, 12)), draw(st.integers(0, 4))
    size = objects * len(LAYERS) * (1 + copies)
    numbers = np.array(draw(st.lists(OCTAVES, min_size=size, max_size=size)))
    parts = numbers.reshape(1 + copies, objects, len(LAYERS))
    return table(parts[0], parts[1:])
