"""The training page as a person meets it: a real training, stopped, taken up, saved and loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import settle

Visit = Any
SMALL = "train_objects=40&test_objects=10&width=4&batch_size=8&test_px=16,24,34&seeds=0"

# How many points a chart's traces have in all; 0 where there is no such chart.
POINTS = """([name, title]) => {
  const all = [...document.querySelectorAll(".js-plotly-plot")];
  const chart = all.find(one => one.layout.meta && one.layout.meta.name === name);
  const wanted = chart ? chart.data.filter(one => one.name.includes(title)) : [];
  return wanted.reduce((sum, one) => sum + one.x.length, 0);
}"""


def points(page: Page, name: str, title: str) -> int:
    return int(page.evaluate(POINTS, [name, title]))


def until_points(page: Page, name: str, title: str, least: int) -> None:
    script = f"about => ({POINTS})(about) >= {least}"
    page.wait_for_function(script, arg=[name, title])


def train(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Train \(about")).click()


def test_a_training_grows_is_stopped_and_goes_on(visit: Visit) -> None:
    page = visit(f"/training?steps=5000&{SMALL}")
    train(page)
    until_points(page, "training-learning", "loss", 2)
    page.get_by_role("button", name="Stop", exact=True).click()
    again = page.get_by_role("button", name="Resume", exact=True)
    again.wait_for()
    settle(page)
    before = points(page, "training-learning", "loss")
    expect(page.get_by_text(re.compile("stopped at [0-9]+%"))).to_be_visible()
    again.click()
    until_points(page, "training-learning", "loss", before + 1)
    page.get_by_role("button", name="Stop", exact=True).click()
    again.wait_for()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Your training runs will be listed here.")).to_be_visible()


def test_a_run_is_saved_as_a_file_and_comes_back(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"/training?steps=4&{SMALL}")
    train(page)
    until_points(page, "training", "run 1: plain, 24 px", 3)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save", exact=True).first.click()
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    assert file.name == "scalescope-run-1-plain-24-px.safetensors"
    page.get_by_role("button", name="Load a run from a file").click()
    page.locator("input[type=file]").set_input_files(file)
    until_points(page, "training", "run 2: plain, 24 px (loaded)", 3)
    settle(page)
