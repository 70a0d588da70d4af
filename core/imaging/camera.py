"""The pinhole camera: apparent size in pixels and ground sample distance in meters per pixel.

Lengths are in meters (``_m``), image lengths in pixels (``_px``), ratios in octaves (log2).
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
    """Give the pixels that an object spans at a distance: focal length * size / distance."""
    _positive(size_m=size_m, distance_m=distance_m, focal_px=focal_px)
    return focal_px * size_m / distance_m


def gsd_m(distance_m: float, focal_px: float) -> float:
    """Give the meters that one pixel spans at ``distance_m`` on a surface facing the camera."""
    _positive(distance_m=distance_m, focal_px=focal_px)
    return distance_m / focal_px


def octaves(larger: float, smaller: float) -> float:
    """Count the doublings between two sizes or two distances: log2(larger / smaller)."""
    _positive(larger=larger, smaller=smaller)
    return math.log2(larger / smaller)


def focal_px_from_view(width_px: float, view_degrees: float) -> float:
    """Give the focal length in pixels for a horizontal angle of view, 0 < view < 180 degrees."""
    _positive(width_px=width_px, view_degrees=view_degrees)
    if view_degrees >= 180:
        raise ValueError(f"view_degrees must be below 180, not {view_degrees}")
    return width_px / (2 * math.tan(math.radians(view_degrees) / 2))


def focal_px_from_35mm(equivalent_mm: float, width_px: float, height_px: float) -> float:
    """Give the focal length in pixels for a 35 mm equivalent, by the diagonal (24 x 36 mm)."""
    _positive(equivalent_mm=equivalent_mm, width_px=width_px, height_px=height_px)
    return equivalent_mm / math.hypot(24, 36) * math.hypot(width_px, height_px)
