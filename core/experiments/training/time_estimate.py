"""The time that a spec's training takes on this machine, estimated before it starts.

The default network is timed with a few steps (:mod:`core.training.pace`). A larger batch, network
or canvas is not timed itself, because that alone could take minutes: its time is reckoned from the
smaller one's by the count of multiplications.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...training.pace import Pace, measure_pace
from ...training.plan import Plan
from .spec import DEFAULT_PLAN, Spec

WIDTH_EXPONENT = (
    1.5  # the power of the width that the time follows: eight times from 16 to 64 filters
)


def timing_plan(spec: Spec) -> Plan:
    """Give the plan that is timed for a spec, the same for all specs with equally long steps."""
    canvas = min(spec.canvas_px, DEFAULT_PLAN.canvas_px)
    low, high = (min(side, float(canvas)) for side in spec.train_range_px)
    return Plan(
        spec.recipe,
        low_px=low,
        high_px=high,
        batch_size=min(spec.batch_size, DEFAULT_PLAN.batch_size),
        width=min(spec.width, DEFAULT_PLAN.width),
        canvas_px=canvas,
        rotation_deg=1.0 if spec.rotation_deg else 0.0,
    )


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds for one seed, and for all seeds of a spec."""

    seed_s: float
    whole_s: float


def estimate(spec: Spec, pace: Pace) -> TimeEstimate:
    """Estimate the time of a spec from the ``pace`` of its :func:`timing_plan`."""
    small, plan = timing_plan(spec), spec.plans()[0]
    larger = (plan.width / small.width) ** WIDTH_EXPONENT * (plan.canvas_px / small.canvas_px) ** 2
    step_s = pace.step_s * larger * plan.batch_size / small.batch_size
    seed_s = replace(pace, step_s=step_s, predict_s=pace.predict_s * larger).seconds(plan)
    return TimeEstimate(seed_s, seed_s * len(spec.seeds))


def measure_plan_pace(plan: Plan) -> Pace:
    """Measure the pace of a plan; takes a second or two for most recipes."""
    return measure_pace(plan)
