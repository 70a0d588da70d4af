"""Words between charts: whatever a text holds, it is shown as it was written."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from scalescope.components.widgets.text import to_html

TEXTS = st.text(min_size=1)


@given(TEXTS, TEXTS)
def test_a_paragraph_shows_its_text_and_the_first_of_a_pair_in_bold(
    first: str, second: str
) -> None:
    plain, pair = to_html(first), to_html((first, second))
    assert unescape(re.fullmatch(r"<p>([^<>]*)</p>", plain)[1]) == first  # type: ignore[index]
    bold = re.fullmatch(r"<p><b>([^<>]*)</b> ([^<>]*)</p>", pair)
    assert bold and [unescape(part) for part in bold.groups()] == [first, second]


def test_what_is_empty_takes_no_room() -> None:
    assert to_html("", "a < b", "") == "<p>a &lt; b</p>"
