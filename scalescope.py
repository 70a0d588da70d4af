"""Scalescope: see and measure how a CNN deals with the same object at different resolutions.

The public face. Everything here is imported when it is first used::

    import scalescope

    result = scalescope.run("near-far", far_m=12)
    scalescope.EXPERIMENTS["near-far"].summary(result)

``core``, ``components`` and ``assets`` lie beside this file in a checkout and in an installed
package, whose ``__init__.py`` this file is. The assignment to ``__path__`` makes it a package in
both.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

__path__ = [str(Path(__file__).parent)]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from scalescope.core.errors import UserError
    from scalescope.core.experiments import EXPERIMENTS
    from scalescope.core.experiments.experiment import Experiment
    from scalescope.core.specs.spec import SpecError

__all__ = ("EXPERIMENTS", "Experiment", "SpecError", "UserError", "__version__", "run")

_MODULES = {
    "EXPERIMENTS": "core.experiments",
    "Experiment": "core.experiments.experiment",
    "SpecError": "core.specs.spec",
    "UserError": "core.errors",
}

if not TYPE_CHECKING:  # which would take any name for one of ours

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"scalescope.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def run(experiment: str, **options: object) -> Any:
    """Run an experiment, such as "near-far", and return its result.

    ``options`` are those of the command ``run``: fields of the spec, and inputs such as a picture's
    path; lists of numbers may be tuples or lists. Raises :class:`UserError`.
    """
    from scalescope.core.command_line.commands import compute
    from scalescope.core.command_line.parser import parse_experiment

    values = {name: _text(value) for name, value in options.items()}
    return compute(parse_experiment([experiment]), values)


def _text(value: object) -> str:
    """A value as the command line takes it."""
    parts = value if isinstance(value, list | tuple) else (value,)
    return ",".join(map(str, parts))


if __name__ == "__main__":
    import sys

    from scalescope.core.__main__ import start

    sys.exit(start(sys.argv[1:], "python -m scalescope"))
