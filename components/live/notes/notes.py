"""The live notes: text below a picture; folded away, how it is known, and the page as Python.

The text may change at every step of a slider; what a person has unfolded stays so.
"""

from __future__ import annotations

from ..component import register

# Tables look alike here and elsewhere on the page.
_mount = register("notes", isolate_styles=False)


def live_notes(html: str, known: str, python: str, *, key: str) -> None:
    """Draw ``html`` and, folded away, how it is ``known`` and the snippet ``python``.

    The first two are made by components/markup.py; without ``known`` its fold is hidden.
    """
    _mount(key=key, data={"html": html, "known": known, "python": python})
