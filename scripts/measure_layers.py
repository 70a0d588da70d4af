"""Measure which object sizes the layers of every network prefer, trained and shuffled.

    python -m scripts.measure_layers [NETWORK ...]

writes assets/measured/layer_sizes.json; networks that are not named, or whose weights are not
installed, keep what it holds of them. On one core about a minute each, the VGG16 trunk half an
hour. See core/experiments/calculator_measure.py for what is measured.
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from typing import Any

from scalescope.core import networks
from scalescope.core.experiments.calculator.layer_ranges import FILE
from scalescope.core.experiments.calculator.layer_tuning import measure
from scalescope.core.networks.unit_responses import SIZES_PX

WEIGHTS = (("trained", False), ("shuffled", True))


def _network(slug: str) -> dict[str, Any]:
    net = networks.NETWORKS[slug]
    curves = {}
    for name, shuffled in WEIGHTS:
        loaded = networks.load(slug, shuffled)
        curves[name] = measure(loaded, progress=partial(_told, slug, name))
    return {
        "title": net.title,
        "input_px": net.input_px,
        "layers": {
            layer.name: {
                "title": layer.title,
                **{
                    name: [round(float(one), 4) for one in curves[name][layer.name]]
                    for name in curves
                },
            }
            for layer in net.layers
        },
    }


def _told(slug: str, name: str, done: float) -> None:
    print(f"{slug} {name} {done:.0%}", file=sys.stderr, flush=True)


def _written(known: dict[str, Any]) -> str:
    """JSON with one line per curve, so that a new measurement can be compared."""
    text = json.dumps(known, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]]*\]", lambda found: " ".join(found.group().split()), text) + "\n"


def main(wanted: list[str]) -> None:
    """Measure the networks named, all of the table when none is."""
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"networks": {}}
    known["sizes_px"] = [round(size, 3) for size in SIZES_PX]
    for slug in wanted or list(networks.NETWORKS):
        if networks.NETWORKS[slug].missing_reason():
            print(networks.NETWORKS[slug].missing_reason(), file=sys.stderr)
            continue
        known["networks"][slug] = _network(slug)
    known["networks"] = {
        s: known["networks"][s] for s in networks.NETWORKS if s in known["networks"]
    }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(_written(known), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
