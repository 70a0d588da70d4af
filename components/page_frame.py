"""What every page has: title, sidebar controls, the picture, and the ways to share it."""

from __future__ import annotations

from shlex import quote
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ..core.command_line.parser import flag
from ..core.specs.spec import to_query
from . import controls, session
from .faults import errors_shown
from .live.header import live_header
from .live.notes import live_notes
from .live.panel import Link
from .markup import escape_html
from .pages import PAGES, PageEntry
from .pages.page import Page
from .widgets.how_we_know import how_we_know

RESET = "Reset"


def _links(open_page: PageEntry) -> list[Link]:
    """Links to every page, as this session left it.

    They are relative, since a proxy may put a prefix before the address that the server knows.
    """
    return [Link(page.slug, page.title, _address(page), here=page is open_page) for page in PAGES]


def _address(page: PageEntry) -> str:
    path = "./" if page is PAGES[0] else f"./{page.slug}"
    query = urlencode(session.query_of(page.slug), safe=",:;")
    return f"{path}?{query}" if query else path


def snippet(slug: str, spec: Any) -> str:
    """Return the Python code that computes what the page shows."""
    changed = {name: getattr(spec, name) for name in to_query(spec)}
    lines = "".join(f"    {name}={value!r},\n" for name, value in changed.items())
    arguments = f"\n{lines}" if lines else ""
    return (
        "from scalescope.core.experiments import EXPERIMENTS\n\n"
        f'experiment = EXPERIMENTS["{slug}"]\n'
        f"spec = experiment.spec({arguments})\n"
        "result = experiment.run(spec)\n"
        "print(experiment.summary(result))\n"
    )


def command(slug: str, spec: Any) -> str:
    """Return the command that computes what the page shows."""
    words = [f"{flag(name)} {quote(text)}" for name, text in to_query(spec).items()]
    return " ".join(["python -m core run", slug, *words, "--json"])


def _header(entry: PageEntry, page: Page[Any]) -> None:
    presets = page.presets

    def pressed(text: str) -> None:
        if text in presets:
            session.update_and_publish(page.slug, **presets[text])
        else:
            session.reset(page.slug)

    live_header(
        entry.title,
        entry.question,
        [*presets, RESET],
        key=f"{page.slug}/header",
        on_press=pressed,
    )


def render_page(entry: PageEntry) -> None:
    """Run a page from top to bottom."""
    page = entry.load()
    session.sync_from_url(page.experiment)
    with st.sidebar:
        controls.draw(page, _links(entry))
    _header(entry, page)

    @st.fragment(key=controls.picture_key(page.slug))
    def picture() -> None:
        state = session.state(page.slug)
        if state.notes:
            st.warning(" ".join(state.notes))
        with errors_shown():
            page.draw(state.spec)

    @st.fragment(key=controls.details_key(page.slug))
    def details() -> None:
        spec = session.state(page.slug).spec
        with errors_shown():
            html = escape_html(page.details(spec))
            known = how_we_know(page.findings(spec), command(page.slug, spec))
            live_notes(html, known, snippet(page.slug, spec), key=f"{page.slug}/notes")

    picture()
    details()
