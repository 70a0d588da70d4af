"""Servers for journeys and benchmarks: each on a free port, each stopped by its handle."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app.py"
APPS = ROOT / "tests" / "benchmarks" / "apps"
GRADIO_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PATIENCE_S = 90


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def streamlit_command(script: Path, port: int, module: str) -> list[str]:
    """``streamlit run`` as a person types it, with an address and a port."""
    run = [sys.executable, "-m", module, "run", str(script)]
    return [*run, "--server.address", "127.0.0.1", "--server.port", str(port)]


class Server:
    """One app's own process; use it as a context. Its output is kept for when it fails.

    Every app runs with the repository's root as its folder, so that all Streamlit apps get the
    same ``.streamlit/config.toml`` and differ in their scripts only. ``tells_rest``: whether the
    server can be asked if it has come to rest, see ``settle`` in chromium.py. ``base``: Streamlit's
    base path, from its first slash on.
    """

    def __init__(
        self,
        script: Path,
        *,
        gradio: bool = False,
        tells_rest: bool = False,
        base: str = "",
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.health = self.url + ("/" if gradio else f"{base}/_stcore/health")
        self.environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
        self.environment |= {"STREAMLIT_SERVER_BASE_URL_PATH": base} if base else {}
        self.environment |= {"GRADIO_SERVER_PORT": str(self.port), "GRADIO_ANALYTICS_ENABLED": "0"}
        gradio_command = [str(GRADIO_PYTHON), str(script)]
        module = "tests.browser.streamlit_server" if tells_rest else "streamlit"
        self.command = gradio_command if gradio else streamlit_command(script, self.port, module)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)

    def __enter__(self) -> Server:
        self.spawned_at = time.perf_counter()
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def _wait(self) -> None:
        """Return once the server answers."""
        while time.perf_counter() - self.spawned_at < PATIENCE_S:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.health, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.01)
        raise RuntimeError(f"{self.command[-1]} does not answer:\n{self.output()}")

    def output(self) -> str:
        """The end of what the server has printed."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-3000:]

    def resident_bytes(self) -> int:
        """Memory of the server's process that lies in RAM now (Linux)."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        """Processor time that the server has used so far, over all its threads (Linux)."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        ticks = text.rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
