"""Training with and without :func:`core.jobs.allocator.keep_freed`: step time and page faults.

``python -m tests.benchmarks.allocator`` trains each recipe for a few seconds in processes of its
own, in turn with and without, and prints the median step of the processor's time of each.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from statistics import median

from scalescope.core.jobs.allocator import keep_freed

RECIPES = ("plain", "blur", "multi-column", "scale-channels", "steerable")
TURNS, STEPS, WARM_UP = 5, 30, 3

Found = tuple[float, float]  # milliseconds a step, page faults a step


def train(recipe: str) -> Found:
    """In this process, with one of PyTorch's threads, as the app trains."""
    import torch

    from scalescope.core.training.loop import Training
    from scalescope.core.training.plan import Plan

    torch.set_num_threads(1)
    training = Training(Plan(recipe=recipe, steps=WARM_UP + STEPS))
    spent = []
    for step in range(WARM_UP + STEPS):
        if step == WARM_UP:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        start = time.process_time()
        training._learn()
        spent.append(1000 * (time.process_time() - start))
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    return median(spent[WARM_UP:]), faults / STEPS


def apart(recipe: str, way: str) -> Found:
    """The same in a process of its own; ``way``: with or without."""
    words = [sys.executable, "-m", "tests.benchmarks.allocator", recipe, way]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    step_ms, faults = json.loads(told.stdout)
    return step_ms, faults


def main() -> None:
    """One line per recipe."""
    for recipe in RECIPES:
        turns = [[apart(recipe, way) for way in ("without", "with")] for _ in range(TURNS)]
        share = median(kept[0] / plain[0] for plain, kept in turns)
        told = [
            f"{way} {median(turn[at][0] for turn in turns):6.1f} ms a step, "
            f"{median(turn[at][1] for turn in turns):6.0f} page faults"
            for at, way in enumerate(("without", "with"))
        ]
        print(f"{recipe:16} {'; '.join(told)}: {share:.2f} of the time")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        if sys.argv[2] == "with":
            keep_freed()
        print(json.dumps(train(sys.argv[1])))
    else:
        main()
