"""A component's ES modules, bundled into the one module that Streamlit can load.

Streamlit hands a component's JavaScript to the browser as one text, which becomes a ``blob:``
module. Such a module has no folder, so a relative ``import`` in it cannot be resolved. Streamlit
can serve the files of a component instead, but only those of an installed distribution; the app
must also run from a checkout. Modules on a route of our own would need an absolute address, which
differs behind a proxy, and some twenty requests before the first picture.

So the files are ordinary modules, which editors, the type checker and ``node --test`` read as they
are, and are put together here and nowhere else. Each imported module becomes a function with a
scope of its own that returns its exports; names in different files cannot clash. Of the syntax of
modules this understands what the files use: ``import { a, b as c } from "./file.js"`` at the start
of a line, and ``export`` before a function, an async function, a class or a const. All else is
refused. Whole-line comments and types are left out: Streamlit sends the script with every message.
"""

from __future__ import annotations

import re
from pathlib import Path

COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n|/\*\* @type [^\n]*? \*/ ", re.MULTILINE | re.DOTALL
)
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[\w./-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
DEFAULT = "export default function"
UNKNOWN = re.compile(
    r"^(?:import\b|export (?!default function|async function|function|class|const \w)"
    r"|.*\bimport\().*",
    re.MULTILINE,
)


class BundleError(Exception):
    """A module uses syntax that the bundler does not understand, or imports form a circle."""


def bundle(entry: Path) -> str:
    """Return ``entry`` and all that it imports as the text of one ES module."""
    modules: dict[Path, str] = {}
    body = _collect(entry.resolve(), modules, ())
    if body.count(DEFAULT) != 1:
        raise BundleError(f"{entry.name} must have one default export, a function")
    return "\n".join([*modules.values(), body])


def _collect(path: Path, modules: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """Add what ``path`` imports to ``modules``, lowest first; return its body without imports."""
    if path in importers:
        raise BundleError(f"{path.name} imports itself, by way of {importers[-1].name}")

    def resolve(statement: re.Match[str]) -> str:
        target = (path.parent / statement[2]).resolve()
        if target not in modules:
            body = _collect(target, modules, (*importers, path))
            modules[target] = _scope(body, len(modules))
        number = list(modules).index(target)
        return f"const {{{statement[1].replace(' as ', ': ')}}} = module{number};\n"

    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    body = IMPORT.sub(resolve, text)
    if unknown := UNKNOWN.search(body):
        raise BundleError(f"{path.name}: {unknown[0]!r} cannot be bundled")
    return body


def _scope(body: str, number: int) -> str:
    names = ", ".join(EXPORT.findall(body))
    return f"const module{number} = (() => {{\n{EXPORT.sub('', body)}return {{ {names} }};\n}})();"
