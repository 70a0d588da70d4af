"""Measure which object sizes the layers of every network respond to, trained and shuffled.

    python -m scripts.measure_layers [NETWORK ...]

writes assets/measured/layer_sizes.json, a network at a time. The entries of networks that are not
named, or whose weights are not installed, stay as they are. On a free core it takes about ten
minutes per network, and half an hour for the VGG16 trunk. See
core/experiments/calculator/layer_tuning.py for the method.
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from typing import Any

from scalescope.core import networks
from scalescope.core.aerial.layer_sizes import FILE
from scalescope.core.experiments.calculator.layer_tuning import SIZES_PX, Curves, measure
from scalescope.core.imaging.subjects import SUBJECTS

SEEDS = (0, 1, 2)  # of the shuffled weights
DIGITS = 4


def _rounded(curves: Curves) -> list[Any]:
    """A curve (sizes,) or curves (n, sizes) as lists."""
    return [[round(float(value), DIGITS) for value in curve] for curve in curves]


def network_entry(
    slug: str, trained: dict[str, Curves], shuffled: list[dict[str, Curves]]
) -> dict[str, Any]:
    """Join what was measured of a network: every picture's curves, and the means of the control.

    ``trained``, and ``shuffled`` for every seed: float64 (pictures, sizes) by layer.
    """
    network = networks.NETWORKS[slug]
    return {
        "title": network.title,
        "input_px": network.input_px,
        "layers": {
            layer.name: {
                "title": layer.title,
                "trained": _rounded(trained[layer.name]),
                "shuffled": [_rounded(one[layer.name].mean(0)[None])[0] for one in shuffled],
            }
            for layer in network.layers
        },
    }


def _measure_network(slug: str) -> dict[str, Any]:
    trained = measure(networks.load(slug), progress=partial(_print_progress, slug, "trained"))
    shuffled = []
    for seed in SEEDS:
        loaded = networks.load_shuffled(slug, seed)
        progress = partial(_print_progress, slug, f"shuffled {seed}")
        shuffled.append(measure(loaded, progress=progress))
    return network_entry(slug, trained, shuffled)


def _print_progress(slug: str, name: str, done: float) -> None:
    print(f"{slug} {name} {done:.0%}", file=sys.stderr, flush=True)


def _to_json(content: dict[str, Any]) -> str:
    """JSON with one line per curve, so that measurements can be compared line by line."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]]*\]", lambda match: " ".join(match.group().split()), text) + "\n"


def write(entries: dict[str, Any]) -> None:
    """Write the measurement of some networks, and keep those of all others."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))["networks"] if FILE.exists() else {}
    entries = {**kept, **entries}
    content = {
        "sizes_px": [round(size, 3) for size in SIZES_PX],
        "pictures": list(SUBJECTS),
        "networks": {slug: entries[slug] for slug in networks.NETWORKS if slug in entries},
    }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(_to_json(content), encoding="utf-8")


def main(slugs: list[str]) -> None:
    """Measure the named networks, or all of the table without names."""
    for slug in slugs or list(networks.NETWORKS):
        if networks.NETWORKS[slug].missing_reason():
            print(networks.NETWORKS[slug].missing_reason(), file=sys.stderr)
            continue
        write({slug: _measure_network(slug)})


if __name__ == "__main__":
    main(sys.argv[1:])
