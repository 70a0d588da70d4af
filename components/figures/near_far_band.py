"""The peak response of the near-far filter by apparent size, over all alignments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core import formatting
from ...core.experiments.near_far.all_alignments import SizeResponse, response_over
from ...core.experiments.near_far.result import Result
from . import theme
from .filter.curves import banded, size_axis

STEPS_PER_OCTAVE = 2


def sizes_between(result: Result) -> tuple[float, ...]:
    """Return the sizes of both objects and those between, two per octave, ascending, in px."""
    low, high = sorted(result.spec.apparent_px)
    steps = max(1, int(np.ceil(STEPS_PER_OCTAVE * np.log2(high / low))))
    between = np.geomspace(low, high, steps + 1)[1:-1].tolist()
    return (low, *between, high)


def measured(result: Result) -> SizeResponse | None:
    """Measure the band; None where the two objects cannot be compared."""
    if result.size_response is None:
        return None
    return response_over(result.spec, sizes_between(result))


def _object(result: Result, which: int) -> dict[str, Any]:
    """The range of one object over alignments, and its peak in the scene as it stands."""
    name, color = (("near", theme.NEAR), ("far", theme.FAR))[which]
    assert result.size_response is not None
    band, size = result.size_response.peaks, result.spec.apparent_px[which]
    median, low, high = (float(part[which]) for part in (band.median, band.low, band.high))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{name}, {formatting.pixels(size)}: as it stands (circle), median (line)",
        "x": [size, size],
        "y": [median, result.levels[0].peak[which]],
        "marker": {"size": 10, "symbol": ["line-ew-open", "circle"], "color": color},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [high - median, 0],
            "arrayminus": [median - low, 0],
            "color": color,
        },
        "hovertemplate": "%{y:.3f} at %{x:.4g} px<extra></extra>",
    }


def figure(result: Result, response: SizeResponse) -> theme.Figure:
    """Draw the band over sizes, and on it the two objects."""
    spec = result.spec
    data = banded(spec.filter, response.sizes_px.tolist(), response.peaks, theme.LINES[0])
    count = response.peaks.alignments
    layout = {
        "height": 370,
        "margin": {"l": 52, "r": 8, "t": 26, "b": 150},
        "xaxis": size_axis(title={"text": "apparent size (px, log scale)"}),
        "yaxis": {"title": {"text": "peak response"}, "rangemode": "tozero", "zeroline": False},
        "legend": {"orientation": "h", "y": -0.32, "yanchor": "top", "x": 0},
        "annotations": [
            theme.title(f"line: median over {count} alignments; band: min to max", 0, 1.01)
        ],
        "uirevision": "near-far-band",
        "meta": {
            "name": "near-far-band",
            "alt": f"Peak response of {spec.filter} to a {spec.object_name} by apparent size.",
        },
    }
    return {"data": [*data, _object(result, 0), _object(result, 1)], "layout": layout}
