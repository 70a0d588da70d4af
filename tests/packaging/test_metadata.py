"""What pyproject.toml promises agrees with the lists of requirements."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(name: str) -> set[str]:
    """The packages that a list names itself, without comments and the lists that it includes."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and line[0] not in "#-"}


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        (PROJECT["dependencies"], "requirements.txt"),
        (PROJECT["optional-dependencies"]["cluster"], "requirements-cluster.txt"),
        (PROJECT["optional-dependencies"]["heic"], "requirements-heic.txt"),
    ],
    ids=["dependencies", "cluster", "heic"],
)
def test_declared_dependencies_are_the_listed_requirements(declared: list[str], name: str) -> None:
    assert len(set(declared)) == len(declared)
    assert set(declared) == requirements(name)


def test_every_requirement_is_pinned() -> None:
    for path in ROOT.glob("requirements*.txt"):
        assert all("==" in line for line in requirements(path.name)), path


def test_the_build_backend_is_the_one_that_was_tested() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)["build-system"]["requires"]) <= requirements(
        "requirements-dev.txt"
    )
