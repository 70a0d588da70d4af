"""The pinhole camera: how large a thing of a size in metres appears, in pixels.

Lengths in metres (``_m``), image lengths in pixels (``_px``), ratios in octaves (log2).
Formulas: any text on projective geometry, e.g. Hartley and Zisserman, Multiple View Geometry
(2004), chapter 6; the ground sample distance is the same relation read the other way round.
"""

from __future__ import annotations

import math


def _positive(**lengths: float) -> None:
    for name, value in lengths.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be a positive number, not {value}")


def apparent_px(size_m: float, distance_m: float, focal_px: float) -> float:
    """Pixels that an object of ``size_m`` spans at ``distance_m``: focal * size / distance."""
    _positive(size_m=size_m, distance_m=distance_m, focal_px=focal_px)
    return focal_px * size_m / distance_m


def gsd_m(distance_m: float, focal_px: float) -> float:
    """Ground sample distance: metres that one pixel spans at ``distance_m`` (looking straight)."""
    _positive(distance_m=distance_m, focal_px=focal_px)
    return distance_m / focal_px


def octaves(larger: float, smaller: float) -> float:
    """How many doublings lie between two sizes or two distances: log2(larger / smaller)."""
    _positive(larger=larger, smaller=smaller)
    return math.log2(larger / smaller)


def focal_px_from_view(width_px: float, view_degrees: float) -> float:
    """Focal length in pixels from the horizontal angle of view, 0 < view < 180 degrees."""
    _positive(width_px=width_px, view_degrees=view_degrees)
    if view_degrees >= 180:
        raise ValueError(f"view_degrees must be below 180, not {view_degrees}")
    return width_px / (2 * math.tan(math.radians(view_degrees) / 2))


def focal_px_from_35mm(equivalent_mm: float, width_px: float, height_px: float) -> float:
    """Focal length in pixels from a 35 mm equivalent, by the diagonal (43.27 mm for 24 x 36)."""
    _positive(equivalent_mm=equivalent_mm, width_px=width_px, height_px=height_px)
    return equivalent_mm / math.hypot(24, 36) * math.hypot(width_px, height_px)
