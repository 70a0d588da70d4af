"""The stack beside the scale space, as the page asks for it: which picture is the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .result import Result
from .stack import Likeness, compare

Plane = NDArray[np.float32]


def other_name(result: Result) -> str:
    """The photograph that is the floor: something else than what is on screen."""
    return "coffee" if result.spec.source == "camera" else "camera"


def other_picture(result: Result) -> Plane:
    """That photograph in gray, float32 of the picture's own (rows, columns), its mean taken off."""
    from PIL import Image

    from ...imaging import decode

    gray = np.ascontiguousarray(decode.gray(decode.sample(other_name(result))), np.float32)
    rows, columns = result.picture.shape
    sized = Image.fromarray(gray).resize((columns, rows), Image.Resampling.LANCZOS)
    plane = np.asarray(sized, dtype=np.float32)
    return np.asarray(plane - plane.mean())


def beside_stack(result: Result) -> tuple[Likeness, ...]:
    """All levels of all poolings in both orders, on the picture on screen."""
    picture = result.picture - np.float32(result.level)
    return compare(picture, other_picture(result), result.spec.layout())
