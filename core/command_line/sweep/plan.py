"""What a sweep is to compute: its parts, checked before anything is computed."""

from __future__ import annotations

import contextlib
import hashlib
import io
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
from ...specs.spec import SpecError, field_types, from_text
from ..errors import UsageError
from .notation import split_values

MAX_ROWS = 100_000
# The libraries that the numbers depend on.
ENGINE_LIBRARIES = ("imagecodecs", "numpy", "pillow", "scikit-image", "scikit-learn", "scipy",
                    "tifffile", "torch")  # fmt: skip

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One combination, as it is sent to the process that computes it.

    ``values``: option names and texts. ``inputs``: those that are no fields of the spec
    (:meth:`Experiment.parse_inputs`). ``files``: of those, the names whose text is a file, each
    with the SHA-256 of its bytes. ``digest`` identifies the part by spec, inputs and engine.
    """

    experiment: Experiment[Any, Any]
    values: Pairs
    inputs: Pairs
    files: Pairs
    engine: str
    digest: str

    def spec(self) -> Any:
        """The valid spec of the values that are fields."""
        return from_text(self.experiment.spec, dict(set(self.values) - set(self.inputs)))

    def __str__(self) -> str:
        return ", ".join(f"{name} {text}" for name, text in self.values) or "the defaults"


@dataclass(frozen=True)
class Row:
    """A part and its spec."""

    part: Part
    spec: Any


@cache
def engine() -> str:
    """SHA-256 over the sources of ``core`` and the versions of :data:`ENGINE_LIBRARIES`."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent.parent.parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    for name in ENGINE_LIBRARIES:
        digest.update(f"{name} {metadata.version(name).split('+')[0]}".encode())
    return digest.hexdigest()


def texts_of(spec: Any) -> dict[str, str]:
    """Every field of a spec as text."""
    return {name: kind.format(getattr(spec, name)) for name, kind in field_types(spec).items()}


def _digest(experiment: Experiment[Any, Any], spec: Any, inputs: Pairs, files: Pairs) -> str:
    identity = [engine(), experiment.slug, texts_of(spec), sorted(inputs), files]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def _is_input(experiment: Experiment[Any, Any], name: str, text: str, remote: bool) -> bool:
    """Whether an option is an input, by opening it.

    What another computer has, such as a GPU, need not be here: with ``remote``, an option that
    is no field and cannot be opened is left to the computer that will use it. Remarks about it
    are for when it is used, with the other options.
    """
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            left, _ = experiment.parse_inputs({name: text})
    except SpecError:
        if remote and name not in field_types(experiment.spec):
            return True
        raise
    return name not in left


def _input_digests(
    experiment: Experiment[Any, Any], lists: Mapping[str, list[str]], remote: bool
) -> dict[tuple[str, str], str]:
    """The options that are inputs, each opened once, with its file's SHA-256 or an empty text."""
    return {
        (name, text): _file_digest(Path(text))
        for name, texts in lists.items()
        for text in texts
        if _is_input(experiment, name, text, remote)
    }


def _file_digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _row(
    experiment: Experiment[Any, Any], values: Pairs, digests: Mapping[tuple[str, str], str]
) -> Row:
    inputs = tuple(pair for pair in values if pair in digests)
    files = tuple((name, digests[name, text]) for name, text in inputs if digests[name, text])
    spec = from_text(experiment.spec, dict(pair for pair in values if pair not in digests))
    digest = _digest(experiment, spec, inputs, files)
    return Row(Part(experiment, values, inputs, files, engine(), digest), spec)


def _combinations(lists: Mapping[str, list[str]]) -> Iterator[Pairs]:
    for texts in product(*lists.values()):
        yield tuple(zip(lists, texts, strict=True))


def plan(
    experiment: Experiment[Any, Any], option_texts: Mapping[str, str], remote: bool = False
) -> list[Row]:
    """Every combination of the values of the options, the last option fastest.

    Every combination is checked and every file opened. ``remote``: other computers will compute
    them. Raises :class:`SpecError` for a value and
    :class:`UsageError` for a combination that is not allowed, and for more than
    :data:`MAX_ROWS` of them.
    """
    known = field_types(experiment.spec)
    lists = {name: split_values(name, text, known.get(name)) for name, text in option_texts.items()}
    count = prod(len(texts) for texts in lists.values())
    if count > MAX_ROWS:
        raise UsageError(f"these are {count:,} combinations; give at most {MAX_ROWS:,}.")
    digests = _input_digests(experiment, lists, remote)
    rows = []
    for values in _combinations(lists):
        try:
            rows.append(_row(experiment, values, digests))
        except SpecError as error:
            swept = [f"{name} {text}" for name, text in values if len(lists[name]) > 1]
            if not swept:
                raise
            raise UsageError(f"{error} It is in the combination {', '.join(swept)}.") from None
    return rows
