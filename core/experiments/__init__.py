"""The one table of experiments. What a row needs is imported when it is first used."""

from __future__ import annotations

from typing import Any

from . import calculator, filter, near_far, network, pooling, scale_space, training, transfer
from .experiment import Experiment

EXPERIMENTS: dict[str, Experiment[Any, Any]] = {
    package.EXPERIMENT.slug: package.EXPERIMENT
    for package in (
        near_far,
        pooling,
        filter,
        scale_space,
        network,
        training,
        calculator,
        transfer,
    )
}
