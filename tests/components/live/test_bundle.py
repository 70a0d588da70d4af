"""ES modules become one module whose scopes stay apart, and nothing is guessed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scalescope.components.live.bundle import BundleError, bundle

LIVE = Path(__file__).parents[3] / "components" / "live"
COMPONENTS = ("box", "chart", "fold", "header", "notes", "panel")
NODE = shutil.which("node")
ENTRY = "export default function (value) { return value; }\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "entry.js"


@pytest.mark.skipif(NODE is None, reason="needs Node.js")
def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        {
            "entry.js": 'import { twice, SIZE } from "./low.js";\n'
            'import {\n  helper as other,\n} from "./high.js";\n'
            "const helper = () => 1;\n"
            "export default function (value) { return [twice(value), SIZE, helper(), other()]; }\n",
            "low.js": "// A comment.\nexport const SIZE = 5;\n"
            "const helper = (value) => 2 * value;\n"
            "/**\n * @param {number} value\n */\n"
            "export function twice(value) { return helper(value); }\n",
            "high.js": 'import { SIZE } from "./low.js";\n'
            "export function helper() { return SIZE + 2; }\n",
        },
    )
    bundled = tmp_path / "bundled.mjs"
    bundled.write_text(f"{bundle(entry)}\n", encoding="utf-8")
    script = f'import run from "{bundled.as_uri()}"; console.log(JSON.stringify(run(4)));'
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[8,5,1,7]"


@pytest.mark.skipif(NODE is None, reason="needs Node.js")
@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_one_valid_module(name: str, tmp_path: Path) -> None:
    text = bundle(LIVE / name / f"{name}.js")
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1
    bundled = tmp_path / "bundled.mjs"
    bundled.write_text(text, encoding="utf-8")
    subprocess.run([str(NODE), "--check", str(bundled)], check=True)


def test_a_module_that_two_others_import_stands_in_the_bundle_once(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        {
            "entry.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\n' + ENTRY,
            "a.js": 'import { c } from "./c.js";\nexport const a = c;\n',
            "b.js": 'import { c } from "./c.js";\nexport const b = c;\n',
            "c.js": "export const c = 'only once';\n",
        },
    )
    assert bundle(entry).count("only once") == 1


@pytest.mark.parametrize(
    "text",
    [
        'import everything from "./low.js";\n' + ENTRY,
        'import * as low from "./low.js";\n' + ENTRY,
        'import { low } from "library";\n' + ENTRY,
        "import './low.js';\n" + ENTRY,
        "export let count = 1;\n" + ENTRY,
        'export { low } from "./low.js";\n' + ENTRY,
        "const nothing = 1;\n",
        'import { entry } from "./entry.js";\n' + ENTRY,
    ],
)
def test_what_the_bundler_does_not_understand_is_refused(tmp_path: Path, text: str) -> None:
    entry = write(tmp_path, {"entry.js": text, "low.js": "export const low = 1;\n"})
    with pytest.raises(BundleError):
        bundle(entry)
