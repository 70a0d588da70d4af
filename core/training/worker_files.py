"""What goes between a training's own process and the one that started it: files in a folder.

Arrays and JSON, in ``safetensors``. A file is there whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from . import record
from .plan import Plan
from .trained import Arrays, Moment, Saved, Trained

PLAN, BEFORE, SAVED, TRAINED, LOG = "plan.json", "before", "saved", "trained", "log"

Facts = dict[str, Any]


def _write(path: Path, arrays: Arrays, facts: Facts) -> None:
    from safetensors.numpy import save_file

    partial = path.with_suffix(".partial")
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    save_file(whole, partial, {"facts": json.dumps(facts)})
    partial.replace(path)


def _read(path: Path) -> tuple[Arrays, Facts] | None:
    from safetensors import safe_open

    if not path.exists():
        return None
    with safe_open(path, "np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return arrays, json.loads(file.metadata()["facts"])


def plan_of(values: Mapping[str, Any]) -> Plan:
    """The plan in the JSON values of its fields."""
    return Plan(**{**values, "test_px": tuple(values["test_px"])})


def _saved(found: tuple[Arrays, Facts] | None) -> Saved | None:
    return None if found is None else Saved(*found)


def write_task(folder: Path, plan: Plan, saved: Saved | None) -> None:
    """What the worker is to do: train by the plan, from what was saved if anything was."""
    (folder / PLAN).write_text(json.dumps(asdict(plan)))
    if saved is not None:
        _write(folder / BEFORE, saved.arrays, saved.facts)


def read_task(folder: Path) -> tuple[Plan, Saved | None]:
    """See :func:`write_task`."""
    plan = plan_of(json.loads((folder / PLAN).read_text()))
    return plan, _saved(_read(folder / BEFORE))


def write_saved(folder: Path, saved: Saved) -> None:
    """The state of a training that stopped."""
    _write(folder / SAVED, saved.arrays, saved.facts)


def read_saved(folder: Path) -> Saved | None:
    """The state of the training that stopped; None where it has left none."""
    return _saved(_read(folder / SAVED))


def write_trained(folder: Path, trained: Trained) -> None:
    """A training that is done."""
    _write(folder / TRAINED, trained.weights, record.of_trained(trained))


def read_trained(folder: Path, plan: Plan) -> Trained | None:
    """The training by ``plan`` that is done; None where it is not."""
    found = _read(folder / TRAINED)
    return None if found is None else record.trained_of(plan, found[1], found[0])


def moments_of(saved: Saved | None, plan: Plan) -> tuple[Moment, ...]:
    """The moments of a state, none for None."""
    told = saved.facts["moments"] if saved else []
    return tuple(record.moment_of(one, plan) for one in told)
