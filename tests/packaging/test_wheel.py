"""The wheel and the source distribution, built, installed and used in another folder."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import scalescope
from tests.browser.servers import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DIST_INFO = f"scalescope-{scalescope.__version__}.dist-info"
# A checkout's own settings must not help what is installed.
ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}


def build(folder: Path, *options: str) -> dict[str, Path]:
    """Build into a folder without the network; the files by their suffix."""
    words = [sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", str(folder)]
    done = subprocess.run([*words, str(ROOT)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.suffix: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The source distribution, and the wheel that was built from it."""
    return build(tmp_path_factory.mktemp("dist"))


class Installed:
    """A fresh environment that holds the wheel, and sees the present one's dependencies."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, with_pip=False)
        self.bin = folder / "bin"
        self.site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder)}))
        dependencies = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
        (self.site / "dependencies.pth").write_text("\n".join(dependencies), encoding="utf-8")
        self.before = self.names()
        pip = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install"]
        subprocess.run([*pip, "--quiet", "--no-index", str(wheel)], check=True)  # all are there

    def names(self) -> set[str]:
        """What lies in the environment's folder of packages."""
        return {path.name for path in self.site.iterdir()}

    def output(self, name: str, *words: str, cwd: Path) -> str:
        """What a program of the environment prints, started in another folder."""
        done = subprocess.run(
            [self.bin / name, *words], cwd=cwd, env=ENVIRONMENT, capture_output=True, timeout=240
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture(scope="module")
def installed(
    tmp_path_factory: pytest.TempPathFactory, built: dict[str, Path]
) -> Iterator[Installed]:
    yield Installed(tmp_path_factory.mktemp("environment"), built[".whl"])


def checkout(*words: str) -> str:
    """What the checkout's own command line prints."""
    command = [sys.executable, "-m", "core", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()


def sources() -> set[str]:
    """What a wheel has to hold, as paths below the package."""
    folders = [ROOT / name for name in ("core", "components", "assets", ".streamlit")]
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    names = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    return {name for name in names if not name.startswith("assets/images/")}


def test_the_wheel_holds_one_package_with_the_shape_of_the_checkout(
    built: dict[str, Path],
) -> None:
    names = set(zipfile.ZipFile(built[".whl"]).namelist())
    package = {name.removeprefix("scalescope/") for name in names if name.startswith("scalescope/")}
    expected = {"__init__.py", "__main__.py", "app.py", "py.typed"}
    assert package == sources() | expected
    assert {name.split("/")[0] for name in names} == {"scalescope", DIST_INFO}


def test_the_source_distribution_gives_the_wheel_of_the_tree(
    built: dict[str, Path], tmp_path: Path
) -> None:
    from_tree = build(tmp_path, "--wheel")[".whl"]
    assert from_tree.read_bytes() == built[".whl"].read_bytes()


def test_the_source_distribution_holds_tests_and_no_leftovers(built: dict[str, Path]) -> None:
    with tarfile.open(built[".gz"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/packaging/test_wheel.py", "README.md", "LICENSE", "scalescope.py"} <= names
    folders = {name.split("/")[0] for name in names}
    assert not folders & {"build", ".venv", ".git", ".hypothesis", "node_modules"}


def test_an_environment_gains_one_name(installed: Installed) -> None:
    assert installed.names() - installed.before == {"scalescope", DIST_INFO}


def test_the_metadata_name_every_dependency(installed: Installed, tmp_path: Path) -> None:
    code = (
        "from importlib.metadata import requires, version\n"
        "for text in requires('scalescope'):\n"
        "    pin, _, extra = text.partition(';')\n"
        "    name, pinned = pin.strip().split('==')\n"
        "    assert extra or version(name).split('+')[0] == pinned, text\n"
        "print(version('scalescope'))"
    )
    assert installed.output("python", "-c", code, cwd=tmp_path).strip() == scalescope.__version__


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "near-far"),
        ("run", "near-far", "--json"),
        ("link", "near-far", "--far-m", "12"),
    ],
    ids=" ".join,
)
def test_the_console_command_prints_what_the_checkout_prints(
    installed: Installed, words: tuple[str, ...], tmp_path: Path
) -> None:
    expected = checkout(*words)
    assert expected and installed.output("scalescope", *words, cwd=tmp_path) == expected
    assert installed.output("python", "-m", "scalescope", *words, cwd=tmp_path) == expected


def test_a_sweep_on_two_processes_writes_the_table_of_the_checkout(
    installed: Installed, tmp_path: Path
) -> None:
    words = ["sweep", "near-far", "--far-m", "4,8.5", "--filter", "gabor,blur", "--workers", "2"]
    installed.output("scalescope", *words, "--out", "installed.parquet", cwd=tmp_path)
    checkout(*words, "--out", str(tmp_path / "checkout.parquet"))
    tables = [(tmp_path / f"{name}.parquet").read_bytes() for name in ("installed", "checkout")]
    assert tables[0] == tables[1]


def test_it_is_imported_from_the_environment_in_any_folder(
    installed: Installed, tmp_path: Path
) -> None:
    code = (
        "import scalescope, sys; print(scalescope.__file__, scalescope.__version__);"
        "assert not {'numpy', 'torch', 'streamlit', 'plotly'} & set(sys.modules);"
        "result = scalescope.run('near-far', far_m=12); assert result.spec.far_m == 12;"
        "import scalescope.components.pages"
    )
    file, version = installed.output("python", "-c", code, cwd=tmp_path).split()
    assert file == str(installed.site / "scalescope" / "__init__.py")
    assert version == scalescope.__version__


def test_a_type_checker_knows_the_public_face(installed: Installed, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import scalescope\nreveal_type(scalescope.EXPERIMENTS)\nscalescope.nowhere\n"
    )
    words = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    words += ["--python-executable", str(installed.bin / "python"), script.name]
    lines = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True).stdout.splitlines()
    assert "dict[str, scalescope.core.experiments.experiment.Experiment[" in lines[0]
    assert lines[1].startswith('script.py:3: error: Module has no attribute "nowhere"')
    assert lines[2].startswith("Found 1 error in 1 file")


def test_a_worker_process_decodes_a_picture(installed: Installed, tmp_path: Path) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (17, 25, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "png")
    (tmp_path / "picture.png").write_bytes(file.getvalue())
    code = (
        "import numpy, pathlib; from scalescope.core.imaging.decode import decode;"
        "picture = decode(pathlib.Path('picture.png').read_bytes());"
        "numpy.save('levels.npy', picture.levels)"
    )
    installed.output("python", "-c", code, cwd=tmp_path)
    expected = levels.transpose(2, 0, 1) / np.float32(255)
    np.testing.assert_allclose(np.load(tmp_path / "levels.npy"), expected, atol=1e-6)


def wait_for_health(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> bytes:
    """What the server answers as soon as it answers."""
    url = f"http://127.0.0.1:{port}/_stcore/health"
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"no answer at {url}; the process gave {process.poll()}")


def test_the_installed_app_answers_and_stops(installed: Installed, tmp_path: Path) -> None:
    port = free_port()
    words = [installed.bin / "scalescope", "app", "--port", str(port)]
    with (tmp_path / "log").open("w+b") as log:
        process = subprocess.Popen(words, cwd=tmp_path, env=ENVIRONMENT, stdout=log, stderr=log)
        try:
            assert wait_for_health(port, process) == b"ok"
            process.send_signal(signal.SIGINT)
            process.wait(30)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        text = log.read().decode()
    assert text.startswith(f"Scalescope runs at 127.0.0.1:{port}; Ctrl-C stops it.\n")
    assert "Traceback" not in text


def test_the_first_page_of_the_installed_app_runs(installed: Installed, tmp_path: Path) -> None:
    code = (
        "from streamlit.testing.v1 import AppTest;"
        f"page = AppTest.from_file({str(installed.site / 'scalescope' / 'app.py')!r});"
        "page.run(timeout=120); assert not page.exception, page.exception"
    )
    installed.output("python", "-c", code, cwd=tmp_path)
