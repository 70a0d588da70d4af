"""The live Plotly chart: updates in place, keeps zoom, reports hover and click on heatmap cells."""

from .chart import Cell, ChartCallbacks, OnMove, live_chart
from .plotly_script import PLOTLY_FILE, plotly_route

__all__ = ["PLOTLY_FILE", "Cell", "ChartCallbacks", "OnMove", "live_chart", "plotly_route"]
