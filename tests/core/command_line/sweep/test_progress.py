"""What a person sees of the progress."""

import io

from scalescope.core.jobs.progress_meter import QUIET, VERBOSE, ProgressMeter


class Screen(io.StringIO):
    def isatty(self):
        return True


def told(stream, times, **how):
    """What a meter writes when it is told of (second, done) pairs."""
    clock = iter([0.0, *(second for second, _ in times)])
    meter = ProgressMeter(stream=stream, clock=lambda: next(clock), **how)
    for _, done in times:
        meter.update(done)
    meter.close()
    return stream.getvalue()


def test_a_terminal_has_one_line_that_is_wiped_in_the_end():
    text = told(Screen(), [(0.05, 0.1), (1, 1), (2, 2.5)], total=10)
    assert text == "\r1 of 10, 10 %, 9 s left\x1b[K\r2 of 10, 25 %, 6 s left\x1b[K\r\x1b[K"


def test_elsewhere_a_line_comes_now_and_then_or_every_second_when_asked_for():
    times = [(1, 1), (2, 2), (31, 5), (32, 6)]
    assert told(io.StringIO(), times, total=10) == "5 of 10, 50 %, 30 s left\n"
    asked = told(io.StringIO(), [(0.5, 1), *times], total=10, report=VERBOSE)
    assert [line.split()[0] for line in asked.splitlines()] == ["1", "2", "5", "6"]


def test_what_was_done_before_does_not_count_for_the_time_left():
    text = told(io.StringIO(), [(10, 60), (20, 70)], total=100, done=60, report=VERBOSE)
    assert text == "60 of 100, 60 %\n70 of 100, 70 %, 60 s left\n"


def test_a_fraction_is_told_in_per_cent():
    assert told(Screen(), [(3, 0.75)]) == "\r75 %, 1 s left\x1b[K\r\x1b[K"


def test_when_quiet_is_asked_for_nothing_is_written():
    times = [(1, 1), (100, 9)]
    assert told(Screen(), times, total=10, report=QUIET) == ""
    assert told(io.StringIO(), times, total=10, report=QUIET) == ""
