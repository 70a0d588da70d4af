"""Layout of the tiles, the strip and the chart of page `transfer`, wide and narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core.experiments.transfer.pictures import MAX_CLASSES
from ....core.formatting import significant_digits
from .. import ladder

LOW_M, HIGH_M = 0.1, 30.0
TICKS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30)
TITLE_PX, GAP_PX, BELOW_PX, LEFT_PX, RIGHT_PX = 20, 8, 46, 54, 12


@dataclass(frozen=True)
class Grid:
    """Layout in px of a figure of ``width``: ``count`` tiles in ``columns``, a strip of tiles of
    ``small`` px, and a chart ``plot`` px high above ``entries`` lines of its legend."""

    width: int
    columns: int
    small: int
    plot: int
    entries: int
    count: int = MAX_CLASSES

    @property
    def side(self) -> float:
        """Side of a large tile."""
        return (self.width - GAP_PX * (self.columns - 1)) / self.columns

    @property
    def strip_top(self) -> float:
        """Top edge of the strip, below its title."""
        return -(-self.count // self.columns) * (self.side + TITLE_PX + GAP_PX) + TITLE_PX + GAP_PX

    @property
    def chart_top(self) -> float:
        """Top edge of the chart."""
        return self.strip_top + self.small + 10

    @property
    def height(self) -> int:
        """Height of the figure."""
        return round(self.chart_top + self.plot + BELOW_PX + 21 * self.entries)

    def box(self, left: float, top: float, wide: float, tall: float) -> ladder.Box:
        """Left, bottom, right, top as fractions."""
        return (
            left / self.width,
            1 - (top + tall) / self.height,
            min(1.0, (left + wide) / self.width),
            1 - top / self.height,
        )

    def tile(self, index: int) -> ladder.Box:
        """Box of a large tile."""
        row, column = divmod(index, self.columns)
        top = row * (self.side + TITLE_PX + GAP_PX) + TITLE_PX
        return self.box(column * (self.side + GAP_PX), top, self.side, self.side)

    def small_tile(self, gsd_m: float) -> ladder.Box:
        """Box of a tile in the strip, above its position on the chart's axis."""
        across = self.width - LEFT_PX - RIGHT_PX
        fraction = (np.log10(gsd_m) - _ends()[0]) / (_ends()[1] - _ends()[0])
        left = LEFT_PX + fraction * across - self.small / 2
        return self.box(left, self.strip_top, self.small, self.small)

    def chart(self) -> ladder.Box:
        """Box of the chart."""
        wide = self.width - LEFT_PX - RIGHT_PX
        return self.box(LEFT_PX, self.chart_top, wide, self.plot)


WIDE = Grid(960, 6, 88, 230, 3)
NARROW = Grid(350, 3, 32, 220, 8)


def _ends() -> tuple[float, float]:
    return float(np.log10(LOW_M / 1.12)), float(np.log10(HIGH_M * 1.12))


def gsd_axis() -> dict[str, Any]:
    """Axis of ground sample distances over the slider's whole range."""
    return {
        "type": "log",
        "title": {"text": "GSD, m per pixel (log scale)", "standoff": 4},
        "range": list(_ends()),
        "tickvals": list(TICKS),
        "ticktext": [significant_digits(tick) for tick in TICKS],
        "zeroline": False,
    }
