"""The architecture, checked: who may import whom. Every Python file must fall under a rule."""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The first rule whose pattern fits a file is the file's; '*' also stands for folders. Targets are
# module prefixes; the standard library is always allowed, and '*' allows everything.
RULES: tuple[tuple[str, set[str]], ...] = (
    ("core/limits.py", set()),
    ("core/spec.py", {"core.limits"}),
    ("core/camera.py", set()),
    ("core/words.py", set()),
    ("core/sweeping/*.py", {"core", "pyarrow", "distributed"}),
    ("core/networks/*.py", {"core", "numpy", "torch", "safetensors", "h5py"}),
    (
        "core/training/*.py",
        {"core", "numpy", "torch", "scipy", "skimage", "sklearn", "safetensors"},
    ),
    (
        "core/aerial/*.py",
        {"core", "numpy", "torch", "PIL", "scipy", "skimage", "sklearn", "tifffile"},
    ),
    ("core/*.py", {"core", "numpy", "torch", "PIL", "scipy", "skimage"}),
    ("components/figures/*.py", {"core", "components.figures", "numpy", "plotly"}),
    ("components/pages/__init__.py", set()),
    (
        "components/pages/*.py",
        {
            "core.experiments",
            "core.words",
            "core.pictures",
            "core.networks",
            "core.subjects",
            "components.figures",
            "components.arithmetic",
            "components.cached",
            "components.cells",
            "components.controls",
            "components.jobs",
            "components.network_kept",
            "components.network_layer",
            "components.network_study",
            "components.pictures",
            "components.session",
            "components.remarks",
            "components.tables",
            "components.training_files",
            "components.training_inside",
            "components.training_kept",
            "components.training_live",
            "components.transfer_kept",
            "components.transfer_own",
            "components.transfer_sections",
            "components.transfer_told",
            "components.live",
            "streamlit",
        },
    ),
    ("components/live/*.py", {"components.live", "streamlit", "plotly", "numpy"}),
    ("components/server.py", {"core", "components", "streamlit", "starlette"}),
    ("components/*.py", {"core", "components", "streamlit"}),
    ("app.py", {"components", "streamlit"}),
    ("scripts/*.py", {"core", "playwright", "tests.browser"}),
    ("tests/*.py", {"*"}),
)


def python_files() -> list[Path]:
    folders = ("core", "components", "scripts", "tests")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *ROOT.glob("*.py")])


def rule_of(path: Path) -> set[str] | None:
    relative = path.relative_to(ROOT).as_posix()
    return next((allowed for pattern, allowed in RULES if fnmatchcase(relative, pattern)), None)


def imported(path: Path) -> set[str]:
    """The modules that a file names, also inside functions; relative ones are not used here."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            parts = {f"{module}.{alias.name}" for alias in node.names}
            names |= parts if module in ("core", "components") else {module}
    return {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}


def is_allowed(name: str, allowed: set[str]) -> bool:
    if "*" in allowed:
        return True
    return any(name == prefix or name.startswith(prefix + ".") for prefix in allowed)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_rules(path: Path) -> None:
    allowed = rule_of(path)
    assert allowed is not None, "no rule covers this file"
    broken = {name for name in imported(path) if not is_allowed(name, allowed)}
    assert not broken


def test_a_page_never_imports_another_page() -> None:
    for path in (ROOT / "components" / "pages").glob("*.py"):
        assert not any(name.startswith("components.pages") for name in imported(path)), path


def test_the_rules_can_fail() -> None:
    streamlit_in_core = {"streamlit", "core.spec"}
    allowed = rule_of(ROOT / "core" / "scene.py")
    assert allowed is not None
    assert not all(is_allowed(name, allowed) for name in streamlit_in_core)
    assert rule_of(ROOT / "strange" / "place.py") is None


def test_no_file_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 280
    }
    assert not long
