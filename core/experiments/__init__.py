"""The one table of experiments.

An experiment is a module with three names: ``Spec`` (a frozen dataclass of fields with limits),
``run(spec, progress=None)`` which turns it into a result, and ``summary(result)``, the numbers
under the keys that the command line promises. Modules are imported when they are first used.

A module may take more from the command line than a link can hold, such as a file: a fourth name,
``given(values)``, then takes those options out and opens them; ``run`` gets them as keywords. A
fifth, ``BESIDE``, says by option what it takes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Experiment:
    """A row of the table. ``slug`` is the name in links, on the command line and of the page."""

    slug: str
    question: str
    module: str

    def _member(self, name: str) -> Any:
        return getattr(importlib.import_module(self.module), name)

    @property
    def spec(self) -> type[Any]:
        """The class of the spec: every control, with its limits."""
        return self._member("Spec")  # type: ignore[no-any-return]

    def run(self, spec: Any, progress: Progress | None = None, **inputs: Any) -> Any:
        """The result for a valid spec; ``progress`` is told the fraction done, 0 to 1.

        ``inputs`` are those of :meth:`given`.
        """
        return self._member("run")(spec, progress, **inputs)

    def given(self, values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
        """What of the options is left for the spec, and the inputs that the others are opened to.

        ``values`` holds names and texts. Whether an option is taken depends on its own text alone,
        and an input on nothing but what is taken, so that a sweep opens each once. Raises an error
        of the engine, one sentence, for what cannot be opened.
        """
        takes = getattr(importlib.import_module(self.module), "given", None)
        return (dict(values), {}) if takes is None else takes(values)

    @property
    def beside(self) -> dict[str, str]:
        """The options of :meth:`given`, each with what it takes."""
        return dict(getattr(importlib.import_module(self.module), "BESIDE", {}))

    def summary(self, result: Any) -> dict[str, Any]:
        """The result's numbers under their promised keys; JSON values and NumPy arrays."""
        return self._member("summary")(result)  # type: ignore[no-any-return]


EXPERIMENTS: dict[str, Experiment] = {
    row.slug: row
    for row in (
        Experiment("near-far", "Two cats, one filter", "core.experiments.near_far"),
        Experiment("pooling", "Does pooling make sizes equal?", "core.experiments.pooling"),
        Experiment("filter", "Does this filter care about size?", "core.experiments.filter"),
        Experiment(
            "scale-space", "Is it a difference of Gaussians?", "core.experiments.scale_space"
        ),
        Experiment("network", "A real network at every distance", "core.experiments.network"),
        Experiment("training", "Can size tolerance be learned?", "core.experiments.training"),
        Experiment(
            "calculator", "How large is a car from up there?", "core.experiments.calculator"
        ),
        Experiment("transfer", "From photographs to satellites", "core.experiments.transfer"),
    )
}
