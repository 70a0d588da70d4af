"""The maps that every app of the comparison shows: page 1's, from page 1's own engine.

Each app differs in how it draws only. The engine runs on one thread: PyTorch's second one spins
between forwards and takes a core from the browser. A ``set_num_threads`` in one thread did not stop
that in the threads where the servers compute; the environment does, before PyTorch is loaded.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from scalescope.core.experiments.near_far.cell import map_names, map_values
from scalescope.core.experiments.near_far.result import Result
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.spec import Spec

LABEL = "Far distance"
LOW, HIGH, STEP = 0.5, 40.0, 0.1
DEFAULT = Spec().far_m

Planes = list[NDArray[np.float32]]


def at(far_m: float) -> tuple[list[str], Planes, float]:
    """The names, the maps (rows, columns) of the scene and its ladder, and the maps' range."""
    result: Result = run(Spec(far_m=far_m))
    return map_names(result), map_values(result), result.max_response
