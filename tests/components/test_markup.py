"""Text becomes HTML in one place, and nothing gets past it."""

from __future__ import annotations

import ast
import re
from html import unescape
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scalescope.components.markup import LINE_BREAK, Html, bold, element, escape_html, join_html

COMPONENTS = Path(__file__).parents[2] / "components"
TAG = re.compile(r"</?[a-zA-Z]\w*[ >/]")
PLOTLY_SYNTAX = re.compile(r"<br>|</?extra>")  # of hover templates
SINKS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment)\b|\.write\("
)
TEXTS = st.text()


@given(TEXTS)
def test_plain_text_is_shown_as_it_was_written(text: str) -> None:
    html = escape_html(text)
    assert "<" not in html and ">" not in html and unescape(html) == text
    assert bold(text) == f"<b>{html}</b>"


@given(TEXTS)
def test_what_is_html_is_not_escaped_again(text: str) -> None:
    html = element("i", text)
    assert escape_html(html) == html and bold(html) == f"<b>{html}</b>"
    assert join_html("a", html, separator=LINE_BREAK) == f"a<br>{html}"


def test_a_text_joined_with_plus_is_plain_again() -> None:
    assert bold(bold("a") + "<script>") == "<b>&lt;b&gt;a&lt;/b&gt;&lt;script&gt;</b>"


@given(TEXTS)
def test_an_attribute_cannot_be_left(text: str) -> None:
    html = element("span", "x", style=text, style_class="note")
    found = re.fullmatch(r'<span class="note"(?: style="([^"<>]*)")?>x</span>', html)
    assert found and unescape(found[1] or "") == text


def test_every_part_is_html() -> None:
    parts = (escape_html("a"), join_html("a"), element("p"), bold("a"), LINE_BREAK)
    assert all(isinstance(part, Html) for part in parts)


def strings(path: Path) -> list[str]:
    """The texts in a file's code, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def test_no_other_python_file_writes_tags() -> None:
    writers = {
        path.relative_to(COMPONENTS).as_posix()
        for path in COMPONENTS.rglob("*.py")
        for text in strings(path)
        if TAG.search(PLOTLY_SYNTAX.sub("", text) if "figures" in path.parts else text)
    }
    assert writers <= {"markup.py"}


def test_one_script_alone_turns_text_into_elements() -> None:
    scripts = (COMPONENTS / "live").rglob("*.js")
    writers = {path.name for path in scripts if SINKS.search(path.read_text(encoding="utf-8"))}
    assert writers == {"notes.js"}
