"""A training in a process of its own: its numbers, its stop, its end."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest

from scalescope.core.errors import UserError
from scalescope.core.jobs.queue import CANCELED, DONE, FAILED, Canceled, JobQueue
from scalescope.core.training import messages, pace
from scalescope.core.training.loop import Training
from scalescope.core.training.plan import Plan
from scalescope.core.training.process import TrainingProgress, fraction_now, train_in_subprocess
from scalescope.core.training.trained import TrainingLogEntry
from tests.core.command_line.sweep.sweep_toy import ROOT

FEW = {"train_objects": 40, "test_objects": 20, "batch_size": 8, "width": 4, "canvas_px": 32}
PLAN = Plan("plain", low_px=16, high_px=16, test_px=(8.0, 16.0), steps=12, **FEW)
LONG = Plan("plain", low_px=16, high_px=16, test_px=(8.0, 16.0), steps=6000, **FEW)
OURS = "scalescope-training-*"  # PyTorch lays folders of its own beside these
WITHIN_S = 240.0  # a polite process may wait for long on a busy machine


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Nothing that a training lays into the temporary folder may stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert not list(tmp_path.glob(OURS))


@pytest.fixture(scope="module")
def here():
    """The same training in this process."""
    training = Training(PLAN)
    assert len(list(training.train())) == 12
    return training.finish()


def same(one, other):
    assert one.plan == other.plan
    for name in ("accuracy", "consistency", "change"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.weights.keys() == other.weights.keys()
    for name, array in other.weights.items():
        np.testing.assert_array_equal(one.weights[name], array)


def children():
    return [one for one in psutil.Process().children() if _is_worker(one)]


def _is_worker(process):
    try:
        return "scalescope.core.training.worker" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):  # it has ended meanwhile
        return False


def until(condition):
    end = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
def test_it_gives_what_training_here_gives(here):
    reported = []
    result = train_in_subprocess(PLAN, lambda fraction, sofar: reported.append((fraction, sofar)))
    same(result, here)
    assert [one.loss for one in result.log] == [one.loss for one in here.log]
    fractions = [fraction for fraction, _ in reported]
    assert all(0 <= one < 1 for one in fractions) and fractions[-1] > 0
    assert len(reported[-1][1].log) == 12 and reported[-1][1].left_s is not None
    assert not children()


@pytest.mark.slow
def test_a_stop_keeps_the_state_and_the_job_goes_on_to_the_same_weights(here):
    """Stopped in mid-training through the queue of the app, then taken up by another job."""
    queue = JobQueue(1)
    half = threading.Event()

    def work(report):
        def slowed(fraction, sofar):
            if len(sofar.log) >= 3:
                half.set()
                queue.cancel(job)
            report(fraction, sofar)

        return train_in_subprocess(PLAN, slowed)

    job = queue.submit("a session", work)
    assert half.wait(WITHIN_S) and job.ended.wait(WITHIN_S)
    assert job.state == CANCELED and isinstance(job.partial_result, TrainingProgress)
    assert job.partial_result.checkpoint is not None and len(job.partial_result.log) >= 3
    checkpoint = job.partial_result.checkpoint
    other = queue.submit("a session", lambda report: train_in_subprocess(PLAN, report, checkpoint))
    assert other.ended.wait(WITHIN_S) and other.state == DONE
    same(other.partial_result, here)
    assert len(other.partial_result.log) == 12


@pytest.mark.slow
def test_a_stop_comes_through_while_nothing_is_said():
    """Before the first moment there is no state, and what was given is what is left."""

    def stopped(fraction, sofar):
        raise Canceled

    began = time.monotonic()
    with pytest.raises(Canceled):
        train_in_subprocess(LONG, stopped)
    assert time.monotonic() - began < WITHIN_S and not children()


def test_what_cannot_be_trained_is_one_sentence():
    queue = JobQueue(1)
    many = Plan("plain", train_objects=5000)
    job = queue.submit("a session", lambda report: train_in_subprocess(many, report))
    assert job.ended.wait(WITHIN_S) and job.state == FAILED
    assert job.error.startswith("5000 training and ") and "\n" not in job.error


@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_in_one_sentence():
    def kill(fraction, sofar):
        if sofar.log:
            for one in children():
                one.kill()

    with pytest.raises(UserError, match="ended early, perhaps because memory ran out"):
        train_in_subprocess(LONG, kill)


def test_a_fault_shows_the_workers_traceback(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(messages, "task_message", lambda *_: b"no task")
    with pytest.raises(RuntimeError, match="JSONDecodeError"):
        train_in_subprocess(PLAN, lambda fraction, sofar: None)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither these signals nor nice")
def test_a_worker_ends_with_the_process_that_started_it(tmp_path):
    """Killed outright, so that nothing can be tidied up there."""
    code = (
        "from scalescope.core.training.plan import Plan\n"
        "from scalescope.core.training.process import train_in_subprocess\n"
        f"plan = {LONG!r}\n"
        "train_in_subprocess(plan, lambda _, sofar: print(len(sofar.log), flush=True))"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, env=environment
    ) as starter:
        until(lambda: starter.stdout.readline() not in (b"0\n", b""))
        (worker,) = psutil.Process(starter.pid).children()
        assert worker.nice() == 10 and worker.environ()["OMP_NUM_THREADS"] == "1"
        starter.send_signal(signal.SIGKILL)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert not list(tmp_path.iterdir()), "nothing is laid into the temporary folder"


def moments(step_s, look_s, counts, looks):
    """Moments of a made-up training whose steps and looks take these seconds."""
    results, step, seconds = [], 0, 0.0
    for count, is_look in zip(counts, looks, strict=True):
        step, seconds = step + count, seconds + count * step_s + is_look * look_s
        results.append(TrainingLogEntry(step, 60, 1.0, np.zeros(2) if is_look else None, seconds))
    return results


def test_the_time_left_is_that_of_the_steps_and_of_the_pictures_asked_about():
    plan = Plan(
        "plain", test_px=(8.0, 16.0), steps=60, batch_size=8, train_objects=40, test_objects=200
    )
    estimates = moments(0.1, 2.0, [5] * 4, [0, 1, 0, 1])  # a look asks about 50 objects of 2 sizes
    result = pace.observed_pace(plan, estimates)
    assert result.step_s == pytest.approx(0.1) and result.predict_s == pytest.approx(2.0 / 100)
    at_the_end = 2 * (200 + 100 * 6) / 50  # all objects once, a hundred of them at six places
    assert result.seconds(plan) == pytest.approx(60 * 0.1 + 6 * 2.0 + at_the_end)
    left = 40 * 0.1 + 4 * 2.0 + at_the_end
    assert pace.remaining_s(plan, estimates) == pytest.approx(left)


def test_the_time_said_beforehand_grows_with_the_steps_and_the_sizes():
    plan = Plan("plain", test_px=(8.0, 16.0), low_px=16, high_px=16, steps=80, **FEW)
    result = pace.measure_pace(plan)
    assert result.step_s > 0 and result.predict_s > 0
    longer, wider = replace(plan, steps=180), replace(plan, test_px=(8.0, 12.0, 16.0))
    assert result.seconds(longer) - result.seconds(plan) == pytest.approx(100 * result.step_s)
    asked = 6 * 20 + 20 + 20 * 6  # six looks at 20 objects, then all of them, at six more places
    assert result.seconds(wider) - result.seconds(plan) == pytest.approx(asked * result.predict_s)


def test_what_is_done_grows_with_the_clock_while_nothing_is_said():
    sofar = TrainingProgress(PLAN, fraction=0.6, left_s=8.0)  # of 20 s
    assert fraction_now(sofar, 0) == pytest.approx(0.6) and fraction_now(sofar, 4) == pytest.approx(
        0.8
    )
    assert fraction_now(sofar, 100) == 0.99 and fraction_now(TrainingProgress(PLAN), 100) == 0
    assert fraction_now(TrainingProgress(PLAN, fraction=1.0), 0) == 0.99, (
        "the tests at the end are still to come"
    )


def test_the_pace_is_measured_once_for_all_seeds():
    first, second = Plan("plain", seed=1), Plan("plain", seed=2, steps=50)
    assert pace.measure_pace(first) is pace.measure_pace(second)
