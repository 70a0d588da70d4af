"""A whole sweep: what is done is kept, what is missing is computed, then the table is written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ...experiments.experiment import Experiment
from ...jobs.progress_meter import Meter
from ..options import Stopped, UsageError
from . import table
from .parts import Parts
from .plan import Part, Row, plan
from .workers import Runner, here, processes


def _runner(count: int, scheduler: str | None) -> Runner:
    if scheduler is not None:
        from .cluster import cluster

        return cluster(scheduler)
    return here if count == 1 else processes(count)


def _compute(missing: Sequence[Part], total: int, parts: Parts, run: Runner, asked: bool) -> None:
    """Compute and keep what is missing; Ctrl-C raises :class:`Stopped`."""
    done = total - len(missing)
    meter = Meter(total, done=done, asked=asked)
    try:
        with closing(run(missing, lambda share: meter.tell(done + share))) as found:
            for part, body in found:
                parts.write(part.digest, body)
                done += 1
                meter.tell(done)
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped: {done} of {total} parts are kept; the same command goes on from there."
        ) from None
    finally:
        meter.close()


def _written(rows: Sequence[Row], parts: Parts) -> Any:
    numbers = [parts.read(row.part.digest) for row in rows]
    if any(one is None for one in numbers):
        raise UsageError(f"out: parts of '{parts.out}' were removed meanwhile; start again.")
    made = table.table(rows, numbers)
    partial = parts.folder / f"{rows[0].part.digest}.{os.getpid()}.partial"
    table.write(made, partial)
    partial.replace(parts.out)
    return made


def sweep(
    experiment: Experiment[Any, Any],
    written: Mapping[str, str],
    out: Path,
    workers: int = 1,
    scheduler: str | None = None,
    asked: bool = False,
) -> str:
    """Run every combination of the values written and write the table; what was done, as a line.

    ``written``: option names and values as :func:`core.command_line.sweep.notation.values_of` reads them.
    ``scheduler``: the address of a Dask scheduler, instead of ``workers`` processes of this
    computer. ``asked``: tell the progress also where standard error is no terminal. Raises
    :class:`SpecError` and :class:`UsageError` before anything is computed where that can be known.
    """
    rows = plan(experiment, written, elsewhere=scheduler is not None)
    parts = Parts(out)
    try:
        missing = [row.part for row in rows if parts.read(row.part.digest) is None]
        if missing:
            _compute(missing, len(rows), parts, _runner(workers, scheduler), asked)
        made = _written(rows, parts)
        parts.remove()
    finally:
        parts.remove_folder()  # which is empty when nothing could be done
    before = len(rows) - len(missing)
    kept = f", {before} of them from before" if before else ""
    return f"{out}: {made.num_rows} rows{kept}, {made.num_columns} columns"
