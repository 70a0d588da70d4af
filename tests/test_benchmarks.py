"""Benchmarks run by hand only: here each is loaded, so that a rename does not break one unseen.

``make types-check`` checks what they call, also in the apps that need Gradio, which is not
installed here.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FOLDER = Path(__file__).parent / "benchmarks"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py"))
APPS = ("apps.floor", "apps.maps", "apps.subplots")


@pytest.mark.parametrize("name", [*MODULES, *APPS])
def test_every_benchmark_can_be_loaded(name: str) -> None:
    importlib.import_module(f"tests.benchmarks.{name}")


def test_the_app_in_streamlit_alone_shows_its_chart() -> None:
    app = AppTest.from_file(str(FOLDER / "apps" / "stock.py")).run(timeout=60)
    assert not app.exception
    assert app.get("plotly_chart")
