"""The command line: ``python -m core list | run SLUG | link SLUG``, the same engine as the app."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from core.experiments import EXPERIMENTS, Experiment
from core.spec import SpecError, from_text, limits, to_query

USAGE = """usage:
  python -m core list
  python -m core run  SLUG [--FIELD VALUE]... [--json | --csv] [--out FILE]
  python -m core link SLUG [--FIELD VALUE]...

'list' names the experiments, and with a SLUG its fields and their limits."""


class UsageError(Exception):
    """A command line that cannot be carried out, as one line."""


def _experiment(words: Sequence[str]) -> Experiment:
    if not words:
        raise UsageError(f"name an experiment: {', '.join(EXPERIMENTS)}")
    if words[0] not in EXPERIMENTS:
        known = ", ".join(EXPERIMENTS)
        raise UsageError(f"experiment: '{words[0]}' is not allowed; give one of {known}.")
    return EXPERIMENTS[words[0]]


def _options(words: Sequence[str], flags: Sequence[str]) -> tuple[dict[str, str], set[str]]:
    """``--name value`` and ``--name=value`` pairs, and the flags that stand alone."""
    values: dict[str, str] = {}
    seen: set[str] = set()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"'{word}' is not an option; options are written --name value")
        name, equals, value = word[2:].partition("=")
        name = name.replace("-", "_")
        if name in flags:
            seen.add(name)
            continue
        if not equals and not rest:
            raise UsageError(f"{name}: a value is missing")
        values[name] = value if equals else rest.pop(0)
    return values, seen


def _listing(words: Sequence[str]) -> str:
    if not words:
        width = max(map(len, EXPERIMENTS))
        return "\n".join(f"{slug:{width}}  {row.question}" for slug, row in EXPERIMENTS.items())
    if len(words) > 1:
        raise UsageError(f"'{words[1]}' is one word too many; 'list' takes one experiment")
    experiment = _experiment(words)
    standard = experiment.spec()
    return "\n".join(
        f"--{name.replace('_', '-')} {limit.format(getattr(standard, name))}\n"
        f"    {limit.label}: {limit.allowed}"
        for name, limit in limits(standard).items()
    )


def plain(value: Any) -> Any:
    """JSON values only: arrays become nested lists, NumPy numbers Python ones."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def flat(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """One (path, number) pair per number, as 'levels[2].peak[0]'."""
    if isinstance(value, dict):
        pairs = [(f"{name}.{key}" if name else key, one) for key, one in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{name}[{at}]", one) for at, one in enumerate(value)]
    else:
        return [(name, value)]
    return [line for path, one in pairs for line in flat(one, path)]


def _as_csv(numbers: Any) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(("name", "value"))
    writer.writerows(flat(numbers))
    return sheet.getvalue().rstrip("\n")


def _as_lines(numbers: Any) -> str:
    return "\n".join(f"{name} = {value}" for name, value in flat(numbers))


def _run(words: Sequence[str]) -> str:
    experiment = _experiment(words)
    values, flags = _options(words[1:], ("json", "csv"))
    out = values.pop("out", None)
    if flags == {"json", "csv"}:
        raise UsageError("give --json or --csv, not both")
    result = experiment.run(from_text(experiment.spec, values))
    numbers = plain(experiment.summary(result))
    if "json" in flags:
        text = json.dumps(numbers, allow_nan=False)
    else:
        text = _as_csv(numbers) if "csv" in flags else _as_lines(numbers)
    if out is None:
        return text
    try:
        Path(out).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"out: '{out}' cannot be written ({error.strerror})") from None
    return ""


def _link(words: Sequence[str]) -> str:
    experiment = _experiment(words)
    values, _ = _options(words[1:], ())
    return urlencode(to_query(from_text(experiment.spec, values)), safe=",:;")


COMMANDS = {"list": _listing, "run": _run, "link": _link}


def main(words: Sequence[str]) -> int:
    """Carry out one command line; 0 when done, 2 with one line on standard error when not."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    try:
        if words[0] not in COMMANDS:
            raise UsageError(f"'{words[0]}' is not a command; there are {', '.join(COMMANDS)}")
        text = COMMANDS[words[0]](words[1:])
    except (UsageError, SpecError) as error:
        print(error, file=sys.stderr)
        return 2
    if text:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
