"""Random accuracy tables, as trainings of any kind may give them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from scalescope.core.experiments.training.result import Result
from scalescope.core.training.recipes import recipe
from tests.core.experiments.training.test_sentences import SIZES, result

OBJECTS = 400
RECIPES = ("plain", "zoom", "scale-channels", "scale-channels-naive", "reject-pyramid")

COUNTS = st.integers(0, OBJECTS) | st.sampled_from([0, 40, 200, OBJECTS])


def tables(seeds: int | None = None) -> st.SearchStrategy[list[list[float]]]:
    """Accuracies by seed and size: shares of :data:`OBJECTS` test objects."""
    line = st.lists(COUNTS, min_size=len(SIZES), max_size=len(SIZES))
    counts = st.lists(line, min_size=seeds or 1, max_size=seeds or 5)
    return counts.map(lambda lines: (np.array(lines) / OBJECTS).tolist())


def trained(table: list[list[float]], name: str = "plain", winners_seed: int = 0) -> Result:
    """A result with these accuracies; its winners and consistencies are random."""
    random = np.random.default_rng(winners_seed)
    fields = {"train_px": "12:48"} if name == "zoom" else {}
    made = result(name, table, **fields)
    count = len(recipe(name).scales)
    runs = [
        replace(
            run,
            winners=random.dirichlet(np.full(count, 0.3), size=len(SIZES)) if count else None,
            consistency=random.random(len(SIZES)),
        )
        for run in made.runs
    ]
    return Result(made.spec, tuple(runs))
