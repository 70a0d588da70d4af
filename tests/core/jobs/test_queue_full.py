"""A queue that has an end."""

from __future__ import annotations

import pytest

from scalescope.core.jobs.queue import Full, Turns
from tests.core.jobs.test_queue import SOON_S, Gate


def test_the_line_has_an_end_for_all_and_for_each_and_says_so() -> None:
    turns = Turns(1, line=3, own=2)
    doors = [Gate(name, []) for name in ("a1", "a2", "a3", "b1")]
    running, *waiting = [turns.submit(door.name[0], door) for door in doors]
    with pytest.raises(Full, match=r"^3 are waiting already, the most there may; try again later"):
        turns.submit("c", doors[0])
    turns.stop(waiting[2])
    with pytest.raises(Full, match=r"^2 of yours are waiting already, the most there may\.$"):
        turns.submit("a", doors[0])
    other = turns.submit("c", doors[3])
    assert turns.place(other) == 1, "the others are of a session that runs one"
    for door in doors:
        door.door.set()
    assert all(job.ended.wait(SOON_S) for job in (running, *waiting, other))
    assert turns.submit("a", lambda report: 1).ended.wait(SOON_S)
