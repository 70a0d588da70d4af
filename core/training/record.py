"""A trained network as JSON values, and back with every value checked.

The weights are no part of it: they are arrays, and travel as such.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from .plan import Plan
from .trained import Arrays, Line, TrainedNetwork, TrainingLogEntry

MAX_LOG_ENTRIES = 10_000
MAX_CHANNELS = 64
MAX_COUNT = 1e12  # of a number that counts something


class RecordError(UserError):
    """Values that are no record of a training; the end of a sentence."""


def _number(values: Mapping[str, Any], name: str, maximum: float = MAX_COUNT) -> float:
    value = values[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        raise RecordError(f"'{name}' is not a number from 0 on")
    return float(value)


def _whole(values: Mapping[str, Any], name: str) -> int:
    value = _number(values, name)
    if not value.is_integer():
        raise RecordError(f"'{name}' is not a whole number")
    return int(value)


def _loss(value: Any) -> float:
    """JSON has no infinity: where the loss was lost in it, there is null."""
    if value is None:
        return math.nan
    return _number({"loss": value}, "loss")


def _fractions(values: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Line:
    """float64 of that shape, from 0 to 1; -1 in a shape stands for any length up to a limit."""
    try:
        value: NDArray[np.float64] = np.array(values[name], dtype=np.float64)
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise RecordError(f"'{name}' is not a list of numbers") from None
    fits = value.ndim == len(shape) and all(
        is_ == wanted or (wanted < 0 and 1 <= is_ <= MAX_CHANNELS)
        for is_, wanted in zip(value.shape, shape, strict=True)
    )
    if not fits or not ((value >= -1e-9) & (value <= 1 + 1e-9)).all():
        raise RecordError(f"'{name}' is not a fraction for each of {shape[0]} sizes")
    return value


def log_entry_to_json(entry: TrainingLogEntry) -> dict[str, Any]:
    """Convert an entry of the log to JSON values."""
    return {
        "step": entry.step,
        "steps": entry.steps,
        "loss": entry.loss if math.isfinite(entry.loss) else None,
        "accuracy": None if entry.accuracy is None else entry.accuracy.tolist(),
        "seconds": entry.seconds,
    }


def log_entry_from_json(values: Mapping[str, Any], plan: Plan) -> TrainingLogEntry:
    """Read an entry of the log of ``plan`` from JSON values. Raises :class:`RecordError`."""
    step = _whole(values, "step")
    if not 1 <= step <= plan.steps:
        raise RecordError("an entry of its log lies outside the training")
    known = values["accuracy"] is not None
    return TrainingLogEntry(
        step=step,
        steps=plan.steps,
        loss=_loss(values["loss"]),
        accuracy=_fractions(values, "accuracy", (len(plan.test_px),)) if known else None,
        seconds=_number(values, "seconds"),
    )


def network_to_json(trained: TrainedNetwork) -> dict[str, Any]:
    """Convert everything but the plan and the weights to JSON values."""
    return {
        "accuracy": trained.accuracy.tolist(),
        "consistency": trained.consistency.tolist(),
        "change": trained.change.tolist(),
        "winners": None if trained.winners is None else trained.winners.tolist(),
        "parameters": trained.parameters,
        "images": trained.images,
        "seconds": trained.seconds,
        "log": [log_entry_to_json(entry) for entry in trained.log],
    }


def network_from_json(plan: Plan, values: Any, weights: Arrays) -> TrainedNetwork:
    """Read the network trained by ``plan`` from JSON values and its weights.

    ``weights``: arrays by name, a convolution's float32 (outputs, inputs, rows, columns).

    Raises :class:`RecordError`.
    """
    try:
        return _trained(plan, values, weights)
    except (KeyError, TypeError, AttributeError):
        raise RecordError("something is missing from a curve") from None


def _trained(plan: Plan, values: Mapping[str, Any], weights: Arrays) -> TrainedNetwork:
    count, log = len(plan.test_px), values["log"]
    if not isinstance(log, list) or len(log) > MAX_LOG_ENTRIES:
        raise RecordError("its log is not a list")
    has_channels = values["winners"] is not None
    return TrainedNetwork(
        plan=plan,
        test_px=np.array(plan.test_px, dtype=np.float64),
        accuracy=_fractions(values, "accuracy", (count,)),
        log=tuple(log_entry_from_json(entry, plan) for entry in log),
        parameters=_whole(values, "parameters"),
        images=_whole(values, "images"),
        seconds=_number(values, "seconds"),
        consistency=_fractions(values, "consistency", (count,)),
        change=_fractions(values, "change", (count,)),
        winners=_fractions(values, "winners", (count, -1)) if has_channels else None,
        weights=weights,
    )
