"""A queue that has an end."""

from __future__ import annotations

import pytest

from scalescope.core.jobs.queue import JobQueue, QueueFull
from tests.core.jobs.test_queue import SOON_S, Gate


def test_the_line_has_an_end_for_all_and_for_each_and_says_so() -> None:
    queue = JobQueue(1, max_waiting=3, max_waiting_per_owner=2)
    doors = [Gate(name, []) for name in ("a1", "a2", "a3", "b1")]
    running, *waiting = [queue.submit(door.name[0], door) for door in doors]
    with pytest.raises(
        QueueFull, match=r"^3 jobs are already waiting, the maximum; try again later"
    ):
        queue.submit("c", doors[0])
    queue.cancel(waiting[2])
    with pytest.raises(QueueFull, match=r"^2 of your jobs are already waiting, the maximum\.$"):
        queue.submit("a", doors[0])
    other = queue.submit("c", doors[3])
    assert queue.position(other) == 1, "the others are of a session that runs one"
    for door in doors:
        door.door.set()
    assert all(job.ended.wait(SOON_S) for job in (running, *waiting, other))
    assert queue.submit("a", lambda report: 1).ended.wait(SOON_S)
