"""Measure everything that the targets speak of: ``python -m tests.benchmarks [--quick]``.

Prints tables and the targets, and writes all of it as JSON. A missed target is a figure and ends
with 0; what could not be measured ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    drag,
    latency,
    memory,
    report,
    sessions,
    start,
    sweep,
    targets,
    walk,
)
from tests.browser.chromium import browsing
from tests.browser.servers import GRADIO_PYTHON, ROOT


@dataclass(frozen=True)
class Effort:
    """How much of everything is measured."""

    presses: int
    drags: int
    walk_seconds: float
    sweeps: int
    starts: int
    sessions: int
    moves: int
    reruns: int
    sample_every: int


FULL = Effort(30, 3, 5, 5, 5, 30, 15, 10_000, 500)
QUICK = Effort(8, 1, 3, 2, 2, 30, 5, 500, 50)

# The parts in their order; those of the first table get a browser.
IN_BROWSER: dict[str, Callable[[Any, Effort], dict[str, Any]]] = {
    "latency": lambda browser, effort: latency.measure(browser, effort.presses),
    "drag": lambda browser, effort: drag.measure(browser, effort.drags),
    "walk": lambda browser, effort: walk.measure(browser, effort.walk_seconds),
    "start": lambda browser, effort: start.measure(browser, effort.starts),
}
WITHOUT: dict[str, Callable[[Effort], dict[str, Any]]] = {
    "sweep": lambda effort: sweep.measure(effort.sweeps),
    "sessions": lambda effort: sessions.measure(effort.sessions, effort.moves),
    "memory": lambda effort: memory.measure(effort.reruns, effort.sample_every),
}
PARTS = (*IN_BROWSER, *WITHOUT)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, as latency,drag")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    parsed = parser.parse_args(given)
    parsed.only = parsed.only.split(",")
    if unknown := set(parsed.only) - set(PARTS):
        parser.error(f"--only: there is no part {sorted(unknown)}; there are {', '.join(PARTS)}")
    if "latency" in parsed.only and not GRADIO_PYTHON.exists():
        parser.error(
            "there is no .venv-bench: make it from requirements-bench.txt ('make bench' does)"
        )
    return parsed


def _measure(name: str, effort: Effort) -> dict[str, Any]:
    if name in WITHOUT:
        return WITHOUT[name](effort)
    with browsing() as browser:
        return IN_BROWSER[name](browser, effort)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def main(given: Sequence[str] | None = None) -> int:
    """Measure the parts asked for; 1 if one of them could not be measured."""
    arguments = _arguments(given)
    effort = QUICK if arguments.quick else FULL
    machine, results, failed = _machine(), {}, {}
    for name in (part for part in PARTS if part in arguments.only):
        began = time.perf_counter()
        try:
            results[name] = _measure(name, effort)
            print(report.part(name, results[name]), flush=True)
        except Exception as error:
            failed[name] = repr(error)
            traceback.print_exc()
        print(f"({name}: {time.perf_counter() - began:.0f} s)", flush=True)
    judged = targets.judged(results)
    print(report.targets(judged))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    everything = {"machine": machine, "results": results, "targets": judged, "failed": failed}
    arguments.out.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    for name, reason in failed.items():
        print(f"could not be measured: {name}: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
