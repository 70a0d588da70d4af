"""Page 1's maps as people usually draw them with Plotly: ``make_subplots`` and one trace a map."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from scalescope.components.figures.theme import GRAYS, SIGNED
from tests.benchmarks.apps import maps

COLUMNS, HEIGHT = 4, 560


def figure(far_m: float) -> go.Figure:
    """The scene above, two columns wide, and the ladder in rows of four under it."""
    names, planes, span = maps.at(far_m)
    rows = 1 - (1 - len(planes)) // COLUMNS
    specs = [[{"colspan": 2}, None, {}, {}]] + [[{}] * COLUMNS for _ in range(rows - 1)]
    heights = [2.0] + [1.0] * (rows - 1)
    made = make_subplots(rows=rows, cols=COLUMNS, specs=specs, row_heights=heights)
    places = [(1, 1)] + [divmod(at, COLUMNS) for at in range(len(planes) - 1)]
    places[1:] = [(row + 2, column + 1) for row, column in places[1:]]
    for at, (plane, (row, column)) in enumerate(zip(planes, places, strict=True)):
        axis = "coloraxis" if at == 0 else "coloraxis2"
        made.add_trace(go.Heatmap(z=plane, name=names[at], coloraxis=axis), row=row, col=column)
    made.update_yaxes(autorange="reversed")
    made.update_layout(
        height=HEIGHT,
        coloraxis={"colorscale": GRAYS, "cmin": 0, "cmax": 1, "showscale": False},
        coloraxis2={"colorscale": SIGNED, "cmin": -span, "cmax": span},
    )
    return made
