"""All seeds of a spec, one after the other: with a stand-in for the process that trains one."""

from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.training import subprocess_run, time_estimate
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.experiments.training.subprocess_run import SeedsProgress, train_seeds
from scalescope.core.jobs.queue import Canceled
from scalescope.core.training.pace import Pace
from scalescope.core.training.process import TrainingProgress
from scalescope.core.training.trained import Checkpoint, TrainedNetwork, TrainingLogEntry

SPEC = Spec(seeds=(4, 5, 6), steps=10)


def trained(plan):
    line = np.zeros(len(plan.test_px))
    return TrainedNetwork(plan, np.array(plan.test_px), line, (), 1, 1, 1.0, line, line, None, {})


@pytest.fixture
def begun(monkeypatch):
    """What was asked of the process: (seed, saved). The half-way report of seed 5 may stop it."""
    asked = []

    def train(plan, report, checkpoint=None):
        asked.append((plan.seed, checkpoint))
        sofar = TrainingProgress(
            plan, (TrainingLogEntry(5, 10, 0.5, None, 6.0),), checkpoint, fraction=0.6, left_s=4.0
        )
        try:
            report(sofar.fraction, sofar)
        except Canceled:
            try:
                report(
                    sofar.fraction, replace(sofar, checkpoint=Checkpoint({}, {"seed": plan.seed}))
                )
            except Canceled:
                raise
        return trained(plan)

    monkeypatch.setattr(subprocess_run, "train_in_subprocess", train)
    return asked


def test_every_seed_is_trained_in_order(begun):
    reported = []
    result = train_seeds(
        SeedsProgress(SPEC), lambda fraction, progress: reported.append((fraction, progress.left_s))
    )
    assert [seed for seed, _ in begun] == [4, 5, 6]
    assert result.result.spec == SPEC and [run.plan.seed for run in result.result.runs] == [4, 5, 6]
    assert [fraction for fraction, _ in reported] == pytest.approx([0.2, 1.6 / 3, 2.6 / 3])
    assert [left for _, left in reported] == [24.0, 14.0, 4.0]
    assert result.fraction == 1 and result.left_s is None


def test_what_was_stopped_goes_on_with_what_was_kept(begun):
    recorded = []

    def report(fraction, progress):
        recorded.append(progress)
        if progress.current.plan.seed == 5:
            raise Canceled

    with pytest.raises(Canceled):
        train_seeds(SeedsProgress(SPEC), report)
    last = recorded[-1]
    assert (
        len(last.done) == 1
        and last.result is None
        and last.current.checkpoint.metadata == {"seed": 5}
    )
    del begun[:]
    result = train_seeds(last, lambda *_: None)
    assert [(seed, checkpoint and checkpoint.metadata) for seed, checkpoint in begun] == [
        (5, {"seed": 5}),
        (6, None),
    ]
    assert [run.plan.seed for run in result.result.runs] == [4, 5, 6]


def test_the_fraction_is_known_before_the_pace_is():
    plan = SPEC.plans()[0]
    one = SeedsProgress(
        SPEC, current=TrainingProgress(plan, (TrainingLogEntry(5, 10, 0.5, None, 6.0),))
    )
    assert one.fraction == pytest.approx(0.5 / 3) and one.left_s is None
    assert SeedsProgress(SPEC).fraction == 0 and SeedsProgress(SPEC).left_s is None


def test_the_time_of_the_default_is_that_of_its_pace():
    pace = Pace(0.1, 0.001)
    plan = Spec().plans()[0]
    result = time_estimate.estimate(Spec(), pace)
    assert result.seed_s == pytest.approx(pace.seconds(plan))
    assert result.whole_s == pytest.approx(3 * pace.seconds(plan))


def test_larger_plans_are_reckoned_from_smaller_ones():
    pace, twice = Pace(0.1, 0.0), Spec(batch_size=Spec().batch_size * 2)
    assert time_estimate.estimate(twice, pace).seed_s == pytest.approx(
        2 * time_estimate.estimate(Spec(), pace).seed_s
    )
    wide = time_estimate.estimate(Spec(width=Spec().width * 4, canvas_px=128), pace).seed_s
    assert wide == pytest.approx(4 * 8 * time_estimate.estimate(Spec(), pace).seed_s)


def test_what_is_timed_is_never_larger_than_the_default():
    kinds = {
        time_estimate.timing_plan(one)
        for one in (
            Spec(),
            Spec(batch_size=512, width=64, canvas_px=128, train_px="100", steps=9, seeds=(7,)),
        )
    }
    assert (
        len(
            {
                (timing_plan.batch_size, timing_plan.width, timing_plan.canvas_px)
                for timing_plan in kinds
            }
        )
        == 1
    )
    assert max(timing_plan.high_px for timing_plan in kinds) == 64
    assert time_estimate.timing_plan(Spec(steps=9, seeds=(8,))) == time_estimate.timing_plan(Spec())
