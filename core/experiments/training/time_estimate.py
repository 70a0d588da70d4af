"""How long a spec's training will take on this machine, said before it begins.

The default network is timed with a few steps (:mod:`core.training.pace`). A larger batch, network
or canvas is not timed itself, because that alone could take minutes: its time is reckoned from the
smaller one's by the count of multiplications.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...training.pace import Pace, measure_pace
from ...training.plan import Plan
from .spec import STANDARD, Spec

WIDER = 1.5  # the power of the width that the time follows: eight times from 16 to 64 filters


def kind(spec: Spec) -> Plan:
    """What is timed for a spec: the same plan for all specs whose steps take as long."""
    canvas = min(spec.canvas_px, STANDARD.canvas_px)
    low, high = (min(side, float(canvas)) for side in spec.train_range_px)
    return Plan(
        spec.recipe,
        low_px=low,
        high_px=high,
        batch_size=min(spec.batch_size, STANDARD.batch_size),
        width=min(spec.width, STANDARD.width),
        canvas_px=canvas,
        rotation_deg=1.0 if spec.rotation_deg else 0.0,
    )


@dataclass(frozen=True)
class Time:
    """Seconds for one seed, and for all of a spec's."""

    seed_s: float
    whole_s: float


def time_of(spec: Spec, pace: Pace) -> Time:
    """The time that a spec takes when its :func:`kind` goes at ``pace``."""
    small, plan = kind(spec), spec.plans()[0]
    larger = (plan.width / small.width) ** WIDER * (plan.canvas_px / small.canvas_px) ** 2
    step_s = pace.step_s * larger * plan.batch_size / small.batch_size
    seed_s = replace(pace, step_s=step_s, predict_s=pace.predict_s * larger).seconds(plan)
    return Time(seed_s, seed_s * len(spec.seeds))


def timed(plan: Plan) -> Pace:
    """See :func:`core.training.pace.measure_pace`; takes a second or two for most recipes."""
    return measure_pace(plan)
