"""The worked example of docs/add_an_experiment.md, carried out in a copy of the project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "add_an_experiment.md"
COPIED = ("core", "components", "scripts", "tests", ".streamlit")
FILES = ("app.py", "scalescope.py", "pyproject.toml")

OPEN_PAGE = '''
from streamlit.testing.v1 import AppTest

script = """
from scalescope.components import page_frame
from scalescope.components.pages import PAGES

page_frame.render_page(next(page for page in PAGES if page.slug == "aliasing"))
"""
page = AppTest.from_string(script, default_timeout=60)
page.query_params["factor"] = "3"
page.run()
assert not page.exception, page.exception
assert len(page.get("bidi_component")) >= 3
print("opened")
'''


def new_files(text: str) -> dict[str, str]:
    """The files that the guide writes: a path in backticks, alone on its line, then its code."""
    blocks = re.findall(r"^`([\w/.]+)`\n\n```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return dict(blocks)


def changes(text: str) -> list[tuple[str, str, str]]:
    """The changes of the guide: file, old text, new text, in the order in which they stand."""
    found, target = [], ""
    pattern = r"^In `([\w/.]+)`|^```diff\n(.*?)^```"
    for match in re.finditer(pattern, text, re.MULTILINE | re.DOTALL):
        if match[1]:
            target = match[1]
            continue
        lines = match[2].splitlines()
        old = "\n".join(line[1:] for line in lines if line[0] in " -")
        new = "\n".join(line[1:] for line in lines if line[0] in " +")
        found.append((target, old, new))
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the guide carried out in it."""
    root = tmp_path_factory.mktemp("project")
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    (root / "assets").symlink_to(ROOT / "assets")
    text = GUIDE.read_text(encoding="utf-8")
    for name, code in new_files(text).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(code, encoding="utf-8")
    for name, old, new in changes(text):
        before = (root / name).read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{name} holds this {before.count(old)} times:\n{old}"
        (root / name).write_text(before.replace(old, new), encoding="utf-8")
    return root


def run(project: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=project, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_guide_has_every_part() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert len(new_files(text)) == 9
    assert len(changes(text)) == 3


@pytest.mark.slow
def test_its_code_is_formatted_and_passes_the_linter(project: Path) -> None:
    ours = [str(project / name) for name in new_files(GUIDE.read_text(encoding="utf-8"))]
    run(project, "-m", "ruff", "check", *ours)
    run(project, "-m", "ruff", "format", "--check", *ours)


@pytest.mark.slow
def test_the_page_opens(project: Path) -> None:
    assert "opened" in run(project, "-c", OPEN_PAGE)


@pytest.mark.slow
def test_the_command_line_knows_it(project: Path) -> None:
    numbers = json.loads(run(project, "-m", "core", "run", "aliasing", "--factor", "3", "--json"))
    assert numbers["apparent_px"] == pytest.approx(6)
    assert [verdict["question"] for verdict in numbers["verdicts"]] == ["average-shows-stripes"]
    assert "factor=3" in run(project, "-m", "core", "link", "aliasing", "--factor", "3")


@pytest.mark.slow
def test_the_checks_of_the_house_pass(project: Path) -> None:
    own = "tests/core/experiments/aliasing"
    run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", own, "tests/test_architecture.py")
