"""The page of networks: its distance slider, and thirty sessions that share one network.

``python -m tests.benchmarks.network_page`` prints the median key press of the far size's slider,
that of the floor with the page's own figures, and one forward pass of the network on the picture
that moved, all from one run; then what thirty sessions cost the server, in memory and in waiting.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import ExitStack
from typing import Any

from tests.benchmarks import latency, samples
from tests.benchmarks.latency import Bench, Contender
from tests.benchmarks.visitor import Visitor
from tests.browser.chromium import browsing
from tests.browser.servers import APP, Server

PRESSES, WARM_UP, SESSIONS, MOVES = 30, 4, 30, 5
PERIOD_S, REST_S = 4.0, 0.3
SLIDER, PAGE = "Far: size", "network"
CONTENDERS = (
    Contender("page", "the page", "page", "live", page=f"/{PAGE}", slider=SLIDER),
    Contender("floor", "the floor with its figures", "floor-network", "live"),
)


def forward_ms(turns: int = 20) -> dict[str, Any]:
    """One pass over the far picture that keeps the maps of the layer, after a rest as a press."""
    import torch

    from scalescope.core.experiments.network.spec import Spec
    from scalescope.core.imaging.subject_views import draw
    from scalescope.core.networks import load

    torch.set_num_threads(1)
    spec = Spec()
    network = load(spec.network)
    images = draw(spec.subject(), spec.render_settings(), [spec.far_px], [(0, 0)], "cpu")
    spent = []
    for _ in range(turns):
        time.sleep(REST_S)
        began = time.perf_counter()
        network.record(images, [spec.shown_layer])
        spent.append(1000 * (time.perf_counter() - began))
    return samples.summary(spent)


def presses() -> dict[str, Any]:
    """Milliseconds from key press to repainted maps, the two in turn."""
    with ExitStack() as stack:
        browser = stack.enter_context(browsing())
        urls = {
            one.name: stack.enter_context(latency.serving(one.server)).url for one in CONTENDERS
        }
        benches = [Bench(one, browser, urls[one.name]) for one in CONTENDERS]
        found: dict[str, list[float]] = {one.name: [] for one in CONTENDERS}
        for turn in range(WARM_UP + PRESSES):
            for bench in benches:
                spent = bench.press()["ms"]
                if turn >= WARM_UP:
                    found[bench.contender.name].append(spent)
    return {name: samples.summary(times) for name, times in found.items()}


async def _person(url: str, at: int) -> list[float]:
    """Seconds of each move of one session; every session looks at sizes of its own."""
    spent = []
    async with Visitor(url, SLIDER, PAGE) as visitor:
        for move in range(MOVES):
            await asyncio.sleep(PERIOD_S * (0.5 + at / SESSIONS / 2))
            spent.append(await visitor.move(20.0 + 0.5 * at + 20 * move, final=False))
    return spent


async def _people(url: str) -> list[float]:
    told = await asyncio.gather(*(_person(url, at) for at in range(SESSIONS)))
    return [1000 * spent for one in told for spent in one]


def sessions() -> dict[str, Any]:
    """Thirty sessions on one server: each move's wait, and the server's memory at the end."""
    with Server(APP) as server:
        moves = asyncio.run(_people(server.url))
        return {
            "move_ms": samples.summary(moves),
            "resident_mib": round(server.resident_bytes() / 2**20),
        }


def main() -> int:
    """Measure and print; always 0, since a figure is no failure."""
    pressed, forward = presses(), forward_ms()
    page, floor = pressed["page"]["median"], pressed["floor"]["median"]
    least = floor + forward["median"]
    print(f"key press to repainted maps: {page:.0f} ms (95th percentile {pressed['page']['p95']})")
    print(f"the floor with its figures:  {floor:.0f} ms")
    print(f"one forward of what moved:   {forward['median']:.0f} ms")
    print(f"the page over both together: {page / least:.2f}")
    shared = sessions()
    print(
        f"{SESSIONS} sessions, a move every {PERIOD_S:g} s: {shared['move_ms']['median']:.0f} ms, ",
        end="",
    )
    print(f"95th percentile {shared['move_ms']['p95']:.0f} ms; server {shared['resident_mib']} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
