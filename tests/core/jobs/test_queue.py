"""The queue of long work: who is next, what a stop keeps, and what becomes of those who left."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.errors import UserError
from scalescope.core.jobs.queue import CANCELED, DONE, FAILED, RUNNING, WAITING, Job, JobQueue
from tests.core.test_errors import FAULT

SOON_S = 10.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for another thread; fails when nothing comes of it."""
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.001)


class Gate:
    """Work that notes its name when it starts and ends when it is let go."""

    def __init__(self, name: str, started: list[str]) -> None:
        self.name, self.started, self.door = name, started, threading.Event()

    def __call__(self, report: Any) -> str:
        self.started.append(self.name)
        assert self.door.wait(SOON_S)
        return self.name


def order(queue: JobQueue, names: list[str]) -> list[str]:
    """Submit jobs, named by session and number, while all seats are taken; how they then start."""
    started: list[str] = []
    blocker = Gate("blocker", [])
    first = queue.submit("blocker", blocker)
    gates = [Gate(name, started) for name in names]
    jobs = [queue.submit(gate.name[0], gate) for gate in gates]
    line = [
        names[at] for at in sorted(range(len(jobs)), key=lambda at: queue.position(jobs[at]) or 0)
    ]
    blocker.door.set()
    assert first.ended.wait(SOON_S)
    for count in range(1, len(names) + 1):
        until(lambda count=count: len(started) == count)
        running = next(at for at, job in enumerate(jobs) if job.state == RUNNING)
        gates[running].door.set()
        assert jobs[running].ended.wait(SOON_S)
    assert line[0] == started[0], "the first in line starts first"
    return started


def test_sessions_take_turns_however_much_one_of_them_wants() -> None:
    assert order(JobQueue(1), ["a1", "a2", "a3", "b1", "c1", "b2"]) == [
        "a1", "b1", "c1", "a2", "b2", "a3",
    ]  # fmt: skip


def test_one_session_alone_gets_all_seats_in_its_own_order() -> None:
    started: list[str] = []
    queue, gates = JobQueue(2), [Gate(f"a{index}", started) for index in range(4)]
    jobs = [queue.submit("a", gate) for gate in gates]
    until(lambda: sorted(started) == ["a0", "a1"])
    assert [job.state for job in jobs] == [RUNNING, RUNNING, WAITING, WAITING]
    assert [queue.position(job) for job in jobs] == [None, None, 1, 2]
    gates[1].door.set()
    until(lambda: len(started) == 3)
    assert started[2] == "a2" and queue.position(jobs[3]) == 1
    for gate in gates:
        gate.door.set()
    assert all(job.ended.wait(SOON_S) for job in jobs)


def test_a_newcomer_goes_before_the_second_job_of_a_session_that_runs() -> None:
    started: list[str] = []
    queue, a1, b1 = JobQueue(1), Gate("a1", started), Gate("b1", started)
    queue.submit("a", a1)
    a2 = queue.submit("a", Gate("a2", started))
    assert queue.position(a2) == 1
    second = queue.submit("b", b1)
    assert queue.position(second) == 1 and queue.position(a2) == 2
    a1.door.set()
    until(lambda: started == ["a1", "b1"])
    assert a2.state == WAITING
    queue.cancel(a2)
    b1.door.set()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=9))
def test_between_two_jobs_of_a_session_no_other_gets_more_than_one(owners: list[str]) -> None:
    names = [f"{owner}{index}" for index, owner in enumerate(owners)]
    started = order(JobQueue(1), names)
    assert sorted(started) == sorted(names), "all start, each once"
    for owner in set(owners):
        mine = [index for index, name in enumerate(started) if name[0] == owner]
        assert [started[index] for index in mine] == [name for name in names if name[0] == owner]
        for left, right in pairwise([-1, *mine]):
            between = [name[0] for name in started[left + 1 : right]]
            assert len(between) == len(set(between)), started


def test_never_more_at_a_time_than_there_are_seats() -> None:
    now, maximum, lock = [0], [0], threading.Lock()

    def work(report: Any) -> None:
        with lock:
            now[0] += 1
            maximum[0] = max(maximum[0], now[0])
        time.sleep(0.005)
        with lock:
            now[0] -= 1

    queue = JobQueue(3)
    jobs = [queue.submit(str(index % 5), work) for index in range(30)]
    assert all(job.ended.wait(SOON_S) for job in jobs)
    assert maximum[0] == 3


def test_a_stop_keeps_what_was_found_before_it() -> None:
    queue, steps = JobQueue(1), threading.Semaphore(0)

    def work(report: Any) -> list[int]:
        results: list[int] = []
        for index in range(100):
            assert steps.acquire(timeout=SOON_S)
            results.append(index)
            report((index + 1) / 100, tuple(results))
        return results

    job = queue.submit("a", work)
    steps.release(3)
    until(lambda: job.fraction == 0.03)
    assert job.partial_result == (0, 1, 2) and job.is_live
    queue.cancel(job)
    steps.release()
    assert job.ended.wait(SOON_S)
    assert job.state == CANCELED and job.partial_result == (0, 1, 2, 3) and job.fraction == 0.04
    assert "found" not in repr(job.work), "the work is let go"


def test_a_job_that_waits_is_stopped_at_once() -> None:
    queue, gate = JobQueue(1), Gate("a", [])
    first, second = queue.submit("a", gate), queue.submit("b", lambda report: 1 / 0)
    queue.cancel(second)
    assert second.state == CANCELED and not second.is_live and queue.position(second) is None
    gate.door.set()
    assert first.ended.wait(SOON_S) and first.partial_result == "a" and first.state == DONE


def refuses(report: Any) -> None:
    raise UserError("depth: '9' is not allowed; give at most 3.")


def breaks(report: Any) -> None:
    report(0.5, "half")
    raise KeyError("no such thing")


@pytest.mark.parametrize(
    ("work", "error", "partial_result"),
    [
        (refuses, r"depth: '9' is not allowed; give at most 3\.", None),
        (breaks, FAULT.pattern, "half"),
    ],
)
def test_a_fault_is_one_sentence_and_frees_the_seat(
    work: Any, error: str, partial_result: Any, caplog: pytest.LogCaptureFixture
) -> None:
    queue = JobQueue(1)
    job = queue.submit("a", work)
    assert job.ended.wait(SOON_S)
    assert (job.state, job.partial_result) == (FAILED, partial_result)
    assert re.fullmatch(error, job.error)
    assert ("no such thing" in caplog.text) == (error == FAULT.pattern)
    after = queue.submit("a", lambda report: 7)
    assert after.ended.wait(SOON_S) and after.partial_result == 7


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_job_ends_when_its_session_has_been_away_for_long() -> None:
    clock, there, step = Clock(), [True], threading.Semaphore(0)
    queue = JobQueue(1, patience_s=10, clock=clock)

    def work(report: Any) -> None:
        while True:
            assert step.acquire(timeout=SOON_S)
            report(0.1, "some")

    job = queue.submit("a", work, lambda: there[0])

    def report_at(now: float) -> None:
        clock.now = now
        step.release()
        until(lambda: job.reported_s == now)

    report_at(100)
    there[0] = False
    report_at(109)
    assert job.is_live
    there[0] = True
    report_at(115)
    there[0] = False
    clock.now = 126
    step.release()
    assert job.ended.wait(SOON_S) and job.state == CANCELED and job.partial_result == "some"


def test_a_job_whose_session_left_while_it_waited_never_starts() -> None:
    clock, gate, done = Clock(), Gate("a", []), []
    queue = JobQueue(1, patience_s=10, clock=clock)
    queue.submit("a", gate)
    left = queue.submit("b", done.append, lambda: False)
    asked = queue.submit("c", lambda report: "there", lambda: False)
    clock.now = 11
    assert queue.position(asked) == 2  # whoever asks is there
    gate.door.set()
    assert left.ended.wait(SOON_S) and asked.ended.wait(SOON_S)
    assert left.state == CANCELED and not done
    assert asked.state == DONE


def test_the_time_left_is_told_from_the_speed_so_far() -> None:
    clock, step = Clock(), threading.Semaphore(0)
    queue = JobQueue(1, clock=clock)

    def work(report: Any) -> None:
        for part in (0.25, 1.0):
            assert step.acquire(timeout=SOON_S)
            report(part)

    clock.now = 50
    job: Job = queue.submit("a", work)
    assert queue.seconds_left(job) is None
    clock.now = 60
    step.release()
    until(lambda: job.fraction == 0.25)
    assert queue.seconds_left(job) == 30  # a quarter took 10 s
    clock.now = 72
    assert queue.seconds_left(job) == 18
    clock.now = 200
    assert queue.seconds_left(job) == 0
    step.release()
    assert job.ended.wait(SOON_S)
    assert queue.seconds_left(job) is None


def test_closing_ends_what_runs_and_what_waits() -> None:
    queue = JobQueue(1)

    def work(report: Any) -> None:
        while True:
            report(0.5, "half")
            time.sleep(0.001)

    running, waiting = queue.submit("a", work), queue.submit("b", work)
    until(lambda: running.partial_result == "half")
    queue.close(SOON_S)
    assert (running.state, waiting.state) == (CANCELED, CANCELED)
    assert running.partial_result == "half"
