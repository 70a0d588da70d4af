"""What every page has: title, sidebar controls, the picture, and the ways to share it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import controls, session
from components.live.copy_link import copy_link
from components.pages import Page
from core.experiments import EXPERIMENTS
from core.spec import to_query

STYLE = """<style>
.stMainBlockContainer { padding-top: 2.2rem; padding-bottom: 2rem; max-width: 1240px; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0; margin: 0; }
.stMainBlockContainer h1 + p { margin: 0; }
.stMainBlockContainer h3 { font-size: 1.25rem; }
.stSidebar [data-testid="stSidebarUserContent"] { padding-bottom: 1rem; }
.stSidebar [data-testid="stVerticalBlock"] { gap: 0.55rem; }
.scalescope-cell { min-height: 9.2em; font-size: 0.9rem; }
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


def _sidebar(page: Page) -> None:
    spec = session.state(page.slug).spec
    why_not, ends = page.module.why_not(spec), page.module.ends(spec)
    readouts = page.module.readouts(spec)
    controls.draw(page.slug, page.module.SLIDERS, why_not, ends, readouts)
    # Closed, it holds nothing: twenty widgets that nobody sees would slow every repaint.
    more = st.expander("More", key=f"{page.slug}/more", on_change="rerun")
    if more.open:
        with more:
            controls.draw(page.slug, page.module.MORE, why_not, ends)


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


def _buttons(page: Page) -> None:
    with st.container(horizontal=True):
        for text, values in page.module.PRESETS.items():
            st.button(text, on_click=session.assign, args=(page.slug,), kwargs=values)
        st.button("Reset", on_click=session.reset, args=(page.slug,))
        copy_link()


def draw(page: Page) -> None:
    """One whole run of a page."""
    session.arrive(page.slug, EXPERIMENTS[page.slug].spec)
    st.html(f"{STYLE}<h1>{page.title}</h1><p>{page.question}</p>")
    with st.sidebar:
        _sidebar(page)
    _buttons(page)

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
