"""Sweeps that are stopped, by a person or by a fault, and go on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from scalescope.core.command_line.main import main
from tests.core.command_line.sweep import sweep_toy
from tests.core.command_line.sweep.sweep_toy import ROOT, refused, runs, swept


@pytest.fixture(autouse=True)
def toy(monkeypatch, tmp_path):
    sweep_toy.stand(monkeypatch, tmp_path)


SIZES = ("toy", "--size", "1:10:1", "--log", "log")


@pytest.fixture
def stopped():
    """The parts of a sweep that was stopped at 60 %."""
    done, run = iter(range(6)), sweep_toy.run

    def stopping(*words, **inputs):
        if next(done, None) is None:
            raise KeyboardInterrupt
        return run(*words, **inputs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep_toy, "run", stopping)
        assert main(["sweep", *SIZES, "--out", "t.parquet"]) == 130
    return Path("t.parquet.parts")


def whole():
    """The same table, never stopped."""
    swept(*SIZES, out="whole.parquet")
    return Path("whole.parquet").read_bytes()


def test_a_sweep_that_was_stopped_goes_on_from_there(capsys, stopped):
    assert capsys.readouterr().err == (
        "stopped: 6 of 10 parts are kept; the same command resumes from there.\n"
    )
    assert runs() == 6 and len(list(stopped.iterdir())) == 6 and not Path("t.parquet").exists()
    swept(*SIZES)
    assert runs() == 10 and not stopped.exists()
    assert "10 rows, 6 of them from before" in capsys.readouterr().out
    assert Path("t.parquet").read_bytes() == whole()


def test_a_damaged_part_is_computed_again(stopped):
    damages = (b"", b"\xff\xfe", b"abc\n{}", None)
    for path, damage in zip(sorted(stopped.iterdir()), damages, strict=False):
        data = path.read_bytes()
        path.write_bytes(data.replace(b"third", b"thirD") if damage is None else damage)
    (stopped / f"{'0' * 64}.77.partial").write_bytes(b"half")
    swept(*SIZES)
    assert runs() == 6 + 4 + 4 and not stopped.exists()
    assert Path("t.parquet").read_bytes() == whole()


def test_parts_of_another_command_are_not_used(stopped):
    swept(*SIZES, "--count", "3")
    assert runs() == 16 and not stopped.exists()


def test_another_engine_does_not_use_what_an_older_one_did(stopped, monkeypatch):
    monkeypatch.setattr("scalescope.core.command_line.sweep.plan.engine", lambda: "newer")
    monkeypatch.setattr("scalescope.core.command_line.sweep.compute.engine", lambda: "newer")
    monkeypatch.setattr("scalescope.core.command_line.sweep.table.engine", lambda: "newer")
    swept(*SIZES)
    assert runs() == 16


def test_a_file_that_changed_is_computed_again(monkeypatch):
    words = ("toy", "--name", "a.bin", "--size", "1,666", "--out", "t.parquet", "--log", "log")
    for data in (b"\1", b"\1", b"\2"):
        Path("a.bin").write_bytes(data)
        assert main(["sweep", *words]) == 2
    assert runs() == 2 + 1 + 2  # the first size is computed, kept, and computed again


def test_what_lies_in_the_folder_of_parts_and_is_not_ours_stays(stopped):
    (stopped / "notes.txt").write_text("mine")
    swept(*SIZES)
    assert [path.name for path in stopped.iterdir()] == ["notes.txt"]


CHILD = """
import sys
from scalescope.core.experiments import EXPERIMENTS
from tests.core.command_line.sweep import sweep_toy
EXPERIMENTS["toy"] = sweep_toy.TOY
from scalescope.core.__main__ import start
if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
"""


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_what_is_done(workers):
    Path("child.py").write_text(CHILD)
    parts = Path("t.parquet.parts")
    words = [*SIZES, "--wait-s", "0.2", "--workers", workers, "--out", "t.parquet"]
    child = subprocess.Popen(
        [sys.executable, "child.py", "sweep", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: parts.is_dir() and len(list(parts.glob("*.json"))) >= 3)
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does
    said = child.communicate(timeout=20)[1]
    assert child.returncode == 130, said
    assert said.startswith("stopped: ") and len(said.splitlines()) == 1
    kept = len(list(parts.glob("*.json")))
    assert 3 <= kept < 10 and f"{kept} of 10" in said
    before = runs()
    swept(*SIZES, "--wait-s", "0.2")
    assert runs() - before == 10 - kept


@pytest.mark.slow
def test_a_worker_process_that_is_killed_ends_the_sweep_with_a_sentence(monkeypatch, capsys):
    def kill_one():
        children = {int(path.name.split()[0]) for path in Path("log").iterdir()} - {os.getpid()}
        if len(list(Path("t.parquet.parts").glob("*.json"))) >= 2 and children:
            os.kill(children.pop(), signal.SIGKILL)

    monkeypatch.setattr(
        "scalescope.core.jobs.progress_meter.ProgressMeter.update", lambda *_: kill_one()
    )
    words = (*SIZES, "--wait-s", "0.2", "--workers", "2", "--out", "t.parquet")
    assert "a worker process ended" in refused(capsys, *words)
    monkeypatch.setattr("scalescope.core.jobs.progress_meter.ProgressMeter.update", lambda *_: None)
    swept(*words[:-2])
    assert pq.read_table("t.parquet")["size"].to_pylist() == list(np.arange(1.0, 11))
