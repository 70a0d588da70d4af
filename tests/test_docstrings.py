"""Docstrings of the engine: every public function with an array in its signature names a shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
ARRAYS = {"NDArray", "Tensor", "ndarray"}
# '(rows, columns)', '(n,)', '(3, rows, columns)', '(sizes * shifts, channels)'
SHAPE = re.compile(r"\(\s*[\w*+/ .-]+\s*,[^()]*\)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def aliases(path: Path) -> set[str]:
    """The names that a module gives to kinds of arrays, as in ``Plane = NDArray[np.float32]``."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and mentions(node.value, ARRAYS):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def array_names(path: Path) -> set[str]:
    """NDArray and Tensor, and their aliases that a module defines or imports."""
    names = ARRAYS | aliases(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            source = path.parents[node.level - 1].joinpath(*node.module.split("."))
            file = source.with_suffix(".py")
            known = aliases(file) if file.is_file() else set()
            names |= {alias.asname or alias.name for alias in node.names if alias.name in known}
    return names


def mentions(node: ast.AST, names: set[str]) -> bool:
    """Whether an annotation or an alias holds one of the names as a type of its own."""
    if isinstance(node, ast.Call):
        return False
    own = isinstance(node, ast.Name) and node.id in names
    dotted = isinstance(node, ast.Attribute) and node.attr in ARRAYS
    return own or dotted or any(mentions(child, names) for child in ast.iter_child_nodes(node))


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function, str]]:
    """Every public function and method, with the docstrings that may name its shapes."""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            about = ast.get_docstring(node) or ""
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    text = f"{about}\n{ast.get_docstring(method) or ''}"
                    yield f"{node.name}.{method.name}", method, text


def has_array(function: Function, names: set[str]) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    annotations = [argument.annotation for argument in arguments] + [function.returns]
    return any(mentions(node, names) for node in annotations if node is not None)


def silent_functions(source: str, names: set[str]) -> list[str]:
    """The public functions of a module that take or return arrays and name no shape."""
    functions = public_functions(ast.parse(source))
    return [
        name for name, node, text in functions if has_array(node, names) and not SHAPE.search(text)
    ]


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_with_arrays_name_a_shape(path: Path) -> None:
    assert not silent_functions(path.read_text(encoding="utf-8"), array_names(path))


def test_a_silent_function_is_found() -> None:
    source = 'def blur(picture: Plane) -> Plane:\n    """Blur {}."""\n'
    assert silent_functions(source.format("a picture"), {"Plane"}) == ["blur"]
    assert not silent_functions(source.format("a picture, (rows, columns)"), {"Plane"})
    assert not silent_functions('def name(count: int) -> str:\n    """Say it."""\n', {"Plane"})
