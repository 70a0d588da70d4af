"""The live notes: words below a picture, and the page's experiment as Python, folded away.

The words may change at every step of a slider; what a person has unfolded stays so.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

HTML = """
<div class="live-notes">
  <div class="live-notes-words"></div>
  <details class="live-notes-python">
    <summary>This experiment in Python</summary>
    <button type="button">Copy</button>
    <pre tabindex="0"><code></code></pre>
  </details>
</div>
"""

_mount = st.components.v2.component(
    "scalescope_live_notes",
    html=HTML,
    css=(HERE / "notes.css").read_text(encoding="utf-8"),
    js=(HERE / "notes.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # tables look alike here and elsewhere on the page
)


def live_notes(words: str, python: str, *, key: str) -> None:
    """Draw ``words`` (HTML of our own making) and, folded away, the snippet ``python``."""
    _mount(key=key, data={"words": words, "python": python})
