"""The command line, ``python -m core list | run | link | sweep``: the same engine as the app."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ..errors import UserError
from ..experiments import EXPERIMENTS
from ..experiments.experiment import Experiment
from ..jobs.progress_meter import Meter
from ..specs.output import as_csv, as_lines, plain
from ..specs.spec import SpecError, from_text, limits, to_query
from .options import UsageError, experiment_of, options

USAGE = """usage:
  python -m core list  [SLUG]
  python -m core run   SLUG [--FIELD VALUE]... [--json | --csv] [--out FILE]
  python -m core link  SLUG [--FIELD VALUE]...
  python -m core sweep SLUG [--FIELD VALUES]... --out TABLE.parquet
                       [--workers N | --scheduler tcp://HOST:PORT] [--progress]

'list' names the experiments, and with a SLUG its fields and their limits.

'sweep' runs every combination of the values given, the last field fastest, into one row each of a
Parquet table. VALUES are
  of a number            2,4,8 or START:STOP:STEP or START:STOP:logN
  of a name or a file    dog,gabor
  of a list of numbers   lists apart by ';', as '2,4,8;16:64:16'
  of free text           texts apart by '|'
Columns are the fields given, then the result's numbers; lists stay lists, and what a row has not is
null. A sweep that was stopped goes on when the same command is given again; until then what is done
lies in TABLE.parquet.parts. --workers takes N processes of this computer, --scheduler the workers
of a Dask cluster (requirements-cluster.txt); the table is the same, byte for byte."""

MOST_WORKERS = 256


def _listing(words: Sequence[str]) -> str:
    if not words:
        width = max(map(len, EXPERIMENTS))
        return "\n".join(f"{slug:{width}}  {row.question}" for slug, row in EXPERIMENTS.items())
    if len(words) > 1:
        raise UsageError(f"'{words[1]}' is one word too many; 'list' takes one experiment")
    experiment = experiment_of(words)
    standard = experiment.spec()
    fields = [
        f"--{name.replace('_', '-')} {limit.format(getattr(standard, name))}\n"
        f"    {limit.label}: {limit.allowed}"
        for name, limit in limits(standard).items()
    ]
    beside = [
        f"--{name}\n    not in links: {takes}" for name, takes in experiment.input_options.items()
    ]
    return "\n".join([*fields, *beside])


def _numbers(experiment: Experiment[Any, Any], values: dict[str, str]) -> Any:
    """What ``run`` is to print, as JSON values."""
    left, inputs = experiment.parse_inputs(values)
    spec = from_text(experiment.spec, left)
    meter = Meter()
    try:
        result = experiment.run(spec, meter.tell if sys.stderr.isatty() else None, **inputs)
    finally:
        meter.close()
    return plain(experiment.summary(result))


def _run(words: Sequence[str]) -> str:
    experiment = experiment_of(words)
    values, flags = options(words[1:], ("json", "csv"))
    out = values.pop("out", None)
    if flags == {"json", "csv"}:
        raise UsageError("give --json or --csv, not both")
    numbers = _numbers(experiment, values)
    if "json" in flags:
        text = json.dumps(numbers, allow_nan=False)
    else:
        text = as_csv(numbers) if "csv" in flags else as_lines(numbers)
    if out is None:
        return text
    try:
        Path(out).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"out: '{out}' cannot be written ({error.strerror})") from None
    return ""


def _link(words: Sequence[str]) -> str:
    experiment = experiment_of(words)
    values, _ = options(words[1:], ())
    return urlencode(to_query(from_text(experiment.spec, values)), safe=",:;")


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_WORKERS):
        raise SpecError("workers", text, f"a whole number from 1 to {MOST_WORKERS}")
    return int(text)


def _sweep(words: Sequence[str]) -> str:
    from .sweep.sweep import sweep

    experiment = experiment_of(words)
    values, flags = options(words[1:], ("progress",))
    if "out" not in values:
        raise UsageError("out: a value is missing; give the table to write, as TABLE.parquet")
    if {"workers", "scheduler"} <= set(values):
        raise UsageError("give --workers or --scheduler, not both")
    return sweep(
        experiment,
        out=Path(values.pop("out")),
        workers=_workers(values.pop("workers", "1")),
        scheduler=values.pop("scheduler", None),
        asked="progress" in flags,
        written=values,
    )


COMMANDS = {"list": _listing, "run": _run, "link": _link, "sweep": _sweep}


def main(words: Sequence[str]) -> int:
    """Carry out one command line.

    Gives 0 when done; 2, with one line on standard error, when it cannot be; 130 when stopped.
    """
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    try:
        if words[0] not in COMMANDS:
            raise UsageError(f"'{words[0]}' is not a command; there are {', '.join(COMMANDS)}")
        text = COMMANDS[words[0]](words[1:])
    except UserError as error:
        print(error, file=sys.stderr)
        return getattr(error, "status", 2)
    _print(text)
    return 0


def _print(text: str) -> None:
    """Also into a pipe whose reader, as ``head``, has seen enough."""
    if not text:
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's last flush
