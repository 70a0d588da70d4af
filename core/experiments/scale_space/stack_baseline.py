"""The stack compared with the scale space of the picture on screen, and with a baseline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .result import Result
from .stack import LevelCorrelation, compare_levels

Plane = NDArray[np.float32]


def baseline_name(result: Result) -> str:
    """Return the name of the photograph that is the baseline: not the picture on screen."""
    return "coffee" if result.spec.source == "camera" else "camera"


def baseline_picture(result: Result) -> Plane:
    """Return that photograph in gray, float32 (rows, columns) of the picture, minus its mean."""
    from PIL import Image

    from ...imaging import decode

    gray = np.ascontiguousarray(decode.gray(decode.sample(baseline_name(result))), np.float32)
    rows, columns = result.picture.shape
    resized = Image.fromarray(gray).resize((columns, rows), Image.Resampling.LANCZOS)
    plane = np.asarray(resized, dtype=np.float32)
    return np.asarray(plane - plane.mean())


def compare_with_stack(result: Result) -> tuple[LevelCorrelation, ...]:
    """Compare all levels of all kinds of pooling, in both orders, with the scale space."""
    picture = result.picture - np.float32(result.background_level)
    return compare_levels(picture, baseline_picture(result), result.spec.layout())
