"""Measure what transfers to the scenes, at several ground sample distances, and to tree crowns.

    python -m scripts.measure_transfer [scenes | crowns]...

writes assets/transfer/scenes.json (about five minutes on one core) and crowns.json (one minute).
"""

from __future__ import annotations

import sys
from functools import partial

from scalescope.core.experiments.transfer.precomputed import TARGET_GSDS_M, path_of, to_json
from scalescope.core.experiments.transfer.run import run
from scalescope.core.experiments.transfer.spec import CROWNS, SCENES, Spec

SPECS = {
    SCENES: [Spec(gsd_m=gsd_m) for gsd_m in TARGET_GSDS_M],
    CROWNS: [Spec(data=CROWNS)],
}


def _report(name: str, done: float) -> None:
    print(f"{name} {done:.0%}", file=sys.stderr, flush=True)


def main(names: list[str]) -> None:
    """Measure the named data sets, or all of them."""
    for data in names or list(SPECS):
        results = [
            run(spec, partial(_report, f"{data} {spec.gsd_m:g} m")) for spec in SPECS[data]
        ]  # fmt: skip
        path = path_of(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
