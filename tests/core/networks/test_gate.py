"""The gate before forward passes: never more inside than seats, first come, first served."""

import threading
import time

import pytest
import torch

from scalescope.core.networks import gate, loaded
from scalescope.core.networks.gate import FairSemaphore
from tests.core.jobs.test_queue import until
from tests.core.networks.fake_network import fake


def test_the_line_is_served_in_the_order_in_which_it_formed():
    one, served, threads = FairSemaphore(1), [], []

    def enter(number):
        with one.slot():
            served.append(number)

    with one.slot():
        for number in range(6):
            thread = threading.Thread(target=enter, args=(number,))
            thread.start()
            threads.append(thread)
            until(lambda number=number: one.waiting == number + 1)
        assert served == []
    for thread in threads:
        thread.join(5)
    assert served == list(range(6)) and one.waiting == 0


def test_who_comes_back_at_once_waits_behind_those_in_line():
    one, served = FairSemaphore(1), []

    def other():
        with one.slot():
            served.append("other")

    thread = threading.Thread(target=other)
    with one.slot():
        thread.start()
        until(lambda: one.waiting == 1)
    with one.slot():
        served.append("again")
    thread.join(5)
    assert served == ["other", "again"]


def test_never_more_inside_than_there_are_seats():
    two, maximum, inside, lock = FairSemaphore(2), [], [0], threading.Lock()

    def enter():
        for _ in range(20):
            with two.slot():
                with lock:
                    inside[0] += 1
                    maximum.append(inside[0])
                time.sleep(0.0005)
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert max(maximum) == 2 and len(maximum) == 120


def test_an_exception_frees_the_seat():
    one = FairSemaphore(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), one.slot():
            raise ZeroDivisionError
    with one.slot():
        assert one.waiting == 0


class Breaks:
    """A network that fails in the middle of a forward pass."""

    def walk(self, images):
        yield "color", images
        raise RuntimeError("broken")


def test_every_forward_pass_goes_through_the_gate_and_a_broken_one_lets_go(monkeypatch):
    one = FairSemaphore(1)
    monkeypatch.setattr(loaded, "FORWARD_SLOTS", one)
    working = fake()
    broken = loaded.LoadedNetwork(working.network, False, "cpu", Breaks())
    images = torch.rand(2, 3, 8, 8)
    collected = []  # the traceback holds on to the frames in which the pass broke
    for ask in (broken.pooled, lambda pictures: broken.record(pictures, ["color"])):
        with pytest.raises(RuntimeError) as error:
            ask(images)
        collected.append(error)
    answered = []
    thread = threading.Thread(target=lambda: answered.append(working.logits(images)))
    with one.slot():
        thread.start()
        until(lambda: one.waiting == 1)
        assert not answered
    thread.join(5)
    assert answered and gate.FORWARD_SLOTS.waiting == 0
