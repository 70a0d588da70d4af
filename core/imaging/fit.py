"""Resize pictures to fit a canvas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError

Plane = NDArray[np.float32]

LONGEST = 2  # sides of the canvas that an elongated picture may reach


def resize_to_fit(picture: Plane, canvas: tuple[int, int], min_side_px: int = 16) -> Plane:
    """Shrink a picture, float32 (rows, columns) in [0, 1], to fit the canvas.

    Lanczos, anti-aliased. It is enlarged, or shrunk less, only so that its shorter side has
    ``min_side_px``. Raises UserError where its longer side is more than twice the canvas's then.
    """
    from PIL import Image

    factor = min(1.0, *(room / side for room, side in zip(canvas, picture.shape, strict=True)))
    if round(factor * min(picture.shape)) < min_side_px:
        factor = min_side_px / min(picture.shape)
        _check_longer(picture.shape, factor, LONGEST * max(canvas), min_side_px)
    rows, columns = (max(1, round(factor * side)) for side in picture.shape)
    if (rows, columns) == picture.shape:
        return picture
    resized = Image.fromarray(picture).resize((columns, rows), Image.Resampling.LANCZOS)
    return np.clip(np.asarray(resized, dtype=np.float32), 0, 1)


def _check_longer(shape: tuple[int, ...], factor: float, longest: int, min_side_px: int) -> None:
    if round(factor * max(shape)) > longest:
        raise UserError(
            f"This picture of {shape[1]} x {shape[0]} px is too elongated: where its shorter side "
            f"has the {min_side_px} px that are needed here, the longer one has more than "
            f"{longest} px; give a part of it."
        )
