"""What a sweep is to compute: its parts, checked before anything is computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from ...experiments.experiment import Experiment
from ...specs.spec import SpecError, from_text, limits
from ..options import UsageError
from .notation import values_of

MOST_ROWS = 100_000
COUNTED = (
    "numpy",
    "pillow",
    "scikit-image",
    "scikit-learn",
    "scipy",
    "torch",
)  # libraries that numbers depend on

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One combination, as it travels to whoever computes it.

    ``values``: option names and texts. ``taken``: those that are no fields of the spec but inputs
    (:meth:`Experiment.given`). ``files``: of those, the names whose text is a file, each with the
    SHA-256 of its bytes. ``digest`` tells the part from every other by spec, inputs and engine.
    """

    experiment: Experiment[Any, Any]
    values: Pairs
    taken: Pairs
    files: Pairs
    engine: str
    digest: str

    def spec(self) -> Any:
        """The valid spec of the values that are fields."""
        return from_text(self.experiment.spec, dict(set(self.values) - set(self.taken)))

    def __str__(self) -> str:
        return ", ".join(f"{name} {text}" for name, text in self.values) or "the defaults"


@dataclass(frozen=True)
class Row:
    """A part and its spec."""

    part: Part
    spec: Any


@cache
def engine() -> str:
    """SHA-256 over the engine's sources and the versions of the libraries that it counts with."""
    found = hashlib.sha256()
    folder = Path(__file__).parent.parent.parent
    for path in sorted(folder.rglob("*.py")):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    for name in COUNTED:
        found.update(f"{name} {metadata.version(name).split('+')[0]}".encode())
    return found.hexdigest()


def texts_of(spec: Any) -> dict[str, str]:
    """Every field of a spec as text."""
    return {name: limit.format(getattr(spec, name)) for name, limit in limits(spec).items()}


def _digest(experiment: Experiment[Any, Any], spec: Any, taken: Pairs, files: Pairs) -> str:
    told = [engine(), experiment.slug, texts_of(spec), sorted(taken), files]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _is_input(experiment: Experiment[Any, Any], name: str, text: str, elsewhere: bool) -> bool:
    """Whether an option is an input, by opening it.

    What another computer has, such as a GPU, need not be here: with ``elsewhere``, an option that
    is no field and cannot be opened is left to the computer that will use it.
    """
    try:
        left, _ = experiment.parse_inputs({name: text})
    except SpecError:
        if elsewhere and name not in limits(experiment.spec):
            return True
        raise
    return name not in left


def _opened(
    experiment: Experiment[Any, Any], lists: Mapping[str, list[str]], elsewhere: bool
) -> dict[tuple[str, str], str]:
    """The options that are inputs, each opened once; with a file's SHA-256, or nothing."""
    return {
        (name, text): _file_digest(Path(text))
        for name, texts in lists.items()
        for text in texts
        if _is_input(experiment, name, text, elsewhere)
    }


def _file_digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _row(
    experiment: Experiment[Any, Any], values: Pairs, opened: Mapping[tuple[str, str], str]
) -> Row:
    taken = tuple(pair for pair in values if pair in opened)
    files = tuple((name, opened[name, text]) for name, text in taken if opened[name, text])
    spec = from_text(experiment.spec, dict(pair for pair in values if pair not in opened))
    digest = _digest(experiment, spec, taken, files)
    return Row(Part(experiment, values, taken, files, engine(), digest), spec)


def _combinations(lists: Mapping[str, list[str]]) -> Iterator[Pairs]:
    for texts in product(*lists.values()):
        yield tuple(zip(lists, texts, strict=True))


def plan(
    experiment: Experiment[Any, Any], written: Mapping[str, str], elsewhere: bool = False
) -> list[Row]:
    """Every combination of the values written for the options, the last option fastest.

    Every combination is checked and every file opened. ``elsewhere``: other computers will compute
    them. Raises :class:`SpecError` for a value and
    :class:`UsageError` for a combination that is not allowed, and for more than
    :data:`MOST_ROWS` of them.
    """
    known = limits(experiment.spec)
    lists = {name: values_of(name, text, known.get(name)) for name, text in written.items()}
    count = prod(len(texts) for texts in lists.values())
    if count > MOST_ROWS:
        raise UsageError(f"these are {count:,} combinations; give at most {MOST_ROWS:,}.")
    opened = _opened(experiment, lists, elsewhere)
    rows = []
    for values in _combinations(lists):
        try:
            rows.append(_row(experiment, values, opened))
        except SpecError as error:
            swept = [f"{name} {text}" for name, text in values if len(lists[name]) > 1]
            if not swept:
                raise
            raise UsageError(f"{error} It is in the combination {', '.join(swept)}.") from None
    return rows
