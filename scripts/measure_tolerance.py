"""Measure how far every bundled object may shrink in every layer of the networks.

    python -m scripts.measure_tolerance [--again] [NETWORK ...]

writes assets/network/tolerance.json, one copy of a network after the other: what the file has
already is not measured again unless asked. On one core a copy takes about ten seconds, a copy of
the VGG16 trunk about five minutes. See core/experiments/network/tolerance/measure.py for the
method.
"""

from __future__ import annotations

import json
import re
import sys

from scalescope.core.experiments.network.tolerance.measure import (
    COPIES,
    TRAINED,
    protocol_of,
    seeds_of,
    steps,
    tolerances_of,
)
from scalescope.core.experiments.network.tolerance.precomputed import (
    FILE,
    Content,
    encode,
    entry_of,
    read_file,
    standard_spec,
)
from scalescope.core.networks import NETWORKS


def _write(content: Content) -> None:
    """Write JSON with one line per object, so that measurements can be compared line by line."""
    ordered = {slug: content[slug] for slug in NETWORKS if slug in content}
    text = json.dumps(ordered, indent=1)
    flat = re.sub(r"\[[^\[\]]*\]", lambda match: " ".join(match.group().split()), text)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(f"{flat}\n", encoding="utf-8")


def _measure(slug: str, seed: int | None) -> list[list[object]]:
    spec, shown = standard_spec(slug), []
    protocol = protocol_of(spec, NETWORKS[slug])
    for step in steps(spec, [seed]):
        shown.append(step)
        name = "trained" if seed is TRAINED else f"shuffled {seed}"
        print(slug, name, step.name, file=sys.stderr, flush=True)
    return encode(tolerances_of(shown, protocol))


def measure_network(slug: str, again: bool) -> None:
    """Measure the copies of a network that the file lacks, or all of them ``again``."""
    if again:
        _write({name: entry for name, entry in read_file().items() if name != slug})
    for seed in seeds_of(COPIES):
        entry = entry_of(read_file(), standard_spec(slug))
        if seed is TRAINED and entry["trained"] is None:
            entry["trained"] = _measure(slug, seed)
        elif seed is not TRAINED and len(entry["shuffled"]) <= seed:
            entry["shuffled"].append(_measure(slug, seed))
        _write({**read_file(), slug: entry})


def main(arguments: list[str]) -> None:
    """Measure the named networks, or all of the table that are installed without names."""
    again = "--again" in arguments
    names = [argument for argument in arguments if argument != "--again"]
    for slug in names or list(NETWORKS):
        if NETWORKS[slug].missing_reason():
            print(NETWORKS[slug].missing_reason(), file=sys.stderr)
            continue
        measure_network(slug, again)


if __name__ == "__main__":
    main(sys.argv[1:])
