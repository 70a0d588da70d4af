"""A resumable measurement: stopped, resumed where it was, begun anew after an error, forgotten."""

import threading
from dataclasses import dataclass

import pytest

from scalescope.core.jobs.measurement import (
    Measurement,
    MeasurementSequence,
    done_by_count,
    done_by_last_step,
)
from scalescope.core.jobs.queue import Canceled
from tests.core.jobs.test_queue import until


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

    return Measurement(begin, lambda steps: [one.number for one in steps], 10.0, done_by_last_step)


def stopping(at):
    def report(done, partial=None):
        if done >= at:
            raise Canceled

    return report


def test_it_goes_on_where_it_was_stopped():
    begun = []
    work = counting(begun=begun)
    assert work.result is None and work.done == 0 and work.seconds_left == 10
    with pytest.raises(Canceled):
        work.run(stopping(0.4))
    assert work.result == [1, 2] and work.seconds_left == pytest.approx(6)
    recorded = []
    assert work.run(lambda done, partial=None: recorded.append((done, partial.result[-1]))) is work
    assert recorded == [(0.4, 2), (0.6, 3), (0.8, 4), (1.0, 5)] and begun == [1]
    assert work.is_complete and work.done == 1 and work.result == [1, 2, 3, 4, 5]


def test_a_fault_is_told_and_the_next_begins_anew():
    begun = []
    work = counting(fault_at=3, begun=begun)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"No more tiles\."):
            work.run(lambda done, partial=None: None)
        assert work.result is None and not work.is_complete
    assert begun == [1, 1]


def test_what_is_forgotten_is_gone():
    work = counting()
    with pytest.raises(Canceled):
        work.run(stopping(0.4))
    work.clear()
    assert work.result is None and work.done == 0


class Counted:
    """Steps 0, 1, 2 ... and how often each was computed; ``fail`` raises once at that step."""

    def __init__(self, count=5, fail=None):
        self.count, self.fail, self.computed = count, fail, []

    def begin(self):
        for index in range(self.count):
            if index == self.fail:
                self.fail = None
                raise ValueError("not this time")
            self.computed.append(index)
            yield index

    def measurement(self, seconds=1.0):
        return Measurement(self.begin, list, seconds, done_by_count(self.count))


def heard(work, stop_after=None):
    """What work reports, and what it returns; None where it was stopped."""
    reports = []

    def report(fraction, partial=None):
        reports.append((fraction, partial.result))
        if stop_after is not None and len(reports) >= stop_after:
            raise Canceled

    try:
        return reports, work(report).result
    except Canceled:
        return reports, None


def test_steps_are_computed_once_and_reported_one_by_one():
    steps = Counted(3)
    one = steps.measurement()
    assert one.result is None and not one.is_complete and one.done == 0
    reports, result = heard(MeasurementSequence(one).run)
    assert result == ([0, 1, 2],) and one.is_complete and one.result == [0, 1, 2]
    assert [partial for _, partial in reports] == [([0],), ([0, 1],), ([0, 1, 2],)]
    assert [fraction for fraction, _ in reports] == pytest.approx([1 / 3, 2 / 3, 1])
    assert heard(MeasurementSequence(one).run) == ([], ([0, 1, 2],)) and steps.computed == [0, 1, 2]


def test_what_was_done_before_a_stop_is_kept_and_not_done_again():
    steps = Counted(4)
    one = steps.measurement()
    assert heard(MeasurementSequence(one).run, stop_after=2)[1] is None
    assert one.result == [0, 1] and one.done == 0.5
    assert MeasurementSequence(one).seconds_left == pytest.approx(0.5)
    reports, result = heard(MeasurementSequence(one).run)
    assert result == ([0, 1, 2, 3],) and steps.computed == [0, 1, 2, 3]
    assert [partial for _, partial in reports][:2] == [([0, 1],), ([0, 1, 2],)]


def test_two_who_ask_at_once_share_the_steps():
    steps = Counted(40)
    one, results = steps.measurement(), []
    threads = [
        threading.Thread(target=lambda: results.append(heard(MeasurementSequence(one).run)[1]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [(list(range(40)),)] * 4 and steps.computed == list(range(40))


def test_what_is_found_is_told_without_waiting_for_the_step_that_is_computed():
    going, at_two = threading.Event(), threading.Event()

    def begin():
        yield 1
        at_two.set()
        going.wait(10)
        yield 2

    one = Measurement(begin, list, 1.0, done_by_count(2))
    thread = threading.Thread(target=lambda: heard(MeasurementSequence(one).run))
    thread.start()
    assert at_two.wait(10)
    assert one.result == [1] and one.done == 0.5
    going.set()
    thread.join(10)
    until(lambda: one.is_complete)


def test_a_fault_goes_to_who_asked_and_the_next_begins_anew():
    steps = Counted(3, fail=1)
    one = steps.measurement()
    with pytest.raises(ValueError, match="not this time"):
        heard(MeasurementSequence(one).run)
    assert one.result is None
    assert heard(MeasurementSequence(one).run)[1] == ([0, 1, 2],)


def test_parts_are_taken_in_a_row_and_weighed_by_their_time():
    first, second = Counted(1).measurement(3.0), Counted(2).measurement(1.0)
    both = MeasurementSequence(first, second)
    reports, result = heard(both.run)
    assert result == ([0], [0, 1])
    assert reports[0] == (pytest.approx(0.75), ([0], None))
    assert [fraction for fraction, _ in reports] == pytest.approx([0.75, 0.875, 1])
    assert both.is_complete and both.seconds_left == 0


def test_the_final_result_is_there_once_all_steps_are():
    measurement = counting()
    with pytest.raises(Canceled):
        measurement.run(stopping(0.4))
    assert measurement.result == [1, 2] and measurement.final_result is None
    measurement.run(lambda done, partial=None: None)
    assert measurement.final_result == measurement.result == [1, 2, 3, 4, 5]


def test_a_step_that_is_computed_while_all_is_forgotten_is_dropped():
    measurement = counting()
    begin = measurement._begin

    def forgetful():
        for step in begin():
            measurement.clear()
            yield step

    measurement._begin = forgetful
    measurement.run(lambda done, partial=None: None)
    assert measurement.result is None and measurement._steps == ()


def test_steps_are_gathered_once_for_each_number_of_them():
    gathered = []

    def gather(steps):
        gathered.append(len(steps))
        return list(steps)

    measurement = Measurement(lambda: iter("abc"), gather, 1.0, done_by_count(3))
    measurement.advance(1)
    assert measurement.advance(1) == 2 and measurement.result is measurement.result
    measurement.run(lambda done, partial=None: None)
    assert measurement.result == ["a", "b", "c"] and gathered == [2, 3]
