"""Sweeps on a Dask cluster: a real scheduler and two worker processes, on this computer."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scalescope.core.command_line.main import main
from tests.core.command_line.sweep import sweep_toy
from tests.core.command_line.sweep.sweep_toy import ROOT

pytestmark = pytest.mark.slow

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def dask(folder, *words):
    """A process of Dask that stands in another folder than the sweep's."""
    with (folder / "dask.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words], cwd=folder, env=ENVIRONMENT, stderr=log
        )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def worker(folder, address):
    # Without a nanny, which would start a killed worker anew.
    return dask(folder, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                "--host", "127.0.0.1", "--memory-limit", "0", "--local-directory",
                str(folder))  # fmt: skip


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler, and its two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    address = f"tcp://127.0.0.1:{free_port()}"
    started = [dask(folder, "scheduler", "--host", "127.0.0.1", "--port",
                    address.rpartition(":")[2], "--no-dashboard")]  # fmt: skip
    started += [worker(folder, address) for _ in range(2)]
    yield address, started[1:]
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def toy(monkeypatch, tmp_path):
    sweep_toy.stand(monkeypatch, tmp_path)
    monkeypatch.setattr(
        "scalescope.core.command_line.sweep.cluster.CONNECT_TIMEOUT_S", 30
    )  # for it to come up


def swept(out, *words):
    assert main(["sweep", *words, "--out", out]) == 0
    return Path(out).read_bytes()


def begun():
    """(process, size) of every part that a process began."""
    return [tuple(path.name.split()[:2]) for path in Path("log").iterdir()]


REAL = ("near-far", "--far-m", "4,8.5", "--filter", "gabor,upper-left-corner")


def test_the_table_is_that_of_this_computer_byte_for_byte(cluster):
    address, _ = cluster
    assert swept("far.parquet", *REAL, "--scheduler", address) == swept("near.parquet", *REAL)


def test_files_of_the_command_line_reach_workers_that_cannot_see_them(cluster):
    Path("a.bin").write_bytes(bytes(range(256)))
    Path("b.bin").write_bytes(b"\1")
    words = ("toy", "--name", "a.bin,dog,b.bin", "--size", "1,2")  # names relative to this folder
    assert swept("far.parquet", *words, "--scheduler", cluster[0]) == swept("near.parquet", *words)


def test_a_device_that_only_the_workers_have_is_theirs_to_open(cluster, monkeypatch, capsys):
    monkeypatch.setenv("SWEEP_TOY_LACKS", "cuda")
    assert main(["sweep", "toy", "--device", "cuda", "--out", "t.parquet"]) == 2
    assert "device: 'cuda' is not allowed" in capsys.readouterr().err
    swept("t.parquet", "toy", "--device", "cuda", "--scheduler", cluster[0])


def test_what_a_worker_refuses_is_one_sentence(cluster, capsys):
    words = ("toy", "--size", "666,1", "--out", "t.parquet", "--scheduler", cluster[0])
    assert main(["sweep", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("size: '666' is not allowed; give a number that can be computed. It is")
    assert len(said.splitlines()) == 1


def test_a_worker_with_another_engine_is_refused(cluster, capsys, monkeypatch):
    monkeypatch.setattr("scalescope.core.command_line.sweep.plan.engine", lambda: "newer")
    assert main(["sweep", "toy", "--out", "t.parquet", "--scheduler", cluster[0]]) == 2
    said = capsys.readouterr().err
    assert said == "a worker has another version of the engine; update it and restart it.\n"


def test_the_parts_of_a_worker_that_was_killed_run_again(cluster, monkeypatch):
    """Must be the last: it leaves one worker of the two."""
    address, workers = cluster
    victim, log = str(workers[0].pid), str(Path("log").absolute())
    words = ("toy", "--size", "1:12:1", "--wait-s", "0.3", "--log", log)
    killed = []

    def begun_by_victim():
        return sum(process == victim for process, _ in begun())

    def kill_one(*_):
        """Midway, as soon as the victim has begun another part."""
        before = begun_by_victim()
        if killed or before < 3:
            return
        end = time.monotonic() + 5
        while begun_by_victim() == before and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(workers[0].pid, signal.SIGKILL)
        killed.append(len(list(Path("far.parquet.parts").glob("*.json"))))

    monkeypatch.setattr("scalescope.core.jobs.progress_meter.ProgressMeter.update", kill_one)
    far = swept("far.parquet", *words, "--scheduler", address)
    assert workers[0].wait(10) == -signal.SIGKILL
    assert killed and 2 <= killed[0] <= 10
    sizes = [size for _, size in begun()]
    assert set(sizes) == {str(size) for size in range(1, 13)}
    assert 12 < len(sizes) <= 15  # what the victim had not handed over ran again, the rest did not
    assert {process for process, _ in begun()} == {victim, str(workers[1].pid)}
    assert far == swept("near.parquet", *words)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:{port}", "does not answer as Dask within 1 s; give the address of a run"),
        ("localhost", "'localhost' is not allowed; give an address as tcp://HOST:PORT"),
        ("tcp://127.0.0.1:99999", "give"),
    ],
)
def test_a_scheduler_that_is_not_there_is_known_within_seconds(address, said, capsys, monkeypatch):
    monkeypatch.setattr("scalescope.core.command_line.sweep.cluster.CONNECT_TIMEOUT_S", 1)
    start = time.monotonic()
    words = ["--out", "t.parquet", "--scheduler", address.format(port=free_port())]
    assert main(["sweep", "toy", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.startswith("scheduler: '") and len(error.splitlines()) == 1
    assert time.monotonic() - start < 8
    assert [path.name for path in Path().iterdir()] == ["log"]


def test_a_port_that_does_not_speak_dask_is_refused_within_seconds(capsys, monkeypatch):
    monkeypatch.setattr("scalescope.core.command_line.sweep.cluster.CONNECT_TIMEOUT_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never says a word
        start = time.monotonic()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert main(["sweep", "toy", "--out", "t.parquet", "--scheduler", address]) == 2
    error = capsys.readouterr().err
    assert "does not answer as Dask within 1 s" in error and len(error.splitlines()) == 1
    assert time.monotonic() - start < 8


def test_without_the_package_one_sentence_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["--out", "t.parquet", "--scheduler", "tcp://127.0.0.1:8786"]
    assert main(["sweep", "toy", *words]) == 2
    assert "install requirements-cluster.txt" in capsys.readouterr().err
