"""What a slider move costs a person when thirty move theirs, against when they are alone.

Every session moves its slider every two seconds, each at its own moment and to its own place. As
the real slider does, it says once that it moves and a quarter of a second later that it rests.
"""

from __future__ import annotations

import asyncio
import math
import random
from typing import Any

from tests.benchmarks import samples
from tests.benchmarks.visitor import Visitor
from tests.browser.servers import APP, Server

PERIOD_S, SETTLE_S = 2.0, 0.25
LOW, HIGH, POSITIONS = 0.5, 40.0, 400


def distance(position: int) -> float:
    """The value at a position of the far distance's slider, as slider.js rounds it."""
    raw = LOW * 2 ** (math.log2(HIGH / LOW) * position / POSITIONS)
    return float(f"{raw:.3g}")


async def _person(url: str, seed: int, moves: int) -> tuple[list[float], list[float]]:
    """Seconds of each move, and of each settling."""
    dice, clock = random.Random(seed), asyncio.get_running_loop()
    moving, settling = [], []
    async with Visitor(url) as visitor:
        await asyncio.sleep(dice.uniform(0, PERIOD_S))
        for _ in range(moves):
            began, value = clock.time(), distance(dice.randrange(POSITIONS + 1))
            moving.append(await visitor.move(value, final=False))
            await asyncio.sleep(max(0.0, began + SETTLE_S - clock.time()))
            settling.append(await visitor.move(value, final=True))
            await asyncio.sleep(max(0.0, began + PERIOD_S - clock.time()))
    return moving, settling


async def _people(server: Server, count: int, moves: int, seed: int) -> dict[str, Any]:
    """Milliseconds of all moves of ``count`` sessions; the first move of each warms it up.

    ``cpu_ms_per_move`` is the server's processor time for a move and its settling, with the share
    of the visit's first run in it; unlike the others it hardly depends on what else runs here.
    """
    before = server.cpu_seconds()
    people = (_person(server.url, seed + one, moves + 1) for one in range(count))
    told = await asyncio.gather(*people)
    spent = 1000 * (server.cpu_seconds() - before)
    moving = [1000 * spent for one, _ in told for spent in one[1:]]
    settling = [1000 * spent for _, one in told for spent in one[1:]]
    return {
        "move_ms": samples.summary(moving),
        "settle_ms": samples.summary(settling),
        "cpu_ms_per_move": round(spent / (count * (moves + 1)), 2),
    }


def measure(count: int, moves: int) -> dict[str, Any]:
    """One session, then ``count`` sessions of ``moves`` moves each, on one server."""
    with Server(APP) as server:
        asyncio.run(_people(server, 1, 3, seed=1))
        alone = asyncio.run(_people(server, 1, max(moves, 12), seed=1000))
        together = asyncio.run(_people(server, count, moves, seed=2000))
    ratio = together["move_ms"]["p95"] / alone["move_ms"]["p95"]
    return {
        "sessions": count,
        "p95_ratio": round(ratio, 2),
        "cpu_ms_per_move_alone": alone.pop("cpu_ms_per_move"),
        "cpu_ms_per_move_together": together.pop("cpu_ms_per_move"),
        "alone": alone,
        "together": together,
    }
