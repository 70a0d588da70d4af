"""One part of a sweep, on whatever computer."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UserError
from ...jobs.allocator import keep_freed
from ...jobs.progress import Progress
from ...specs.output import plain
from ..errors import UsageError
from .plan import Part, engine

MAX_OPEN = 4  # sets of inputs that one process keeps open

_OPEN: dict[Any, dict[str, Any]] = {}


def _open(part: Part, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The inputs of a part; a file whose bytes are in ``files`` need not exist here."""
    values = dict(part.inputs)
    with tempfile.TemporaryDirectory() as folder:
        for name, digest in part.files:
            if digest in files:
                path = Path(folder) / name / Path(values[name]).name
                path.parent.mkdir()
                path.write_bytes(files[digest])
                values[name] = str(path)
        return part.experiment.parse_inputs(values)[1]


def opened_inputs(part: Part, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The inputs of a part, opened unless they are among the last few."""
    key = (part.experiment.slug, part.inputs, part.files)
    inputs = _OPEN.get(key)
    if inputs is None:
        inputs = _open(part, files) if part.inputs else {}
        while len(_OPEN) >= MAX_OPEN:
            _OPEN.pop(next(iter(_OPEN)), None)
        _OPEN[key] = inputs
    return inputs


def _one_thread() -> None:
    """With more, the last bits of a sum depend on how many there are."""
    os.environ["OMP_NUM_THREADS"] = "1"  # torch reads it when it is loaded
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def compute(
    part: Part, files: Mapping[str, bytes] | None = None, progress: Progress | None = None
) -> str:
    """The summary of a part as JSON text.

    ``files``: bytes by their SHA-256, for a computer without the files of the command line.
    Raises :class:`UsageError`, naming the part, for what the experiment refuses, and where the
    engine here is not the one that planned the part.
    """
    if part.engine != engine():
        raise UsageError("a worker has another version of the engine; update it and restart it.")
    keep_freed()
    _one_thread()
    try:
        inputs = opened_inputs(part, files or {})
        result = part.experiment.run(part.spec(), progress, **inputs)
        return json.dumps(plain(part.experiment.summary(result)))
    except UserError as error:
        raise UsageError(f"{error} It is in the combination {part}.") from None
