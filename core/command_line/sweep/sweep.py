"""A whole sweep: compute the parts that are missing, keep each, then write the table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ...experiments.experiment import Experiment
from ...jobs.progress_meter import AUTO, ProgressMeter
from ...specs.spec import SpecError
from ..errors import Stopped, UsageError
from . import table
from .parts import Parts
from .plan import Part, Row, plan
from .workers import Runner, in_this_process, processes


def _runner(count: int, scheduler: str | None) -> Runner:
    if scheduler is not None:
        from .cluster import cluster

        return cluster(scheduler)
    return in_this_process if count == 1 else processes(count)


def _compute(missing: Sequence[Part], total: int, parts: Parts, run: Runner, report: str) -> None:
    """Compute and keep the missing parts; Ctrl-C raises :class:`Stopped`."""
    done = total - len(missing)
    meter = ProgressMeter(total, done=done, report=report)
    try:
        with closing(run(missing, lambda fraction: meter.update(done + fraction))) as results:
            for part, body in results:
                parts.write(part.digest, body)
                done += 1
                meter.update(done)
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped: {done} of {total} parts are kept; the same command resumes from there."
        ) from None
    finally:
        meter.close()


def _write_table(rows: Sequence[Row], parts: Parts) -> Any:
    summaries = [parts.read(row.part.digest) for row in rows]
    if any(summary is None for summary in summaries):
        raise UsageError(f"out: parts of '{parts.out}' were removed meanwhile; start again.")
    whole = table.table(rows, summaries)
    partial = parts.folder / f"{rows[0].part.digest}.{os.getpid()}.partial"
    table.write(whole, partial)
    partial.replace(parts.out)
    return whole


def sweep(
    experiment: Experiment[Any, Any],
    option_texts: Mapping[str, str],
    out: Path,
    workers: int = 1,
    scheduler: str | None = None,
    report: str = AUTO,
) -> str:
    """Run every combination of the values and write the table; returns what was done, as a line.

    ``option_texts``: option names and values in the notation of :func:`.notation.split_values`.
    ``scheduler``: the address of a Dask scheduler, instead of ``workers`` processes of this
    computer. ``report``: how progress is reported, see :class:`ProgressMeter`. Raises
    :class:`SpecError` and :class:`UsageError`, before anything is computed where possible.
    """
    if out.suffix != ".parquet":
        raise SpecError("out", out, "a name that ends in .parquet, since the table is written so")
    rows = plan(experiment, option_texts, remote=scheduler is not None)
    parts = Parts(out)
    try:
        missing = [row.part for row in rows if parts.read(row.part.digest) is None]
        if missing:
            _compute(missing, len(rows), parts, _runner(workers, scheduler), report)
        written = _write_table(rows, parts)
        parts.remove()
    finally:
        parts.remove_folder()  # which is empty where nothing was computed
    before = len(rows) - len(missing)
    resumed = f", {before} of them from before" if before else ""
    return f"{out}: {written.num_rows} rows{resumed}, {written.num_columns} columns"
