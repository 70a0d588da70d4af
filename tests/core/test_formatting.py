"""Numbers in words."""

import pytest

from scalescope.core.formatting import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"), (1.6, "2 s"), (14, "15 s"), (61, "60 s"), (89, "90 s"), (90, "2 minutes"),
        (182, "3 minutes"), (200, "3 minutes"), (5390, "90 minutes"), (7500, "2.1 hours"),
        (9000, "2.5 hours"), (0.4, "1 s"), (59.6, "60 s"),
    ],
)  # fmt: skip
def test_a_duration_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text
