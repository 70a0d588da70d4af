"""The commands: each turns the words behind its name into the text that is printed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ..experiments import EXPERIMENTS
from ..experiments.experiment import Experiment
from ..jobs.progress_meter import AUTO, QUIET, VERBOSE, ProgressMeter
from ..specs.output import as_csv, as_lines, plain
from ..specs.spec import SpecError, field_types, from_text, to_query
from .errors import UsageError
from .parser import Parser, experiment_parser, flag, parse_experiment, parse_options

LOCAL = "http://127.0.0.1:8501"
BASE = re.compile(r"https?://[^\s?#]+")
MAX_WORKERS = 256
MAX_PORT = 65535

VALUES = """\
VALUES are
  of a number            2,4,8 or START:STOP:STEP or START:STOP:logN
  of a name or a file    dog,gabor; one that holds a comma in double quotes: '"a,b.jpg",dog'
  of a list of numbers   lists separated by ';', as '2,4,8;16:64:16'
  of free text           texts separated by '|'

Every combination of the values, the last field fastest, is one row of a Parquet table. Its columns
are the fields given, then the result's numbers; lists stay lists, and a missing value is null.

A sweep that was stopped resumes when the same command is given again; until then its parts lie in
TABLE.parquet.parts. The table is the same, byte for byte, on one process, several, or a cluster."""


def _list(words: Sequence[str], prog: str) -> str:
    parser = Parser(prog=prog, usage=f"{prog} [EXPERIMENT]")
    parser.add_argument("experiment", nargs="?", help=", ".join(EXPERIMENTS))
    options = parse_options(parser, words, "an experiment alone")
    if "experiment" not in options:
        width = max(map(len, EXPERIMENTS))
        return "\n".join(f"{slug:{width}}  {row.question}" for slug, row in EXPERIMENTS.items())
    experiment = parse_experiment([options["experiment"]], prog)
    defaults = experiment.spec()
    fields = [
        f"{flag(name)} {field_type.format(getattr(defaults, name))}\n"
        f"    {field_type.label}: {field_type.allowed}"
        for name, field_type in field_types(defaults).items()
    ]
    inputs = [
        f"{flag(name)}\n    not in links: {takes}"
        for name, takes in experiment.input_options.items()
    ]
    return "\n".join([*fields, *inputs])


def _allowed(experiment: Experiment[Any, Any], inputs: Mapping[str, str]) -> str:
    """What may stand in place of an unknown option."""
    fields = field_types(experiment.spec)
    others = [name for name in inputs if name not in fields]
    end = f", or of the inputs {', '.join(others)}" if others else ""
    return "one of the fields " + ", ".join(fields) + end


def _values(
    experiment: Experiment[Any, Any], options: Mapping[str, Any], inputs: Mapping[str, str]
) -> dict[str, str]:
    """The texts of fields and inputs among the options."""
    names = {*field_types(experiment.spec), *inputs}
    return {name: text for name, text in options.items() if name in names}


def compute(
    experiment: Experiment[Any, Any], values: Mapping[str, str], report: str = QUIET
) -> Any:
    """The result of an experiment for option texts; raises :class:`core.errors.UserError`.

    ``report``: how progress is reported on standard error, see :class:`ProgressMeter`.
    """
    texts, inputs = experiment.parse_inputs(dict(values))
    spec = from_text(experiment.spec, texts)
    if report == QUIET:
        return experiment.run(spec, None, **inputs)
    meter = ProgressMeter(report=report)
    try:
        return experiment.run(spec, meter.update, **inputs)
    finally:
        meter.close()


def _run(words: Sequence[str], prog: str) -> str:
    experiment = parse_experiment(words, prog)
    inputs = experiment.input_options
    usage = "[--json | --csv] [--out FILE] [--progress | --quiet]"
    parser = experiment_parser(experiment, prog, usage, inputs)
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="print one JSON object")
    group.add_argument("--csv", action="store_true", help="print a sheet: name, value")
    group.add_argument("--out", metavar="FILE", help="write to a file instead")
    _add_progress(group, "only on a terminal")
    options = parse_options(parser, words[1:], _allowed(experiment, inputs))
    if "json" in options and "csv" in options:
        raise UsageError("give --json or --csv, not both")
    report = _report(options, AUTO if sys.stderr.isatty() else QUIET)
    result = compute(experiment, _values(experiment, options, inputs), report)
    text = _formatted(plain(experiment.summary(result)), options)
    return _write(options["out"], text) if "out" in options else text


def _add_progress(group: Any, default: str) -> None:
    group.add_argument(
        "--progress", action="store_true", help=f"report progress every second (default: {default})"
    )
    group.add_argument("--quiet", action="store_true", help="report no progress")


def _report(options: Mapping[str, Any], default: str) -> str:
    """How progress is reported, see :class:`ProgressMeter`."""
    if "progress" in options and "quiet" in options:
        raise UsageError("give --progress or --quiet, not both")
    if "quiet" in options:
        return QUIET
    return VERBOSE if "progress" in options else default


def _formatted(numbers: Any, options: Mapping[str, Any]) -> str:
    if "json" in options:
        return json.dumps(numbers, allow_nan=False)
    return as_csv(numbers) if "csv" in options else as_lines(numbers)


def _write(out: str, text: str) -> str:
    try:
        Path(out).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"out: '{out}' cannot be written ({error.strerror})") from None
    return ""


def _link(words: Sequence[str], prog: str) -> str:
    experiment = parse_experiment(words, prog)
    parser = experiment_parser(experiment, prog, "[--base ADDRESS]", {})
    group = parser.add_argument_group("the address")
    group.add_argument(
        "--base", metavar="ADDRESS", help=f"where the app is served (default: {LOCAL})"
    )
    options = parse_options(parser, words[1:], _allowed(experiment, {}))
    base = options.pop("base", LOCAL)
    if not BASE.fullmatch(base):
        raise SpecError("base", base, "an address as https://HOST/PATH")
    page = "" if experiment.slug == next(iter(EXPERIMENTS)) else experiment.slug
    query = urlencode(to_query(from_text(experiment.spec, options)), safe=",:;")
    return f"{base.rstrip('/')}/{page}{'?' if query else ''}{query}"


def _whole(name: str, text: str, maximum: int) -> int:
    """A whole number from 1 to ``maximum``; raises :class:`SpecError`."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= maximum):
        raise SpecError(name, text, f"a whole number from 1 to {maximum}")
    return int(text)


def _sweep(words: Sequence[str], prog: str) -> str:
    from .sweep.sweep import sweep

    experiment = parse_experiment(words, prog)
    inputs = experiment.input_options
    parser = _sweep_parser(experiment, prog, inputs)
    options = parse_options(parser, words[1:], _allowed(experiment, inputs))
    if "out" not in options:
        raise UsageError("out: a value is missing; give the table to write, as TABLE.parquet")
    if "workers" in options and "scheduler" in options:
        raise UsageError("give --workers or --scheduler, not both")
    return sweep(
        experiment,
        _values(experiment, options, inputs),
        out=Path(options["out"]),
        workers=_whole("workers", options.get("workers", "1"), MAX_WORKERS),
        scheduler=options.get("scheduler"),
        report=_report(options, AUTO),
    )


def _sweep_parser(experiment: Experiment[Any, Any], prog: str, inputs: Mapping[str, str]) -> Parser:
    usage = "--out TABLE.parquet [--workers N | --scheduler tcp://HOST:PORT] [--progress | --quiet]"
    parser = experiment_parser(experiment, prog, usage, inputs, "VALUES")
    parser.epilog = VALUES
    group = parser.add_argument_group("the sweep")
    group.add_argument("--out", metavar="TABLE.parquet", help="the table to write")
    group.add_argument("--workers", metavar="N", help="processes of this computer (default: 1)")
    group.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="a Dask cluster to compute on (requirements-cluster.txt)",
    )
    _add_progress(group, "every half minute, or at once on a terminal")
    return parser


def _app(words: Sequence[str], prog: str) -> str:
    from .app import serve

    parser = Parser(prog=prog, description="Serve the app until Ctrl-C.")
    parser.add_argument("--port", metavar="N", help="the port (default: 8501)")
    parser.add_argument(
        "--address",
        metavar="A",
        help="the address to listen on (default: 127.0.0.1, this computer alone)",
    )
    options = parse_options(parser, words, "port or address")
    port = _whole("port", options.get("port", "8501"), MAX_PORT)
    serve(options.get("address", "127.0.0.1"), port)


COMMANDS: dict[str, Callable[[Sequence[str], str], str]] = {
    "list": _list,
    "run": _run,
    "link": _link,
    "sweep": _sweep,
    "app": _app,
}
