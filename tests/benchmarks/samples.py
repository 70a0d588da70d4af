"""Many measurements of one thing as few numbers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie, interpolated between neighbors."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def summary(values: Sequence[float]) -> dict[str, Any]:
    """How many, the median, the 95th percentile, the extremes, and the values themselves."""
    return {
        "count": len(values),
        "median": round(statistics.median(values), 2),
        "p95": round(percentile(values, 0.95), 2),
        "least": round(min(values), 2),
        "most": round(max(values), 2),
        "values": [round(value, 2) for value in values],
    }
