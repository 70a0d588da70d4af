"""Measure what transfers to the scenes, at several ground sample distances, and to tree crowns.

    python -m scripts.measure_transfer [--keep FOLDER] [scenes | crowns]...

writes assets/transfer/scenes.json (three landscapes; about 25 minutes on one core) and crowns.json
(one minute). What is measured is kept in FOLDER, by landscape and ground sample distance, so that
it goes on where it stopped; remove the folder to measure anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Hashable
from functools import partial
from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from scalescope.core.aerial.probing.features import Arrays, FeatureCache
from scalescope.core.experiments.transfer import scene_cache, steps
from scalescope.core.experiments.transfer.precomputed import from_json, path_of, to_json
from scalescope.core.experiments.transfer.result import Result, collect
from scalescope.core.experiments.transfer.spec import (
    CROWNS,
    MIN_LANDSCAPES,
    SCENES,
    TARGET_GSDS_M,
    Spec,
)

SPECS = {
    SCENES: [Spec(gsd_m=gsd_m) for gsd_m in TARGET_GSDS_M],
    CROWNS: [Spec(data=CROWNS)],
}
KEEP = Path(gettempdir()) / "scalescope-transfer"


class FolderCache(FeatureCache):
    """Features, and what was computed from them, in the files of a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def get(self, key: Hashable, compute: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a key, computed unless there is a file of them."""
        path = self._folder / f"{blake2b(repr(key).encode(), digest_size=16).hexdigest()}.npz"
        if path.exists():
            with np.load(path) as stored:
                return {name: stored[name] for name in stored.files}
        arrays = compute()
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        part.rename(path)
        return arrays


def _report(name: str, done: float) -> None:
    print(f"{name} {done:.0%}", file=sys.stderr, flush=True)


def _measured(spec: Spec, folder: Path) -> Result:
    """Measure one ground sample distance, or read it from the folder."""
    path = folder / f"{spec.data}-{spec.gsd_m:g}.json"
    if not path.exists():
        report = partial(_report, f"{spec.data} {spec.gsd_m:g} m")
        found = []
        for step in steps.steps(spec, cache=FolderCache(folder)):
            found.append(step)
            report(step.done)
        path.write_text(to_json([collect(found)]), encoding="utf-8")
    return next(iter(from_json(path.read_text(encoding="utf-8")).values()))


def main(words: list[str]) -> None:
    """Measure the named data sets, or all of them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("data", nargs="*", choices=[*SPECS, []])
    parser.add_argument("--keep", type=Path, default=KEEP, help="folder of what is measured")
    chosen = parser.parse_args(words)
    chosen.keep.mkdir(parents=True, exist_ok=True)
    scene_cache.MAX_SETS = MIN_LANDSCAPES  # so that no landscape is drawn for every distance
    for data in chosen.data or list(SPECS):
        path = path_of(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json([_measured(spec, chosen.keep) for spec in SPECS[data]]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
