"""Measure how well every stack of page scale-space matches the scale space.

    python -m scripts.measure_scale_space

writes assets/measured/scale_space.json. On one core it takes about 20 minutes. See
core/experiments/scale_space/stack_study.py for the method.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from scalescope.core.experiments.scale_space.stack_evidence import FILE
from scalescope.core.experiments.scale_space.stack_study import content, study


def _print_progress(done: float) -> None:
    print(f"{done:.1%}", file=sys.stderr, flush=True)


def to_text(measured: dict[str, Any]) -> str:
    """JSON with one line per level, so that measurements can be compared line by line."""
    head = {name: value for name, value in measured.items() if name != "stacks"}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    stacks = [
        f"  {json.dumps(name)}: [\n" + ",\n".join(f"   {json.dumps(row)}" for row in rows) + "]"
        for name, rows in measured["stacks"].items()
    ]
    return "\n".join(["{", *lines, ' "stacks": {', ",\n".join(stacks), " }", "}"]) + "\n"


def main() -> None:
    """Measure all stacks and write the file."""
    FILE.write_text(to_text(content(study(_print_progress))), encoding="utf-8")


if __name__ == "__main__":
    main()
