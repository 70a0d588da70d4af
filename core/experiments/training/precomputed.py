"""The precomputed runs of the repository, one file each, made by ``scripts/train_finished.py``.

All recipes on the digits with the spec's defaults, and two of them trained on centered objects,
where blur pooling matters. With three seeds, or with five where an answer would be another one
without one of the three, or its interval crosses the line (:data:`FIVE_SEEDS`). Of steerable, the
slowest, there are three all the same; what they leave open stays undecided. The files hold the
curves of all seeds, and the weights of one.
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

FIVE_SEEDS: tuple[str, ...] = (
    "plain",
    "zoom",
    "natural",
    "blur",
    "locally-invariant",
    "scale-channels-naive",
)


def spec_of(name: str) -> Spec:
    """Give the spec of the precomputed run of that name."""
    recipe = name.removesuffix(CENTERED)
    spec = Spec(recipe=recipe, position="anywhere" if recipe == name else "centered")
    return replace(spec, seeds=(0, 1, 2, 3, 4)) if name in FIVE_SEEDS else spec


def name_of(spec: Spec) -> str:
    """Give the name of the precomputed run of a spec, whatever its seeds; empty for any other."""
    name = spec.recipe + (CENTERED if spec.position == "centered" else "")
    is_one = name in NAMES and replace(spec_of(name), seeds=spec.seeds) == spec
    return name if is_one else ""


def drop_spare_weights(result: Result) -> Result:
    """Keep the weights of one seed alone: the first, or with scale channels the weakest.

    The weakest shows what goes wrong in scale channels.
    """
    has_channels = result.runs[0].winners is not None
    chosen = result.weakest if has_channels else result.runs[0]
    bare = (run if run is chosen else replace(run, weights={}) for run in result.runs)
    return replace(result, runs=tuple(bare))


@cache
def precomputed_results(folder: Path = FOLDER) -> dict[str, Result]:
    """Read the precomputed runs by name, in the order of :data:`NAMES`, where the file exists.

    They are read once. Raises RunFileError for a file that holds no run.
    """
    from .run_file import read

    paths = {name: folder / f"{name}.safetensors" for name in NAMES}
    return {name: read(path.read_bytes()) for name, path in paths.items() if path.exists()}
