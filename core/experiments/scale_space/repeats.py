"""A result once more: with other random seeds of the noise, and shifted by one pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .repeatability import CHANGES
from .result import Result
from .run import detect, make_picture

SEEDS = 3  # of the noise, with that of the spec
LAST_SEED = 9999
SHIFT = CHANGES[0]


@dataclass(frozen=True)
class Repeats:
    """A result, and what else its verdicts have to hold for.

    ``seeds``: results with SEEDS random seeds of the noise, the first one's own; empty without
    noise. ``shifted``: the picture shifted by one pixel. ``drawn_once``: whether there is noise
    that cannot be drawn again, since the picture is a user's own.
    """

    result: Result
    seeds: tuple[Result, ...]
    shifted: Result
    drawn_once: bool


def _with_seed(result: Result, step: int) -> Result:
    spec = replace(result.spec, seed=(result.spec.seed + step) % (LAST_SEED + 1))
    picture, _, _ = make_picture(spec)
    space, keypoints = detect(spec, picture)
    return replace(result, spec=spec, picture=picture, space=space, keypoints=keypoints)


def _shifted(result: Result) -> Result:
    picture = SHIFT.apply(result.picture)
    space, keypoints = detect(result.spec, picture)
    objects = tuple(
        replace(placed, column=placed.column + SHIFT.shift_px) for placed in result.objects
    )
    return replace(result, picture=picture, objects=objects, space=space, keypoints=keypoints)


def repeat(result: Result) -> Repeats:
    """Detect the keypoints of a result's picture again, as often as its verdicts need."""
    has_noise = result.spec.noise > 0
    again = has_noise and not result.is_user_picture
    seeds = (result, *(_with_seed(result, step) for step in range(1, SEEDS))) if again else ()
    return Repeats(result, seeds, _shifted(result), has_noise and result.is_user_picture)
