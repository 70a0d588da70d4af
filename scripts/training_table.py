"""Print the accuracies of the precomputed runs as tables: ``python -m scripts.training_table``.

In percent, by apparent size: the mean over seeds, then the worst seed at each size, in Markdown.
The runs are read from ``assets/training``; ``scripts.train_finished`` trains them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scalescope.core.experiments.training.precomputed import precomputed_results
from scalescope.core.experiments.training.result import Result

SIZES = (0, 2, 4, 6, 8, 10, 11)  # of the tested sizes, those with a column


def table(title: str, summarize: Callable[[Result], NDArray[np.float64]]) -> list[str]:
    """Return the lines of a table; ``summarize`` gives a result's line, (sizes,) in [0, 1]."""
    results = precomputed_results()
    sizes = next(iter(results.values())).test_px[list(SIZES)]
    head = [title, "training", "seeds", *(f"{size:.0f} px" for size in sizes)]
    rows = [head, ["---"] * len(head)]
    for name, result in results.items():
        values = 100 * summarize(result)[list(SIZES)]
        seeds = str(len(result.runs))
        rows.append([name, result.label, seeds, *(f"{value:.0f}" for value in values)])
    return [f"| {' | '.join(row)} |" for row in rows]


def main() -> None:
    """Print both tables."""
    print(*table("mean over seeds", lambda result: result.accuracy.mean(axis=0)), sep="\n")
    print()
    print(*table("worst seed", lambda result: result.accuracy.min(axis=0)), sep="\n")


if __name__ == "__main__":
    main()
