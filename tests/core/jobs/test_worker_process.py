"""A worker process: its replies, its errors, its limits, its end. The toy does as it is told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from scalescope.core.errors import UserError
from scalescope.core.jobs import worker_messages
from scalescope.core.jobs.queue import FAILED, JobQueue
from scalescope.core.jobs.worker_limits import WorkerLimits
from scalescope.core.jobs.worker_messages import END, VALUE, read_message, write_message
from scalescope.core.jobs.worker_process import WorkerEnded, WorkerFault, WorkerProcess
from tests.core.jobs.worker_toy import LIMITS, TOY
from tests.core.test_errors import NUMPYS, assert_reported

ROOT = Path(__file__).parents[3]
WITHIN_S = 60.0
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


def children() -> list[psutil.Process]:
    """The worker processes of this process; other tests may have left helpers of Python's own."""
    processes = psutil.Process().children()
    return [process for process in processes if TOY in process.cmdline()]


def test_one_process_replies_to_many_requests_and_is_gone_afterwards() -> None:
    with WorkerProcess(TOY, LIMITS, argument="one of ours") as worker:
        words = [b"first", b"second", b"", b"argument", b"print"]
        assert [worker.request(word) for word in words] == [
            b"first", b"second", b"", b"one of ours", b"printed",
        ]  # fmt: skip
    assert not children()


def test_a_sentence_for_a_person_passes_and_the_process_goes_on() -> None:
    with WorkerProcess(TOY, LIMITS) as worker:
        with pytest.raises(UserError, match=r"^depth: '9' is not allowed; give at most 3\.$"):
            worker.request(b"nothing to see")
        assert worker.request(b"next") == b"next"


def test_any_other_error_comes_with_its_traceback_and_the_process_goes_on() -> None:
    with WorkerProcess(TOY, LIMITS) as worker:
        with pytest.raises(WorkerFault, match=NUMPYS) as caught:
            worker.request(b"misfit")
        assert "Traceback" in str(caught.value) and "in misfit" in str(caught.value)
        assert not isinstance(caught.value, UserError)
        assert worker.request(b"next") == b"next"


def test_numpys_error_in_a_worker_process_of_a_job_is_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(report: object) -> bytes:
        with WorkerProcess(TOY, LIMITS) as worker:
            return worker.request(b"misfit")

    job = JobQueue(1).submit("a session", work)
    assert job.ended.wait(WITHIN_S) and job.state == FAILED
    assert_reported(job.error, caplog.text)


@pytest.mark.parametrize(
    ("module", "argument", "text"),
    [("scalescope.core.no_such", "", "ModuleNotFoundError"), (TOY, "misfit", NUMPYS)],
)
def test_an_error_before_the_first_request_comes_with_its_traceback(
    module: str, argument: str, text: str
) -> None:
    with (
        WorkerProcess(module, LIMITS, argument) as worker,
        pytest.raises(WorkerFault, match=text),
    ):
        worker.request(b"never read")


@pytest.mark.parametrize("end", [b"exit 0", b"exit 3", b"signal 9", b"signal 11", b"half"])
def test_a_process_that_ends_is_told_from_a_reply(end: bytes) -> None:
    with WorkerProcess(TOY, LIMITS) as worker:
        assert worker.request(b"alive") == b"alive"
        with pytest.raises(WorkerEnded):
            worker.request(end)
        with pytest.raises(WorkerEnded):
            worker.request(b"still there?")


def test_time_is_limited_for_each_reply() -> None:
    with WorkerProcess(TOY, replace(LIMITS, reply_s=WITHIN_S)) as worker:
        assert worker.request(b"started") == b"started"
        worker._limits = replace(LIMITS, reply_s=0.2)
        began = time.monotonic()
        with pytest.raises(WorkerEnded):
            worker.request(b"sleep")
        assert time.monotonic() - began < 30


def test_the_length_of_messages_is_limited_both_ways() -> None:
    with (
        WorkerProcess(TOY, replace(LIMITS, reply_bytes=4999)) as worker,
        pytest.raises(WorkerEnded),
    ):
        worker.request(b"long")
    with WorkerProcess(TOY, LIMITS) as worker:
        assert len(worker.request(b"long")) == 5000
        with pytest.raises(WorkerEnded):
            worker.request(bytes(LIMITS.request_bytes + 1))


@LINUX
def test_memory_and_files_are_limited(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with WorkerProcess(TOY, LIMITS, argument=str(file)) as worker:
        with pytest.raises((WorkerFault, WorkerEnded)):
            worker.request(b"write")
        assert not file.exists() or file.stat().st_size == 0
    with WorkerProcess(TOY, LIMITS) as worker, pytest.raises(WorkerEnded):
        worker.request(b"memory")


def test_it_has_one_thread_and_leaves_no_bytecode() -> None:
    with WorkerProcess(TOY, LIMITS) as worker:
        process, niceness, threads, no_bytecode = worker.request(b"facts").decode().split()
    assert int(process) != os.getpid()
    assert (int(niceness), threads, no_bytecode) == (os.nice(0), "1", "1")


def test_values_come_one_by_one_and_a_stop_ends_the_reply_early() -> None:
    with WorkerProcess(TOY, replace(LIMITS, stop_s=WITHIN_S)) as worker:
        values = []
        for value in worker.stream(b"count", poll_s=0.001):
            values.append(value)
            if value == b"3":
                break
        assert [value for value in values if value is not None] == [b"0", b"1", b"2", b"3"]
        assert None in values, "silence is told"
        assert list(worker.stop())[-1] == b"stopped"


def test_a_process_that_does_not_stop_is_ended() -> None:
    with WorkerProcess(TOY, replace(LIMITS, stop_s=0.2)) as worker:
        assert worker.request(b"started") == b"started"
        assert next(worker.stream(b"sleep", poll_s=0.01)) is None
        with pytest.raises(WorkerEnded):
            list(worker.stop())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "from scalescope.core.jobs.worker_process import WorkerProcess\n"
        "from tests.core.jobs.worker_toy import LIMITS, TOY\n"
        "with WorkerProcess(TOY, LIMITS) as worker:\n"
        "    print(worker.request(b'facts').decode(), flush=True)\n"
        "    worker.request(b'sleep')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        process = psutil.Process(int(starter.stdout.readline().split()[0]))
        starter.kill()
    end = time.monotonic() + WITHIN_S
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_no_process_to_be_had_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(ROOT / "no such interpreter"))
    with pytest.raises(OSError, match="no such interpreter"):
        WorkerProcess(TOY, WorkerLimits())


def test_a_message_is_read_whole_or_not_at_all() -> None:
    pipe = io.BytesIO()
    write_message(pipe, VALUE, b"four")
    write_message(pipe, END)
    data = pipe.getvalue()
    assert len(data) == 2 * 9 + 4
    whole = io.BytesIO(data)
    assert [read_message(whole, 4) for _ in range(3)] == [(VALUE, b"four"), (END, b""), None]
    for length in range(13):
        assert read_message(io.BytesIO(data[:length]), 4) is None
    assert read_message(io.BytesIO(data), 3) is None
    kinds = [getattr(worker_messages, name) for name in
             ("REQUEST", "STOP", "VALUE", "END", "REFUSAL", "FAULT")]  # fmt: skip
    assert len(set(kinds)) == 6 and all(len(kind) == 1 for kind in kinds)
