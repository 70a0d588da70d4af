"""Train the precomputed runs of the app: ``python -m scripts.train_finished``.

Writes one file for each name of :data:`core.experiments.training.precomputed.NAMES` into
``assets/training``; with ``--recipe``, only those whose names are given, separated by commas. It
takes minutes to hours: about a minute for a seed of a quick recipe on one core, three or more for
a slow one. Seeds that the file holds already, with the same settings, are kept, and the file is
written after each seed, so that a command that was stopped goes on where it was; ``--again`` trains
all of them again.

``--small`` trains a small network for a few steps instead, in seconds, and writes
``small/NAME.json``; tests compare what is trained there and then with these.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scalescope.core.experiments.training.precomputed import (
    FOLDER,
    NAMES,
    drop_spare_weights,
    spec_of,
)
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.run_file import RunFileError, read, write
from scalescope.core.experiments.training.sentences import describe
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.jobs.progress_meter import VERBOSE, ProgressMeter
from scalescope.core.training.trained import TrainedNetwork


def small(name: str) -> Spec:
    """Give the small version of a precomputed run's spec.

    That of plain is long enough to learn its size; the others only show that training begins the
    same.
    """
    counts: dict[str, Any] = {
        "steps": 100,
        "train_objects": 400,
        "test_objects": 60,
        "batch_size": 32,
        "width": 8,
    }
    if name != "plain":
        counts |= {"steps": 6, "test_objects": 20, "batch_size": 16}
    return replace(spec_of(name), seeds=(0,), test_px=(12.0, 24.0, 48.0), **counts)


def expectation(result: Result) -> dict[str, object]:
    """Give the stored values of a small version: sizes, accuracy, losses and counts."""
    network = result.runs[0]
    return {
        "test_px": network.test_px.tolist(),
        "accuracy": network.accuracy.tolist(),
        "loss": [round(entry.loss, 4) for entry in network.log],
        "parameters": network.parameters,
        "images": network.images,
    }


def _trained(spec: Spec) -> Result:
    meter = ProgressMeter(report=VERBOSE)
    try:
        return run(spec, meter.update)
    finally:
        meter.close()


def _stored(path: Path, spec: Spec) -> dict[int, TrainedNetwork]:
    """The runs of a file by seed, where all else is as in ``spec``; empty for any other file."""
    try:
        known = read(path.read_bytes())
    except (FileNotFoundError, RunFileError):
        return {}
    is_same = replace(known.spec, seeds=spec.seeds) == spec
    return {run.plan.seed: run for run in known.runs} if is_same else {}


def make(name: str, folder: Path, again: bool) -> None:
    """Train the seeds of one precomputed run that its file lacks, and write the file after each."""
    path, spec = folder / f"{name}.safetensors", spec_of(name)
    runs = {} if again else _stored(path, spec)
    missing = [seed for seed in spec.seeds if seed not in runs]
    if not missing:
        print(f"{path.name}: exists")
    for seed in missing:
        runs |= {seed: _trained(replace(spec, seeds=(seed,))).runs[0]}
        seeds = tuple(known for known in spec.seeds if known in runs)
        done = Result(replace(spec, seeds=seeds), tuple(runs[known] for known in seeds))
        size = len(write(drop_spare_weights(done), path))
        print(f"{path.name}: {size / 1000:.0f} kB; {' '.join(describe(done))}", flush=True)


def make_small(name: str, folder: Path) -> None:
    """Train the small version of one run and write its expected values."""
    path = folder / "small" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(expectation(_trained(small(name))), indent=1) + "\n")
    print(f"{path.parent.name}/{path.name}")


def main(words: Sequence[str]) -> int:
    """Carry out one command line; see the top of this file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipe", default=",".join(NAMES), help=", ".join(NAMES))
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args(words)
    names = options.recipe.split(",")
    for name in names:
        if name not in NAMES:
            parser.error(f"recipe: '{name}' is not allowed; give one of {', '.join(NAMES)}.")
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if options.small:
            make_small(name, options.folder)
        else:
            make(name, options.folder, options.again)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
