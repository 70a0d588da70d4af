"""The depthwise kernels that a trained network has learned, to take one as the first filter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...filters.kernel_editing import normalize
from .kernel_editor import fields

NETWORK = "efficientnet-lite0"
COLUMNS = 16  # kernels side by side
Kernels = NDArray[np.float32]


def banks() -> dict[str, Kernels]:
    """Return the depthwise kernels of every block, float32 (kernels, rows, columns), by name.

    Reads the weights when it is first called. Raises NetworkMissing where they are not installed.
    """
    from ...networks import load

    return load(NETWORK).kernels


def titles() -> dict[str, str]:
    """Return a title for every block: its name and what it holds."""
    return {
        layer: f"{layer}: {len(kernels)} kernels of {kernels.shape[1]} x {kernels.shape[2]}"
        for layer, kernels in banks().items()
    }


def tiled(kernels: Kernels) -> Kernels:
    """Tile all kernels into one table, COLUMNS to a row, with NaN between neighbors.

    ``kernels``: float32 (kernels, rows, columns). Each is divided by its own largest weight, so it
    lies in [-1, 1]; one of zeros stays zero. Returns float32 (table rows, table columns).
    """
    count, side = len(kernels), kernels.shape[1]
    step = side + 1
    table = np.full((-(-count // COLUMNS) * step - 1, COLUMNS * step - 1), np.nan, dtype=np.float32)
    for unit, kernel in enumerate(kernels):
        top, left = (step * index for index in divmod(unit, COLUMNS))
        largest = float(np.abs(kernel).max())
        table[top : top + side, left : left + side] = kernel / (largest or 1.0)
    return table


def unit_at(kernels: Kernels, row: int, column: int) -> int | None:
    """Return the index of the kernel that a cell of the table belongs to; None in a gap.

    ``kernels``: float32 (kernels, rows, columns).
    """
    side = kernels.shape[1]
    (across, down) = divmod(column, side + 1), divmod(row, side + 1)
    unit = down[0] * COLUMNS + across[0]
    return None if side in (across[1], down[1]) or unit >= len(kernels) else unit


def kernel_fields(layer: str, unit: int) -> dict[str, str]:
    """Return the fields that make this kernel the first filter, scaled to a maximum response of 1.

    Raises UserError for a kernel of zeros.
    """
    kernel = banks()[layer][unit]
    if not kernel.any():
        raise UserError(f"Kernel {unit} of {layer} is all zeros; choose another.")
    return fields(normalize(kernel))
