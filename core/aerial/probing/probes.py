"""Linear probes: a regularized linear classifier on frozen features.

The classifier is ridge regression to one column of -1 and 1 per class, on features standardized by
the training tiles; a tile gets the class with the highest score. It equals scikit-learn's
RidgeClassifier, as tests check. It is implemented here for speed: the penalty is chosen thousands
of times by group cross-validation on the training tiles, and one eigendecomposition serves all
penalties and all folds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

PENALTIES = tuple(10.0**power for power in range(-4, 3))  # times the number of features
FOLDS = 5  # of the cross-validation


@dataclass(frozen=True)
class Probe:
    """A trained linear classifier.

    ``mean`` and ``std`` (channels,) standardize features; ``weights`` (channels, classes) and
    ``offset`` (classes,) give scores; ``penalty`` is the one that cross-validation chose.
    """

    mean: Numbers
    std: Numbers
    weights: Numbers
    offset: Numbers
    penalty: float

    def scores(self, features: Floats) -> Numbers:
        """Class scores float64 (n, classes) of features (n, channels)."""
        scores: Numbers = (features - self.mean) / self.std @ self.weights + self.offset
        return scores

    def predict(self, features: Floats) -> Labels:
        """Predicted classes int64 (n,) of features (n, channels)."""
        classes: Labels = self.scores(features).argmax(axis=1)
        return classes


def fit(features: Floats, labels: Labels, groups: Labels, classes: int) -> Probe:
    """Train a probe on features (n, channels) with ``labels`` and ``groups``, int64 (n,).

    Labels count from 0 to ``classes`` - 1. The penalty is the one with the least squared error on
    the held-out folds.
    """
    rows = np.asarray(features, dtype=np.float64)
    mean, std = rows.mean(axis=0), rows.std(axis=0)
    std[std < 1e-9] = 1.0
    rows = (rows - mean) / std
    targets = np.where(labels[:, None] == np.arange(classes), 1.0, -1.0)
    offset = targets.mean(axis=0)
    targets = targets - offset
    values, vectors = np.linalg.eigh(rows @ rows.T / rows.shape[1])
    folds = group_folds(labels, groups)
    errors = [_error(values, vectors, targets, folds, penalty) for penalty in PENALTIES]
    penalty = PENALTIES[int(np.argmin(errors))]
    dual = (vectors / (values + penalty)) @ (vectors.T @ targets)
    return Probe(mean, std, rows.T @ dual / rows.shape[1], offset, penalty)


def group_folds(labels: Labels, groups: Labels) -> list[Labels]:
    """Split tiles into folds that keep groups whole and spread the classes evenly.

    ``labels`` and ``groups``: int64 (n,). Returns the indices of each fold, int64.
    """
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    order = np.lexsort((first, labels[first]))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    fold = rank[group] % FOLDS
    return [np.flatnonzero(fold == number) for number in np.unique(fold)]


def _error(
    values: Numbers, vectors: Numbers, targets: Numbers, folds: list[Labels], penalty: float
) -> float:
    """Sum of squared errors on every fold by a fit without that fold.

    With ``A`` the inverse of the kernel plus penalty and ``c = A y``, the error on a fold B that
    is left out is ``inverse(A_BB) c_B`` (An, Liu & Venkatesh 2007, 'Fast cross-validation
    algorithms for least squares support vector machine and kernel ridge regression').
    """
    scaled = vectors / (values + penalty)
    dual = scaled @ (vectors.T @ targets)
    errors = [np.linalg.solve(scaled[fold] @ vectors[fold].T, dual[fold]) for fold in folds]
    return float(sum(np.square(error).sum() for error in errors))
