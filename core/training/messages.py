"""What passes between a training in a worker process and the process that started it.

A message is a line of JSON, and behind it arrays in the format of ``safetensors``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from . import record
from .plan import Plan
from .trained import Arrays, Checkpoint, TrainedNetwork, TrainingLogEntry

Facts = dict[str, Any]


def packed(facts: Facts, arrays: Arrays) -> bytes:
    """Pack JSON values and arrays, (n,) or any other shape and number type, into one message."""
    from safetensors.numpy import save

    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    return json.dumps(facts).encode() + b"\n" + save(whole)


def unpacked(message: bytes) -> tuple[Facts, Arrays]:
    """Unpack what :func:`packed` made: the JSON values, and arrays, (n,) or any other shape."""
    from safetensors.numpy import load

    line, _, arrays = message.partition(b"\n")
    return json.loads(line), load(arrays)


def plan_of(values: Mapping[str, Any]) -> Plan:
    """The plan in the JSON values of its fields."""
    return Plan(**{**values, "test_px": tuple(values["test_px"])})


def task_message(plan: Plan, checkpoint: Checkpoint | None) -> bytes:
    """What the worker is to do: train by the plan, from the checkpoint if there is one."""
    metadata = checkpoint.metadata if checkpoint else None
    return packed(
        {"plan": asdict(plan), "checkpoint": metadata}, checkpoint.arrays if checkpoint else {}
    )


def read_task(message: bytes) -> tuple[Plan, Checkpoint | None]:
    """See :func:`task_message`."""
    facts, arrays = unpacked(message)
    metadata = facts["checkpoint"]
    return plan_of(facts["plan"]), None if metadata is None else Checkpoint(arrays, metadata)


def progress_message(entry: TrainingLogEntry, fraction: float, left_s: float) -> bytes:
    """A new entry of the log, with the fraction done and the seconds left."""
    facts = {"entry": record.log_entry_to_json(entry), "fraction": fraction, "left_s": left_s}
    return packed(facts, {})


def checkpoint_message(checkpoint: Checkpoint) -> bytes:
    """The state of a training that has taken its last step or was stopped."""
    return packed({"checkpoint": checkpoint.metadata}, checkpoint.arrays)


def trained_message(trained: TrainedNetwork) -> bytes:
    """A training that is done."""
    return packed({"trained": record.network_to_json(trained)}, trained.weights)


def log_of(checkpoint: Checkpoint | None, plan: Plan) -> tuple[TrainingLogEntry, ...]:
    """The log up to a checkpoint, empty for None."""
    entries = checkpoint.metadata["log"] if checkpoint else []
    return tuple(record.log_entry_from_json(entry, plan) for entry in entries)
