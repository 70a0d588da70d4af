"""The architecture, checked by folder: who may import whom, no circles, nothing long.

A file falls under the first rule whose folder holds it; a file that no rule covers fails.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent

# The folders and files of core, from the lowest up: each may import those before it.
CORE = (
    "core/errors.py",
    "core/paths.py",
    "core/formatting.py",
    "core/specs",
    "core/jobs",
    "core/imaging",
    "core/filters",
    "core/scale_space",
    "core/networks",
    "core/training",
    "core/aerial",
    "core/evidence",
    "core/experiments",
    "core/command_line",
    "core/__main__.py",
)
# Libraries by folder, besides the standard library; a folder inside falls under its parent's.
LIBRARIES = {
    "core/errors.py": set(),
    "core/paths.py": set(),
    "core/formatting.py": set(),
    "core/specs": set(),
    "core/jobs": set(),
    "core/imaging": {"numpy", "torch", "PIL", "skimage", "tifffile", "imagecodecs", "pi_heif"},
    "core/filters": {"numpy", "torch"},
    "core/scale_space": {"numpy", "scipy", "skimage"},
    "core/networks": {"numpy", "torch", "safetensors", "h5py"},
    "core/training": {"numpy", "torch", "scipy", "skimage", "sklearn", "safetensors"},
    "core/aerial": {"numpy", "torch", "PIL", "scipy", "skimage", "sklearn", "tifffile"},
    "core/evidence": {"numpy"},
    "core/experiments": {"numpy", "torch", "PIL", "scipy", "skimage", "safetensors"},
    "core/command_line": {"pyarrow", "distributed"},
    "core/__main__.py": set(),
}
# Files that may import less than their folder.
NARROW = {"core/imaging/camera.py": {"core/errors.py"}}

# What a page may use; its own folder as well, another page's never.
PAGE_PARTS = (
    *(place for place in CORE if place not in ("core/command_line", "core/__main__.py")),
    "components/figures",
    "components/widgets",
    "components/live",
    "components/cached.py",
    "components/controls.py",
    "components/jobs.py",
    "components/markup.py",
    "components/session.py",
    "components/pages/page.py",
)
# Who else may import what: folder -> (parts of the project, libraries).
RULES: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "components/figures": (
        ("core", "components/figures", "components/markup.py"),
        {"numpy", "plotly"},
    ),
    "components/pages/__init__.py": (("components/pages",), set()),
    "components/pages/page.py": (("core",), set()),
    "components/pages": (PAGE_PARTS, {"streamlit"}),
    "components/markup.py": ((), set()),
    "components/live": (("components/live",), {"streamlit", "plotly", "numpy"}),
    "components/server.py": (("core", "components"), {"streamlit", "starlette"}),
    "components": (("core", "components"), {"streamlit"}),
    "scalescope.py": (("core",), set()),
    "__main__.py": (("core",), set()),
    "app.py": (("components",), {"streamlit"}),
    "scripts": (("core", "tests/browser"), {"playwright", "numpy"}),
    "tests": (("",), {"*"}),
}
MAX_LINES, MAX_FUNCTION, MAX_PARAMETERS = 280, 40, 6
# Functions that break a limit, each with its reason.
EXCEPTIONS: dict[str, str] = {}


def python_files() -> list[Path]:
    folders = ("core", "components", "scripts", "tests")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted([*inside, *ROOT.glob("*.py")])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lies_in(path: str, place: str) -> bool:
    return place == "" or path == place or path.startswith(f"{place}/")


def module_file(name: str) -> str | None:
    """The file of the project that an absolute module name means; None for a library."""
    base = name.removeprefix("scalescope.").replace(".", "/")
    for candidate in (f"{base}.py", f"{base}/__init__.py"):
        if (ROOT / candidate).is_file():
            return candidate
    return None


def named_modules(path: Path) -> set[str]:
    """The modules that a file names, also inside functions, as absolute names."""
    package = ["scalescope", *path.relative_to(ROOT).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{module}.{alias.name}"
                names.add(full if module_file(full) else module)
    return names


def imports(path: Path) -> tuple[set[str], set[str]]:
    """The project's files and the libraries that a file imports."""
    files, libraries = set(), set()
    for name in named_modules(path):
        file, top = module_file(name), name.split(".")[0]
        if file:
            files.add(file)
        elif top not in (*sys.stdlib_module_names, "_typeshed"):  # of the type checker alone
            libraries.add(top)
    return files - {relative(path)}, libraries


def core_place(path: str) -> str | None:
    return next((place for place in CORE if lies_in(path, place)), None)


def allowed(path: str) -> tuple[tuple[str, ...], set[str]] | None:
    """What a file may import; None where no rule covers it."""
    if path == "core/__init__.py":
        return (), set()
    place = core_place(path)
    if place is not None:
        below = (*CORE[: CORE.index(place)], place)
        return (*NARROW.get(path, below),), LIBRARIES[place]
    rule = next((rule for folder, rule in RULES.items() if lies_in(path, folder)), None)
    own = page_of(path)
    return ((*rule[0], f"components/pages/{own}"), rule[1]) if rule and own else rule


def faults(path: str, files: set[str], libraries: set[str]) -> set[str]:
    """What a file imports against the rules; raises KeyError where no rule covers it."""
    rule = allowed(path)
    if rule is None:
        raise KeyError(path)
    places, known = rule
    wrong = {file for file in files if not any(lies_in(file, place) for place in places)}
    return wrong | (set() if "*" in known else libraries - known)


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_imports_follow_the_rules(path: Path) -> None:
    assert not faults(relative(path), *imports(path))


def experiment_of(path: str) -> str | None:
    parts = PurePosixPath(path).parts
    return parts[2] if parts[:2] == ("core", "experiments") and len(parts) > 3 else None


def page_of(path: str) -> str | None:
    parts = PurePosixPath(path).parts
    shared = ("__init__.py", "page.py")
    return parts[2] if parts[:2] == ("components", "pages") and parts[2] not in shared else None


@pytest.mark.parametrize("of", [experiment_of, page_of])
def test_an_experiment_never_imports_another_nor_a_page_another(of) -> None:
    for path in python_files():
        own = of(relative(path))
        if own is not None:
            others = {of(file) for file in imports(path)[0]} - {None, own}
            assert not others, relative(path)


def test_a_spec_imports_no_sibling() -> None:
    for path in (ROOT / "core" / "experiments").rglob("spec.py"):
        own = experiment_of(relative(path))
        siblings = {file for file in imports(path)[0] if experiment_of(file) == own}
        assert not siblings, relative(path)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of files that import each other, by depth-first search from every file."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen, stack = set(), list(graph[start])
        while stack:
            file = stack.pop()
            if file not in seen:
                seen.add(file)
                stack += graph.get(file, set())
        reached[start] = seen
    inside = [file for file in graph if file in reached[file]]
    return [[file, *sorted(reached[file] & set(inside))] for file in inside]


def test_no_circle_of_imports() -> None:
    graph = {relative(path): imports(path)[0] for path in python_files()}
    assert not circles(graph)


def test_the_rules_can_fail() -> None:
    assert faults("core/imaging/scene.py", {"core/specs/spec.py"}, {"streamlit"}) == {"streamlit"}
    assert faults("core/specs/spec.py", {"core/filters/stack.py"}, set())
    assert faults("core/imaging/camera.py", {"core/imaging/scene.py"}, set())
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert not circles({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    with pytest.raises(KeyError):
        faults("strange/place.py", set(), set())


def functions(path: Path) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (f"{relative(path)}:{node.name}", node)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in given if one.arg not in ("self", "cls")])


def test_nothing_is_long() -> None:
    long = set()
    for path in python_files():
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES:
            long.add(f"{relative(path)}: file")
        for name, node in functions(path):
            if (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION:
                long.add(f"{name}: lines")
            if not relative(path).startswith("tests/") and parameters(node) > MAX_PARAMETERS:
                long.add(f"{name}: parameters")
    assert long == set(EXCEPTIONS)
