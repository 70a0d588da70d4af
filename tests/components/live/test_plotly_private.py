"""What the chart reads of Plotly's unpublished fields; a new version of Plotly fails here first."""

from __future__ import annotations

import re
from pathlib import Path

import plotly

from scalescope.components.live.chart import PLOTLY_FILE

ROOT = Path(__file__).parents[3]
LIVE = ROOT / "components" / "live"
PRIVATE_FILE = LIVE / "chart" / "plotly_private.js"
# The version for which the fields below were read in Plotly's source and tried in a browser.
CHECKED_VERSION = "7.1.0"
FIELDS = ("_fullLayout", "_offset", "_length", "d2p")
HIDDEN_CLASS = "heatmaplayer"
PRIVATE = re.compile(r"\._[a-zA-Z]\w*|\bd2p\b|\bp2d\b|\bgd\b")


def code_of(path: Path) -> str:
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def test_the_fields_were_checked_in_the_version_that_is_pinned() -> None:
    pinned = re.search(r"^plotly==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned and pinned[1] == plotly.__version__ == CHECKED_VERSION
    assert CHECKED_VERSION in PRIVATE_FILE.read_text(encoding="utf-8")


def test_plotly_still_has_every_field() -> None:
    script = PLOTLY_FILE.read_text(encoding="utf-8")
    assert all(re.search(rf"\b{name}\b", script) for name in (*FIELDS, HIDDEN_CLASS))


def test_one_file_alone_reads_them() -> None:
    readers = {path for path in LIVE.rglob("*.js") if PRIVATE.search(code_of(path))}
    assert readers == {PRIVATE_FILE}
    read = {field.lstrip(".") for field in PRIVATE.findall(code_of(PRIVATE_FILE))}
    assert read == set(FIELDS)


def test_one_style_sheet_alone_names_a_class_of_plotly() -> None:
    named = [path.name for path in LIVE.rglob("*.css") if HIDDEN_CLASS in path.read_text()]
    assert named == ["chart.css"]
