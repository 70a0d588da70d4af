"""Measurements that are shared, and the work that takes them."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.network import responses, sweep
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study import measurements as study
from scalescope.core.experiments.network.study.measurements import Measurement, Together
from scalescope.core.jobs.queue import Stopped
from tests.core.jobs.test_queue import until
from tests.core.networks.fake_network import fake, flat


class Counted:
    """Steps 0, 1, 2 ... and how often each was computed; ``fail`` raises once at that step."""

    def __init__(self, count=5, fail=None):
        self.count, self.fail, self.computed = count, fail, []

    def begin(self):
        for at in range(self.count):
            if at == self.fail:
                self.fail = None
                raise ValueError("not this time")
            self.computed.append(at)
            yield at

    def measurement(self, seconds=1.0):
        return Measurement(self.begin, self.count, list, seconds)


def heard(work, stop_after=None):
    """What work reports, and what it returns; None where it was stopped."""
    reports = []

    def report(fraction, partial=None):
        reports.append((fraction, partial))
        if stop_after is not None and len(reports) >= stop_after:
            raise Stopped

    try:
        return reports, work(report)
    except Stopped:
        return reports, None


def test_steps_are_computed_once_and_reported_one_by_one():
    steps = Counted(3)
    one = steps.measurement()
    assert one.found is None and not one.is_complete and one.done == 0
    reports, found = heard(Together(one).work)
    assert found == ([0, 1, 2],) and one.is_complete and one.found == [0, 1, 2]
    assert [partial for _, partial in reports] == [([0],), ([0, 1],), ([0, 1, 2],), ([0, 1, 2],)]
    assert [fraction for fraction, _ in reports] == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert heard(Together(one).work) == ([], ([0, 1, 2],)) and steps.computed == [0, 1, 2]


def test_what_was_done_before_a_stop_is_kept_and_not_done_again():
    steps = Counted(4)
    one = steps.measurement()
    assert heard(Together(one).work, stop_after=2)[1] is None
    assert one.found == [0, 1] and one.done == 2
    assert Together(one).seconds_left == pytest.approx(0.5)
    reports, found = heard(Together(one).work)
    assert found == ([0, 1, 2, 3],) and steps.computed == [0, 1, 2, 3]
    assert [partial for _, partial in reports][:2] == [([0, 1],), ([0, 1, 2],)]


def test_two_who_ask_at_once_share_the_steps():
    steps = Counted(40)
    one, found = steps.measurement(), []
    threads = [
        threading.Thread(target=lambda: found.append(heard(Together(one).work)[1]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [(list(range(40)),)] * 4 and steps.computed == list(range(40))


def test_what_is_found_is_told_without_waiting_for_the_step_that_is_computed():
    going, at_two = threading.Event(), threading.Event()

    def begin():
        yield 1
        at_two.set()
        going.wait(10)
        yield 2

    one = Measurement(begin, 2, list, 1.0)
    thread = threading.Thread(target=lambda: heard(Together(one).work))
    thread.start()
    assert at_two.wait(10)
    assert one.found == [1] and one.done == 1
    going.set()
    thread.join(10)
    until(lambda: one.is_complete)


def test_a_fault_goes_to_who_asked_and_the_next_begins_anew():
    steps = Counted(3, fail=1)
    one = steps.measurement()
    with pytest.raises(ValueError, match="not this time"):
        heard(Together(one).work)
    assert one.found is None
    assert heard(Together(one).work)[1] == ([0, 1, 2],)


def test_parts_are_taken_in_a_row_and_weighed_by_their_time():
    first, second = Counted(1).measurement(3.0), Counted(2).measurement(1.0)
    both = Together(first, second)
    reports, found = heard(both.work)
    assert found == ([0], [0, 1])
    assert reports[0] == (pytest.approx(0.75), ([0], None))
    assert [fraction for fraction, _ in reports] == pytest.approx([0.75, 0.75, 0.875, 1, 1])
    assert both.is_complete and both.seconds_left == 0


@pytest.fixture
def network(monkeypatch):
    """The fake network in place of the table's."""
    one = fake()
    monkeypatch.setattr(sweep, "watch", lambda *given: sweep.Watch(one, given[3]))
    return one


def taken(measurement):
    return heard(Together(measurement).work)[1][0]


SPEC = Spec(sizes_px=(16.0, 32.0, 64.0), shifts=2, classes="281")


def test_a_sweep_of_the_object_alone_has_the_same_probabilities_and_no_layers(network):
    picture = flat((0.9, 0.8, 0.7))
    alone, whole = (taken(study.sweep(SPEC, picture, only)) for only in (True, False))
    np.testing.assert_array_equal(alone.probability, whole.probability)
    assert not alone.layers and list(whole.layers) == ["colour", "edges"]
    assert alone.complete and len(alone.sizes_px) == 3


def test_detail_is_taken_away_at_one_size(network):
    picture = flat((0.9, 0.8, 0.7))
    found = taken(study.details(SPEC, picture))
    assert [one.setting.spec.detail_px for one in found] == [16, 32, 64]
    assert all(one.setting.sizes_px == (study.DETAIL_SHOWN_PX,) for one in found)
    # A flat picture has no detail to lose: the answer is the same at every amount.
    odds = np.stack([one.probability for one in found])
    np.testing.assert_allclose(odds, odds[:1].repeat(3, 0), rtol=1e-4)


def test_what_only_chooses_what_is_shown_does_not_matter():
    shown = replace(SPEC, near_px=99.0, far_px=20.0, row_shift_px=3)
    assert study.both(shown) == study.both(SPEC)
    assert [one.control for one in study.both(SPEC)] == ["trained", "shuffled"]
    assert [one.background for one in study.grounds(SPEC)][:2] == ["gray", "mean"]


def test_a_network_without_large_depthwise_kernels_has_none_to_compare(monkeypatch):
    monkeypatch.setattr(study, "load", lambda network: fake())
    assert taken(study.kernels("mobilenet-v2")) == {}


def test_the_time_is_told_before(network):
    standard = Spec()
    alone, whole = study.sweep(standard, None, True), study.sweep(standard)
    assert 3 < whole.seconds / alone.seconds < 7
    assert study.sweep(replace(standard, network="vgg16-hed")).seconds > 100


@pytest.mark.parametrize("threads", [1, 3])
def test_sizes_in_threads_come_in_order_and_a_stop_computes_no_more(threads, monkeypatch):
    monkeypatch.setattr(responses.torch, "get_num_threads", lambda: threads)
    seen = []

    def look(group):
        time.sleep(0.01 if group[0] % 2 else 0)
        seen.append(group)
        return group[0]

    groups = [(float(at),) for at in range(40)]
    assert list(responses.in_threads(look, groups, "cpu")) == [one[0] for one in groups]
    seen.clear()
    some = responses.in_threads(look, groups, "cpu")
    assert [next(some), next(some)] == [0.0, 1.0]
    some.close()
    time.sleep(0.1)
    assert len(seen) <= 2 + 2 * threads


def test_a_sweep_in_threads_is_the_same_to_the_last_bit(network, monkeypatch):
    picture, found = flat((0.9, 0.8, 0.7)), []
    for threads in (1, 2):
        monkeypatch.setattr(responses.torch, "get_num_threads", lambda count=threads: count)
        found.append(taken(study.sweep(SPEC, picture)))
    one, two = found
    np.testing.assert_array_equal(one.probability, two.probability)
    for name, layer in one.layers.items():
        np.testing.assert_array_equal(layer.corrected, two.layers[name].corrected)
