"""Work in steps: stopped, taken up where it was, begun anew after a fault, forgotten."""

from dataclasses import dataclass

import pytest

from scalescope.core.jobs.measurement import Work
from scalescope.core.jobs.queue import Stopped


@dataclass
class One:
    number: int
    done: float


def counting(to=5, fault_at=None, begun=None):
    def begin():
        if begun is not None:
            begun.append(1)
        for number in range(1, to + 1):
            if number == fault_at:
                raise ValueError("No more tiles.")
            yield One(number, number / to)

    return Work(begin, lambda steps: [one.number for one in steps], 10.0)


def stopping(at):
    def report(done, partial=None):
        if done >= at:
            raise Stopped

    return report


def test_it_goes_on_where_it_was_stopped():
    begun = []
    work = counting(begun=begun)
    assert work.found is None and work.done == 0 and work.seconds_left == 10
    with pytest.raises(Stopped):
        work.work(stopping(0.4))
    assert work.found == [1, 2] and work.seconds_left == pytest.approx(6)
    seen = []
    assert work.work(lambda done, partial=None: seen.append((done, partial.found[-1]))) is work
    assert seen == [(0.6, 3), (0.8, 4), (1.0, 5)] and begun == [1]
    assert work.is_complete and work.done == 1 and work.found == [1, 2, 3, 4, 5]


def test_a_fault_is_told_and_the_next_begins_anew():
    begun = []
    work = counting(fault_at=3, begun=begun)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"No more tiles\."):
            work.work(lambda done, partial=None: None)
        assert work.found is None and not work.is_complete
    assert begun == [1, 1]


def test_what_is_forgotten_is_gone():
    work = counting()
    with pytest.raises(Stopped):
        work.work(stopping(0.4))
    work.clear()
    assert work.found is None and work.done == 0
