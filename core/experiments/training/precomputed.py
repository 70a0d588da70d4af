"""The finished runs that the repository holds, one file each; ``scripts/train_finished.py`` makes
them.

All recipes on the digits with three seeds and the spec's defaults, and two of them trained in the
middle of the canvas, where blur-pooling has something to show. All seeds' curves are kept, and of
the weights those of one seed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from ...paths import ASSETS
from ...training.names import RECIPE_NAMES
from .result import Result
from .spec import Spec

FOLDER = ASSETS / "training"
CENTERED = "-centered"
NAMES: tuple[str, ...] = (*RECIPE_NAMES, f"plain{CENTERED}", f"blur{CENTERED}")


def spec_of(name: str) -> Spec:
    """What the finished run of that name was trained by."""
    recipe = name.removesuffix(CENTERED)
    return Spec(recipe=recipe, position="anywhere" if recipe == name else "centered")


def drop_spare_weights(result: Result) -> Result:
    """The result with the weights of one seed alone: the first, or of scale channels the weakest,
    so that one can look into what goes wrong there."""
    has_channels = result.runs[0].winners is not None
    chosen = result.weakest if has_channels else result.runs[0]
    bare = (run if run is chosen else replace(run, weights={}) for run in result.runs)
    return replace(result, runs=tuple(bare))


@cache
def precomputed_results(folder: Path = FOLDER) -> dict[str, Result]:
    """The finished runs by name, in the order of :data:`NAMES`; those whose file is there.

    Read once. Raises :class:`core.experiments.training.run_file.RunFileError` for a file that is none.
    """
    from .run_file import read

    paths = {name: folder / f"{name}.safetensors" for name in NAMES}
    return {name: read(path.read_bytes()) for name, path in paths.items() if path.exists()}
