"""The one table of experiments.

An experiment is a module with three names: ``Spec`` (a frozen dataclass of fields with limits),
``run(spec, progress=None)`` which turns it into a result, and ``summary(result)``, the numbers
under the keys that the command line promises. Modules are imported when they are first used.
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

    def run(self, spec: Any, progress: Progress | None = None) -> Any:
        """The result for a valid spec; ``progress`` is told the fraction done, 0 to 1."""
        return self._member("run")(spec, progress)

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
    )
}
