"""What the commands share: their options, and errors that are one sentence for a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..errors import UserError
from ..experiments import EXPERIMENTS
from ..experiments.experiment import Experiment


class UsageError(UserError):
    """A command that cannot be carried out, as one line. ``status`` is the exit status."""

    status = 2


class Stopped(UsageError):
    """A command that a person stopped; what was done is kept."""

    status = 130


def experiment_of(words: Sequence[str]) -> Experiment[Any, Any]:
    """The experiment that the first word names; raises :class:`UsageError`."""
    if not words:
        raise UsageError(f"name an experiment: {', '.join(EXPERIMENTS)}")
    if words[0] not in EXPERIMENTS:
        known = ", ".join(EXPERIMENTS)
        raise UsageError(f"experiment: '{words[0]}' is not allowed; give one of {known}.")
    return EXPERIMENTS[words[0]]


def options(words: Sequence[str], flags: Collection[str]) -> tuple[dict[str, str], set[str]]:
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
