"""From a key press on the focused slider to the frame in which all maps have changed.

All apps are open side by side and are pressed in turn, so that noise on the machine hits them
alike. A press counts from the page's own keydown event to the animation frame after the last map
has changed; two stills before and after tell that the pixels really differ.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.benchmarks import browsers, samples
from tests.browser.servers import APP, APPS, Server

WARM_UP = 3
READY = 64
RIGHT, LEFT = "ArrowRight", "ArrowLeft"
SCALE = "/scale-space"


@dataclass(frozen=True)
class Contender:
    """One way to show a page's maps. ``kind``: what :file:`watch.js` has to look at.

    ``keys`` are pressed in turn on the slider. One key alone asks for a picture that nobody has
    seen before. ``page``: the path of the page.
    """

    name: str
    about: str
    server: str
    kind: str
    keys: tuple[str, ...] = (RIGHT,)
    page: str = "/"
    slider: str = "Far distance"


CONTENDERS = (
    Contender("page", "page 1, values never seen before", "page", "live"),
    Contender("page-seen", "page 1, two values in turn", "page", "live", (RIGHT, LEFT)),
    Contender("floor", "the floor: ready arrays", "floor", "live"),
    Contender("stock", "st.slider and st.plotly_chart", "stock", "plotly"),
    Contender("gradio-plot", "Gradio with Plotly", "gradio_plot", "plotly"),
    Contender("gradio-image", "Gradio with one image", "gradio_image", "image"),
    Contender(
        "scale", "page scale-space, new scales", "page", "live", page=SCALE, slider="Scale: sigma"
    ),
    Contender("floor-scale", "the floor with its figures", "floor-scale", "live"),
)


def _near_far_figures() -> list[dict[str, Any]]:
    from scalescope.components.figures.near_far import figure
    from scalescope.core.experiments.near_far.run import run
    from scalescope.core.experiments.near_far.spec import Spec

    return [figure(run(Spec(far_m=Spec().far_m * 1.02**step))) for step in range(READY)]


def _scale_figures() -> list[dict[str, Any]]:
    from scalescope.components.figures.scale_space.maps import figure
    from scalescope.core.experiments.scale_space.run import run
    from scalescope.core.experiments.scale_space.spec import Spec

    result = run(Spec())
    return [figure(result, Spec(sigma_px=Spec.sigma_px * 1.01**step)) for step in range(READY)]


def _network_figures() -> list[dict[str, Any]]:
    from scalescope.components.figures.network.views import UNITS, figure
    from scalescope.core.experiments.network.spec import Spec
    from scalescope.core.experiments.network.units.mosaic import size_sensitivity
    from scalescope.core.experiments.network.views import compare_views, view_palette

    found = size_sensitivity(Spec())
    units = found.order[:UNITS].tolist()
    span = (float(found.value_range[0, units].min()), float(found.value_range[1, units].max()))
    palette = view_palette(Spec())
    sizes = [Spec.far_px * 1.02**step for step in range(READY // 2)]
    return [figure(compare_views(Spec(far_px=size)), units, palette, span) for size in sizes]


FLOORS = {
    "floor": _near_far_figures,
    "floor-scale": _scale_figures,
    "floor-network": _network_figures,
}


@contextmanager
def ready_figures(name: str = "floor") -> Iterator[str]:
    """A file with a floor's figures: the page's own, at its default and ever further.

    As many as a run shows, since Streamlit does not send a message again that the browser still
    has: with two figures in turn the floor would be spared what the page has to send.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.pickle"
        path.write_bytes(pickle.dumps(FLOORS[name]()))
        yield str(path)


@contextmanager
def serving(name: str) -> Iterator[Server]:
    """The running server of an app by its short name."""
    if name == "page":
        server = Server(APP)
    elif name in FLOORS:
        with ExitStack() as stack:
            path = stack.enter_context(ready_figures(name))
            yield stack.enter_context(Server(APPS / "floor.py", SCALESCOPE_READY_FIGURES=path))
        return
    else:
        server = Server(APPS / f"{name}.py", gradio=name.startswith("gradio"))
    with server:
        yield server


def _slider(page: Page, contender: Contender) -> Locator:
    return page.get_by_role("slider", name=contender.slider).first


class Bench:
    """One contender's open page."""

    def __init__(self, contender: Contender, browser: Browser, url: str) -> None:
        self.contender, self.presses = contender, 0
        self.page = browsers.new_page(browser)
        self.page.goto(url + contender.page)
        ready = {"live": ".live-chart[data-drawn]", "plotly": ".heatmaplayer image"}
        selector = ready.get(contender.kind, ".image-container img, .image-frame img")
        self.page.wait_for_selector(selector, timeout=60_000)
        self.page.wait_for_timeout(1500)

    def press(self, keep: bool = False) -> dict[str, Any]:
        """Press the next key and wait until all is quiet again; milliseconds under 'ms'."""
        keys = self.contender.keys
        self.page.bring_to_front()
        _slider(self.page, self.contender).focus()
        self.page.evaluate("([kind, keep]) => bench.arm(kind, keep)", [self.contender.kind, keep])
        self.page.keyboard.press(keys[self.presses % len(keys)])
        self.presses += 1
        found: dict[str, Any] = self.page.evaluate("() => bench.settled()")
        if "error" in found:
            raise RuntimeError(f"{self.contender.name}: {found['error']}")
        return found

    def check(self) -> dict[str, Any]:
        """Raise unless a press, and nothing but a press, changes pixels and painted colors."""
        kind = self.contender.kind
        first = self.press(keep=True)["painted"]
        before = browsers.picture(self.page, kind)
        still = browsers.differing_pixels(before, browsers.picture(self.page, kind))
        second = self.press(keep=True)["painted"]
        changed = browsers.differing_pixels(before, browsers.picture(self.page, kind))
        if still or not changed or not second or first == second:
            raise RuntimeError(f"{self.contender.name}: {still} and {changed} pixels differ")
        return {
            "pixels_changed_by_a_press": changed,
            "pixels_in_the_still": before.width * before.height,
        }


def measure(browser: Browser, presses: int) -> dict[str, Any]:
    """Every contender's summary by its name, with the check of its pixels."""
    with ExitStack() as stack:
        names = dict.fromkeys(contender.server for contender in CONTENDERS)
        servers = {name: stack.enter_context(serving(name)) for name in names}
        benches = [Bench(one, browser, servers[one.server].url) for one in CONTENDERS]
        for bench in benches:
            for _ in range(WARM_UP):
                bench.press()
        checks = [bench.check() for bench in benches]
        times: list[list[float]] = [[] for _ in benches]
        for _ in range(presses):
            for bench, found in zip(benches, times, strict=True):
                found.append(bench.press()["ms"])
        for bench in benches:
            bench.page.context.close()
    return {
        bench.contender.name: {"about": bench.contender.about, **samples.summary(found), **check}
        for bench, found, check in zip(benches, times, checks, strict=True)
    }
