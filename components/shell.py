"""What every page has: title, sidebar controls, the picture, and the ways to share it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components import controls, session
from components.live.panel import Link
from components.live.toolbar import live_toolbar
from components.pages import PAGES, Page
from core.experiments import EXPERIMENTS
from core.spec import to_query

RESET = "Reset"
STYLE = """<style>
.stMainBlockContainer { padding-top: 2.2rem; padding-bottom: 2rem; max-width: 1240px; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0; margin: 0; }
.stMainBlockContainer h1 + p { margin: 0; }
.stMainBlockContainer h3 { font-size: 1.25rem; }
.stSidebar [data-testid="stSidebarUserContent"] { padding-bottom: 1rem; }
.scalescope-cell { min-height: 9.2em; font-size: 0.9rem; margin-bottom: 1rem; }
.scalescope-note { font-size: 0.85rem; opacity: 0.85; }
.scalescope-scroll { overflow-x: auto; }
.scalescope-table { border-collapse: collapse; font-size: 0.85rem;
  font-variant-numeric: tabular-nums; }
.scalescope-table th, .scalescope-table td { padding: 0.2rem 0.6rem; text-align: right;
  border-bottom: 1px solid rgba(128, 128, 128, 0.25); white-space: nowrap; }
.scalescope-table th { font-weight: 600; }
.scalescope-table td.word, .scalescope-table th.word { text-align: left; }
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.6rem; } }
</style>"""


def _links(page: Page) -> list[Link]:
    """Every page, as this session left it."""
    base = st.get_option("server.baseUrlPath").strip("/")
    root = f"/{base}/" if base else "/"
    return [Link(one.slug, one.title, root + _address(one), here=one is page) for one in PAGES]


def _address(page: Page) -> str:
    path = "" if page is PAGES[0] else page.slug
    query = urlencode(session.address(page.slug), safe=",:;")
    return f"{path}?{query}" if query else path


def snippet(slug: str, spec: Any) -> str:
    """Python that computes what the page shows."""
    changed = {name: getattr(spec, name) for name in to_query(spec)}
    given = "".join(f"    {name}={value!r},\n" for name, value in changed.items())
    arguments = f"\n{given}" if given else ""
    return (
        "from core.experiments import EXPERIMENTS\n\n"
        f'experiment = EXPERIMENTS["{slug}"]\n'
        f"spec = experiment.spec({arguments})\n"
        "result = experiment.run(spec)\n"
        "print(experiment.summary(result))\n"
    )


def _share(page: Page) -> None:
    spec = session.state(page.slug).spec
    python = st.expander("This experiment in Python", key=f"{page.slug}/python", on_change="rerun")
    if python.open:
        python.code(snippet(page.slug, spec), language="python")


def _toolbar(page: Page) -> None:
    presets = page.module.PRESETS

    def pressed(text: str) -> None:
        if text in presets:
            session.assign(page.slug, **presets[text])
        else:
            session.reset(page.slug)

    live_toolbar([*presets, RESET], key=f"{page.slug}/toolbar", on_press=pressed)


def draw(page: Page) -> None:
    """One whole run of a page."""
    session.arrive(page.slug, EXPERIMENTS[page.slug].spec)
    st.html(f"{STYLE}<h1>{page.title}</h1><p>{page.question}</p>")
    with st.sidebar:
        controls.draw(page.slug, page.module, _links(page))
    _toolbar(page)

    @st.fragment(key=controls.picture_key(page.slug))
    def picture() -> None:
        known = session.state(page.slug)
        if known.notes:
            st.warning(" ".join(known.notes))
        page.module.draw(known.spec)

    @st.fragment(key=controls.details_key(page.slug))
    def details() -> None:
        page.module.details(session.state(page.slug).spec)
        _share(page)

    picture()
    details()
