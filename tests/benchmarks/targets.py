"""The targets, each with how its figure comes out of what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """``part`` must have been measured; ``figure`` reads it; it must be ``bound`` at most.

    With ``at_least`` it must be ``bound`` or more.
    """

    part: str
    about: str
    figure: Callable[[Any], float]
    bound: float
    unit: str = ""
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether ``value`` is on the right side of the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


def over(first: str, second: str) -> Callable[[Any], float]:
    """The ratio of two medians."""
    return lambda found: float(found[first]["median"] / found[second]["median"])


TARGETS = (
    Target("latency", "key press, page 1 / floor", over("page", "floor"), 1.25),
    Target("latency", "key press, page 1 / stock", over("page", "stock"), 0.7),
    Target(
        "latency",
        "key press, Gradio with Plotly / page 1",
        over("gradio-plot", "page"),
        3,
        at_least=True,
    ),
    Target(
        "latency", "key press, page 1 / Gradio with one image", over("page", "gradio-image"), 1.2
    ),
    Target(
        "latency",
        "key press, scale slider of scale-space / floor",
        over("scale", "floor-scale"),
        1.25,
    ),
    Target(
        "drag",
        "repaints a second while dragging",
        lambda found: found["repaints_per_second"]["median"],
        12,
        "/s",
        True,
    ),
    Target(
        "drag",
        "last repaint after release",
        lambda found: found["last_after_release_ms"]["median"],
        100,
        " ms",
    ),
    Target(
        "walk",
        "'Walk away', software rendering",
        lambda found: found["frames_per_second"],
        20,
        "/s",
        True,
    ),
    Target(
        "sweep",
        "sweep of all alignments, nothing remembered",
        lambda found: found["cold_ms"]["median"],
        1000,
        " ms",
    ),
    Target(
        "sweep",
        "the same sweep asked for again",
        lambda found: found["again_ms"]["median"],
        5,
        " ms",
    ),
    Target("start", "start to first maps, page 1 / floor", over("page", "floor"), 1.3),
    Target(
        "sessions", "95th percentile, thirty sessions / one", lambda found: found["p95_ratio"], 4
    ),
    Target(
        "memory",
        "growth of memory over the reruns",
        lambda found: 100 * found["growth_after_warm_up"],
        5,
        " %",
    ),
)


def judged(results: Results) -> list[dict[str, Any]]:
    """One row per target whose part was measured."""
    rows = []
    for target in TARGETS:
        if target.part not in results:
            continue
        value = target.figure(results[target.part])
        rows.append(
            {
                "part": target.part,
                "target": target.about,
                "figure": round(value, 3),
                "bound": target.bound,
                "sense": "at least" if target.at_least else "at most",
                "unit": target.unit,
                "verdict": "met" if target.met(value) else "missed",
            }
        )
    return rows
