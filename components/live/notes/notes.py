"""The live notes: text below a picture, and the page's experiment as Python, folded away.

The text may change at every step of a slider; what a person has unfolded stays so.
"""

from __future__ import annotations

from ..component import register

# Tables look alike here and elsewhere on the page.
_mount = register("notes", isolate_styles=False)


def live_notes(html: str, python: str, *, key: str) -> None:
    """Draw ``html`` (made by components/markup.py) and, folded away, the snippet ``python``."""
    _mount(key=key, data={"html": html, "python": python})
