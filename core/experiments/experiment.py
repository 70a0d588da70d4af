"""What an experiment is: a spec, a function that turns it into a result, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..evidence.finding import Finding, verdicts_of
from ..jobs.progress import Progress

SpecT = TypeVar("SpecT")
ResultT = TypeVar("ResultT")

Inputs = tuple[dict[str, str], dict[str, Any]]


def _no_inputs(values: dict[str, str]) -> Inputs:
    """An experiment that takes nothing from the command line but its spec."""
    return dict(values), {}


def _no_findings(result: Any) -> Sequence[Finding]:
    """An experiment that says nothing of its result."""
    return ()


@dataclass(frozen=True)
class Definition(Generic[SpecT, ResultT]):
    """The parts of an experiment, imported when it is first used.

    ``run(spec, progress=None, **inputs)`` gives the result, ``summary(result)`` its numbers.
    ``findings(result)``: what is said of it, with the verdicts that the sentences are made from.
    ``parse_inputs`` splits the option values of a command into those of the spec and inputs of
    ``run`` that no link can hold, such as a file; ``input_options`` says by option what it takes.
    """

    spec: type[SpecT]
    run: Callable[..., ResultT]
    summary: Callable[[ResultT], dict[str, Any]]
    parse_inputs: Callable[[dict[str, str]], Inputs] = _no_inputs
    input_options: Mapping[str, str] = field(default_factory=dict)
    findings: Callable[[ResultT], Sequence[Finding]] = _no_findings


@dataclass(frozen=True)
class Experiment(Generic[SpecT, ResultT]):
    """A row of the table. ``slug`` is the name in links, on the command line and of the page.

    ``define`` imports the parts; it is a function of a module, so that rows can be pickled.
    """

    slug: str
    question: str
    define: Callable[[], Definition[SpecT, ResultT]]

    @property
    def spec(self) -> type[SpecT]:
        """The class of the spec: every control, with its limits."""
        return self.define().spec

    def run(self, spec: SpecT, progress: Progress | None = None, **inputs: Any) -> ResultT:
        """Compute the result of a valid spec.

        ``progress`` is called with the fraction done, 0 to 1; ``inputs`` are those of
        :meth:`parse_inputs`.
        """
        return self.define().run(spec, progress, **inputs)

    def parse_inputs(self, values: dict[str, str]) -> Inputs:
        """Split option values into spec fields and opened inputs.

        Returns the texts left for the spec, and keyword inputs of :meth:`run`. Whether an option
        is taken depends on its own text alone, and an input on nothing but what is taken, so that
        a sweep opens each once. Raises UserError for an input that cannot be opened.
        """
        return self.define().parse_inputs(values)

    @property
    def input_options(self) -> dict[str, str]:
        """The options of :meth:`parse_inputs`, each with what it takes."""
        return dict(self.define().input_options)

    def findings(self, result: ResultT) -> Sequence[Finding]:
        """What is said of a result: each sentence with its verdict and how it was measured."""
        return self.define().findings(result)

    def summary(self, result: ResultT) -> dict[str, Any]:
        """The result's numbers under their promised keys; JSON values and NumPy arrays.

        ``verdicts`` are those of :meth:`findings`.
        """
        return {**self.define().summary(result), "verdicts": verdicts_of(self.findings(result))}
