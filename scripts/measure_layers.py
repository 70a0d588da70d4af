"""Measure which object sizes the layers of every network prefer, trained and shuffled.

    python -m scripts.measure_layers [NETWORK ...]

writes assets/measured/layer_sizes.json. The entries of networks that are not named, or whose
weights are not installed, stay as they are. On one core it takes about a minute per network, and
half an hour for the VGG16 trunk. See core/experiments/calculator/layer_tuning.py for the method.
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from typing import Any

from scalescope.core import networks
from scalescope.core.aerial.layer_sizes import FILE
from scalescope.core.experiments.calculator.layer_tuning import measure
from scalescope.core.networks.unit_responses import SIZES_PX

WEIGHTS = (("trained", False), ("shuffled", True))


def _measure_network(slug: str) -> dict[str, Any]:
    network = networks.NETWORKS[slug]
    curves = {}
    for name, shuffled in WEIGHTS:
        loaded = networks.load(slug, shuffled)
        curves[name] = measure(loaded, progress=partial(_print_progress, slug, name))
    return {
        "title": network.title,
        "input_px": network.input_px,
        "layers": {
            layer.name: {
                "title": layer.title,
                **{
                    name: [round(float(value), 4) for value in curves[name][layer.name]]
                    for name in curves
                },
            }
            for layer in network.layers
        },
    }


def _print_progress(slug: str, name: str, done: float) -> None:
    print(f"{slug} {name} {done:.0%}", file=sys.stderr, flush=True)


def _to_json(content: dict[str, Any]) -> str:
    """JSON with one line per curve, so that measurements can be compared line by line."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]]*\]", lambda match: " ".join(match.group().split()), text) + "\n"


def main(slugs: list[str]) -> None:
    """Measure the named networks, or all of the table without names."""
    content = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"networks": {}}
    content["sizes_px"] = [round(size, 3) for size in SIZES_PX]
    for slug in slugs or list(networks.NETWORKS):
        if networks.NETWORKS[slug].missing_reason():
            print(networks.NETWORKS[slug].missing_reason(), file=sys.stderr)
            continue
        content["networks"][slug] = _measure_network(slug)
    content["networks"] = {
        slug: content["networks"][slug] for slug in networks.NETWORKS if slug in content["networks"]
    }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(_to_json(content), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
