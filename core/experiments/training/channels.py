"""Which scale channel wins: what the explanation of scale channels says, and what was measured."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ...evidence.intervals import NORMAL
from ...evidence.verdict import Estimate
from .curve import Curve
from .limits import OverSeeds, over_seeds, share
from .result import Result


def channel_scales(result: Result) -> tuple[float, ...]:
    """Give the scale channels' factors; empty for a recipe without them."""
    from ...training.recipes import recipe

    return recipe(result.spec.recipe).scales


def channel_range_px(result: Result) -> tuple[float, float] | None:
    """Give the sizes that some channel resizes to a trained size; None without channels."""
    scales, (low, high) = channel_scales(result), result.train_range_px
    return (low / max(scales), high / min(scales)) if scales else None


def trained_px(result: Result) -> float:
    """Give the middle of the training sizes over octaves, px."""
    low, high = result.train_range_px
    return sqrt(low * high)


def sizes_in_range(result: Result) -> NDArray[np.bool_]:
    """Tell which tested sizes lie within the channels' range, (sizes,); without channels none."""
    low, high = channel_range_px(result) or (np.inf, 0.0)
    inside: NDArray[np.bool_] = (result.test_px >= low) & (result.test_px <= high)
    return inside


def _winners(result: Result) -> list[Curve] | None:
    """Each seed's fractions of winning channels, (sizes in range, channels); None without any."""
    inside = sizes_in_range(result)
    known = [run.winners[inside] for run in result.runs if run.winners is not None]
    return known if len(known) == len(result.runs) and inside.any() else None


def nearest_channel_wins(result: Result) -> OverSeeds | None:
    """Estimate for how many objects the channel nearest to the trained size has the largest logit.

    A fraction, over the tested sizes in the channels' range; None without channels.
    """
    winners = _winners(result)
    if winners is None:
        return None
    scales, px = np.array(channel_scales(result)), result.test_px[sizes_in_range(result)]
    nearest = np.abs(np.log2(np.outer(px, scales) / trained_px(result))).argmin(axis=1)
    by_seed = [float(line[np.arange(len(px)), nearest].mean()) for line in winners]
    objects = result.test_objects
    return over_seeds(share(value, objects) for value in by_seed)


def winner_follows_size(result: Result) -> OverSeeds | None:
    """Estimate by how many octaves the winning factor falls for each octave of the object's size.

    1 where the winning channel sees every object at the same size, 0 where the same channel always
    wins: the slope of the mean log2 of the winning factor over log2 of the size, its sign turned.
    None without channels, or with one size in their range.
    """
    winners = _winners(result)
    if winners is None or len(winners[0]) < 2:
        return None
    sizes = np.log2(result.test_px[sizes_in_range(result)])
    weights = (sizes - sizes.mean()) / np.square(sizes - sizes.mean()).sum()
    return over_seeds(_fall(result, line, weights) for line in winners)


def _fall(result: Result, winners: Curve, weights: Curve) -> Estimate:
    """That of one seed; the objects are the same at all sizes, so their errors add up at worst.

    The deviations are those with some objects more, spread over all channels, so that few objects
    that agree are no certainty (after Agresti and Coull 1998, 'Approximate is better than exact for
    interval estimation of binomial proportions').
    """
    factors, count = np.log2(channel_scales(result)), result.test_objects
    value = -float(weights @ (winners @ factors))
    spread = (count * winners + NORMAL**2 / len(factors)) / (count + NORMAL**2)
    deviations = np.sqrt(spread @ factors**2 - np.square(spread @ factors))
    half = NORMAL * float(np.abs(weights) @ deviations) / sqrt(count)
    return Estimate(value, value - half, value + half)
