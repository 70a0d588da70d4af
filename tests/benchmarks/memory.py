"""Whether the server's memory stays flat over thousands of reruns without a collection after each.

One session moves its slider as fast as it is answered, over all places of the slider; every tenth
move comes to rest. The first fifth (at least 200 reruns) fills the caches, which are bounded; what
counts comes after.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from tests.benchmarks import samples
from tests.benchmarks.sessions import POSITIONS, distance
from tests.benchmarks.visitor import Visitor
from tests.browser.servers import APP, Server

STEP = 7  # positions from one move to the next; it shares no divisor with their number
WARM_UP, LEAST_WARM_UP = 0.2, 200


def slope(points: list[tuple[int, float]]) -> float:
    """The least-squares slope of (rerun, megabytes)."""
    count = len(points)
    middle = sum(at for at, _ in points) / count
    height = sum(size for _, size in points) / count
    above = sum((at - middle) * (size - height) for at, size in points)
    return above / sum((at - middle) ** 2 for at, _ in points)


async def _rerun(server: Server, reruns: int, every: int) -> list[tuple[int, float]]:
    points = []
    async with Visitor(server.url) as visitor:
        for rerun in range(reruns + 1):
            if rerun % every == 0:
                points.append((rerun, server.resident_bytes() / 2**20))
            value = distance(rerun * STEP % (POSITIONS + 1))
            await visitor.move(value, final=rerun % 10 == 9)
    return points


def measure(reruns: int, every: int) -> dict[str, Any]:
    """Megabytes over the reruns, and their growth once the caches are full.

    The growth is that of a line through the samples, over their median: single samples swing by a
    tenth with what the allocator has just handed back.
    """
    with Server(APP) as server:
        began, before = time.perf_counter(), server.cpu_seconds()
        points = asyncio.run(_rerun(server, reruns, every))
        spent, worked = time.perf_counter() - began, server.cpu_seconds() - before
    later = [point for point in points if point[0] >= max(LEAST_WARM_UP, WARM_UP * reruns)]
    rise = slope(later)
    growth = rise * (later[-1][0] - later[0][0]) / statistics.median(size for _, size in later)
    return {
        "reruns": reruns,
        "reruns_per_second": round(reruns / spent, 1),
        "cpu_ms_per_rerun": round(1000 * worked / reruns, 2),
        "first_mib": round(points[0][1], 1),
        "after_warm_up_mib": round(later[0][1], 1),
        "last_mib": round(points[-1][1], 1),
        "growth_after_warm_up": round(growth, 4),
        "slope_mib_per_1000_reruns": round(1000 * rise, 3),
        "resident_mib": samples.summary([size for _, size in points]),
    }
