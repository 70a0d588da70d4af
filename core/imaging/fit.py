"""Shrink pictures to fit a canvas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]


def resize_to_fit(picture: Plane, canvas: tuple[int, int], min_side_px: int = 16) -> Plane:
    """Shrink a picture, float32 (rows, columns) in [0, 1], to fit the canvas; never enlarge it.

    Lanczos, anti-aliased. A side below ``min_side_px`` is extended to it by mirroring.
    """
    from PIL import Image

    factor = min(1.0, *(room / side for room, side in zip(canvas, picture.shape, strict=True)))
    rows, columns = (max(1, round(factor * side)) for side in picture.shape)
    if factor < 1:
        small = Image.fromarray(picture).resize((columns, rows), Image.Resampling.LANCZOS)
        picture = np.clip(np.asarray(small, dtype=np.float32), 0, 1)
    missing = [(0, max(0, min_side_px - side)) for side in (rows, columns)]
    return np.pad(picture, missing, mode="symmetric")
