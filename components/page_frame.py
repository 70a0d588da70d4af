"""What every page has: title, sidebar controls, the picture, and the ways to share it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ..core.experiments import EXPERIMENTS
from ..core.specs.spec import to_query
from . import controls, session
from .faults import errors_shown
from .live.header import live_header
from .live.notes import live_notes
from .live.panel import Link
from .pages import PAGES, Page

RESET = "Reset"


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
        "from scalescope.core.experiments import EXPERIMENTS\n\n"
        f'experiment = EXPERIMENTS["{slug}"]\n'
        f"spec = experiment.spec({arguments})\n"
        "result = experiment.run(spec)\n"
        "print(experiment.summary(result))\n"
    )


def _header(page: Page) -> None:
    presets = page.module.PRESETS

    def pressed(text: str) -> None:
        if text in presets:
            session.assign(page.slug, **presets[text])
        else:
            session.reset(page.slug)

    live_header(
        page.title,
        page.question,
        [*presets, RESET],
        key=f"{page.slug}/header",
        on_press=pressed,
    )


def draw(page: Page) -> None:
    """One whole run of a page."""
    session.arrive(page.slug, EXPERIMENTS[page.slug].spec)
    with st.sidebar:
        controls.draw(page.slug, page.module, _links(page))
    _header(page)

    @st.fragment(key=controls.picture_key(page.slug))
    def picture() -> None:
        known = session.state(page.slug)
        if known.notes:
            st.warning(" ".join(known.notes))
        with errors_shown():
            page.module.draw(known.spec)

    @st.fragment(key=controls.details_key(page.slug))
    def details() -> None:
        spec = session.state(page.slug).spec
        with errors_shown():
            words = page.module.details(spec)
            live_notes(words, snippet(page.slug, spec), key=f"{page.slug}/notes")

    picture()
    details()
