"""Pages run by Streamlit's AppTest: real Python, no browser and no JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent.parent
Open = Callable[..., AppTest]


def _script(slug: str) -> None:
    from scalescope.components import page_frame
    from scalescope.components.pages import PAGES

    page_frame.render_page(next(page for page in PAGES if page.slug == slug))


@pytest.fixture
def open_page() -> Open:
    """``open_page(slug, **query)`` runs a page as a link would open it."""

    def opened(slug: str, **query: Any) -> AppTest:
        page = AppTest.from_function(_script, args=(slug,), default_timeout=30)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()

    return opened


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
