"""Whether the near and the far object can be compared, and why they cannot."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...imaging.scene import PlacedObject, background
from ...imaging.shapes import object_template
from ..size_dependence import nothing_to_compare
from .spec import Spec

CLIPPED = 1e-6  # a smaller part of a box outside the picture is rounding
NO_CONTRAST = 1e-6  # a smaller difference from the background is rounding


@lru_cache(maxsize=64)
def _largest_contrast(name: str, brightness: float, kind: str) -> float:
    """Largest difference of an object from a background of one level."""
    template = object_template(name)
    level = background(kind, (1, 1), name, brightness)[1]
    return float(np.abs(template.premultiplied() * brightness - level * template.alpha).max())


def _is_invisible(spec: Spec) -> bool:
    """Whether the object is as bright as its background everywhere."""
    if spec.background == "texture":
        return False
    return _largest_contrast(spec.object, spec.brightness, spec.background) < NO_CONTRAST


def _is_reached(spec: Spec, placed: PlacedObject) -> bool:
    """Whether every cell that would see the object is there; without padding, some may not be."""
    if spec.padding == "same":
        return True
    layout = spec.layout()
    top, left, bottom, right = placed.box()
    down, across = (
        (taps - 1) * spec.dilation + spec.stride - 1
        for taps in (layout.kernel_rows, layout.kernel_columns)
    )
    rows, columns = spec.canvas
    return min(top - down, left - across, rows - bottom - down, columns - right - across) >= 0


def _cut_off(spec: Spec, name: str, placed: PlacedObject) -> str:
    fraction = placed.clipped_fraction(spec.canvas)
    which = f"the {name} {spec.object_name}"
    if fraction >= 1 - CLIPPED:
        return f"There is nothing to compare: {which} is outside the picture."
    if fraction > CLIPPED:
        return f"The two cannot be compared: part of {which} is outside the picture."
    if not _is_reached(spec, placed):
        return f"The two cannot be compared: without padding, the filter misses edges of {which}."
    return ""


def reason_not_to_compare(spec: Spec, objects: tuple[PlacedObject, PlacedObject]) -> str:
    """Say in one sentence why the two cannot be compared; empty where they can."""
    if _is_invisible(spec):
        return "There is nothing to compare: the object is as bright as its background."
    cut_off = [
        _cut_off(spec, name, placed) for name, placed in zip(("near", "far"), objects, strict=True)
    ]
    reasons = [*cut_off, nothing_to_compare(np.array(spec.apparent_px, dtype=np.float64))]
    return next((reason for reason in reasons if reason), "")
