"""Linear probes: a regularised linear classifier on frozen features, and how sure its score is.

The classifier is ridge regression to one column of -1 and 1 per class, on features that are
standardised by the training tiles; a tile gets the class with the highest score (scikit-learn's
RidgeClassifier, which the tests hold this to). It is written out here since its penalty is chosen
thousands of times, by cross-validation within the training tiles that keeps grounds together: one
eigendecomposition serves all penalties and all parts that are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

PENALTIES = tuple(10.0**power for power in range(-4, 3))  # times the number of features
LEFT_OUT = 5  # parts of the cross-validation
RESAMPLES = 400
SURE = (2.5, 97.5)  # percentiles: the ends of a band


@dataclass(frozen=True)
class Probe:
    """``mean`` and ``spread`` (channels,) of the training tiles; ``weights`` (channels, classes)
    and ``offset`` (classes,) of the scores; ``penalty``: the one that was chosen."""

    mean: Numbers
    spread: Numbers
    weights: Numbers
    offset: Numbers
    penalty: float

    def scores(self, features: Floats) -> Numbers:
        """(n, classes) for features (n, channels); the highest is the answer."""
        scores: Numbers = (features - self.mean) / self.spread @ self.weights + self.offset
        return scores

    def answers(self, features: Floats) -> Labels:
        """The class of each tile, int64 (n,)."""
        answers: Labels = self.scores(features).argmax(axis=1)
        return answers


def fit(features: Floats, labels: Labels, groups: Labels, classes: int) -> Probe:
    """A probe of features (n, channels) and labels (n,) that count to ``classes``.

    The penalty is the one with the least squared error on what is left out.
    """
    rows = np.asarray(features, dtype=np.float64)
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread < 1e-9] = 1.0
    rows = (rows - mean) / spread
    targets = np.where(labels[:, None] == np.arange(classes), 1.0, -1.0)
    offset = targets.mean(axis=0)
    targets = targets - offset
    values, vectors = np.linalg.eigh(rows @ rows.T / rows.shape[1])
    parts = left_out(labels, groups)
    errors = [_error(values, vectors, targets, parts, penalty) for penalty in PENALTIES]
    penalty = PENALTIES[int(np.argmin(errors))]
    dual = (vectors / (values + penalty)) @ (vectors.T @ targets)
    return Probe(mean, spread, rows.T @ dual / rows.shape[1], offset, penalty)


def left_out(labels: Labels, groups: Labels) -> list[Labels]:
    """Indices of the parts that are left out in turn: groups whole, classes spread over parts."""
    _, first, at = np.unique(groups, return_index=True, return_inverse=True)
    order = np.lexsort((first, labels[first]))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    part = rank[at] % LEFT_OUT
    return [np.flatnonzero(part == one) for one in np.unique(part)]


def _error(
    values: Numbers, vectors: Numbers, targets: Numbers, parts: list[Labels], penalty: float
) -> float:
    """The sum of squared errors on each part of a fit without it.

    With ``A`` the inverse of the kernel plus penalty and ``c = A y``, the error on a part B that
    was left out is ``inverse(A_BB) c_B`` (An, Liu & Venkatesh 2007, 'Fast cross-validation
    algorithms for least squares support vector machine and kernel ridge regression').
    """
    scaled = vectors / (values + penalty)
    dual = scaled @ (vectors.T @ targets)
    errors = [np.linalg.solve(scaled[part] @ vectors[part].T, dual[part]) for part in parts]
    return float(sum(np.square(one).sum() for one in errors))


@dataclass(frozen=True)
class Band:
    """Means with the ends of their 95 % bands, float64 arrays of one shape; NaN: not known."""

    mean: Numbers
    low: Numbers
    high: Numbers

    def at(self, *where: int) -> tuple[float, float, float]:
        """Mean, low and high of one cell."""
        return float(self.mean[where]), float(self.low[where]), float(self.high[where])


def band(right: NDArray[np.generic], groups: Labels, seed: int = 0) -> Band:
    """The mean of ``right`` (..., training sets, tiles), and how far it would vary.

    Training sets and grounds are both drawn anew with replacement, so that the band holds the luck
    of the tiles that train and of those that test: the pigeonhole bootstrap (Owen 2007, 'The
    pigeonhole bootstrap'), 400 draws, percentiles 2.5 and 97.5. ``groups`` (tiles,) are grounds.
    """
    values = np.asarray(right, dtype=np.float64)
    random = np.random.default_rng(seed)
    sets = values.shape[-2]
    _, at = np.unique(groups, return_inverse=True)
    grounds = int(at.max()) + 1
    by_set = random.multinomial(sets, np.full(sets, 1 / sets), RESAMPLES) / sets
    by_tile = random.multinomial(grounds, np.full(grounds, 1 / grounds), RESAMPLES)[:, at]
    by_tile = by_tile / by_tile.sum(axis=1, keepdims=True)
    means = np.einsum("bs,...st,bt->...b", by_set, values, by_tile, optimize=True)
    low, high = np.percentile(means, SURE, axis=-1)
    return Band(values.mean(axis=(-2, -1)), low, high)
