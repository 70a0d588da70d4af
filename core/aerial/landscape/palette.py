"""The colors of the ground and of what stands on it, shared by all kinds of terrain."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from .canvas import Color, Material

Random = np.random.Generator
Kind = TypeVar("Kind")

GRASSES = (
    Material((0.27, 0.36, 0.17), (0.35, 0.42, 0.21), 0.07, 0.06),  # a lawn
    Material((0.33, 0.36, 0.20), (0.46, 0.45, 0.27), 0.08, 0.09),  # a meadow
    Material((0.50, 0.45, 0.31), (0.43, 0.42, 0.26), 0.08, 0.10),  # dry
)
SOILS = (
    Material((0.42, 0.34, 0.26), (0.50, 0.41, 0.31), 0.08, 0.06),
    Material((0.30, 0.25, 0.20), (0.36, 0.30, 0.24), 0.09, 0.06),
    Material((0.58, 0.51, 0.38), (0.52, 0.45, 0.33), 0.07, 0.05),  # sand, gravel
    Material((0.50, 0.48, 0.44), (0.43, 0.41, 0.37), 0.07, 0.06),  # chalk
)
CROPS = (
    Material((0.24, 0.34, 0.14), (0.30, 0.40, 0.17), 0.06, 0.06),
    Material((0.36, 0.42, 0.20), (0.30, 0.37, 0.17), 0.06, 0.05),
    Material((0.62, 0.55, 0.33), (0.56, 0.50, 0.30), 0.06, 0.05),  # ripe corn
    Material((0.55, 0.47, 0.32), (0.49, 0.43, 0.30), 0.08, 0.05),  # stubble
    Material((0.56, 0.53, 0.27), (0.51, 0.50, 0.25), 0.06, 0.05),  # rape in flower
)
PAVINGS = (
    Material((0.26, 0.27, 0.28), (0.30, 0.31, 0.32), 0.05, 0.03),  # fresh asphalt
    Material((0.38, 0.38, 0.38), (0.42, 0.42, 0.41), 0.05, 0.04),
    Material((0.50, 0.49, 0.47), (0.46, 0.45, 0.43), 0.05, 0.04),  # worn
    Material((0.55, 0.51, 0.43), (0.51, 0.47, 0.39), 0.08, 0.06),  # gravel
)
CONCRETE = Material((0.60, 0.59, 0.56), (0.66, 0.64, 0.60), 0.04, 0.04)
ROOFS = (
    Material((0.52, 0.27, 0.19), (0.58, 0.32, 0.23), 0.06, 0.04),  # red tiles
    Material((0.40, 0.28, 0.22), (0.44, 0.31, 0.25), 0.06, 0.04),
    Material((0.29, 0.29, 0.30), (0.33, 0.33, 0.34), 0.06, 0.04),  # slate
    Material((0.45, 0.43, 0.40), (0.49, 0.47, 0.44), 0.06, 0.04),
)
FLATS = (
    Material((0.55, 0.54, 0.52), (0.60, 0.59, 0.56), 0.04, 0.05),
    Material((0.40, 0.40, 0.40), (0.45, 0.45, 0.44), 0.04, 0.06),
    Material((0.74, 0.74, 0.73), (0.70, 0.70, 0.69), 0.03, 0.03),
)
CARS: tuple[Color, ...] = (
    (0.86, 0.86, 0.86), (0.84, 0.85, 0.86), (0.80, 0.80, 0.79), (0.62, 0.63, 0.65),
    (0.60, 0.61, 0.62), (0.36, 0.37, 0.39), (0.40, 0.41, 0.43), (0.12, 0.12, 0.13),
    (0.14, 0.15, 0.17), (0.20, 0.21, 0.23), (0.17, 0.22, 0.36), (0.48, 0.14, 0.13),
    (0.46, 0.41, 0.33),
)  # fmt: skip
LEAVES: tuple[tuple[Color, Color], ...] = (
    ((0.15, 0.22, 0.10), (0.29, 0.37, 0.16)),  # broad leaves
    ((0.19, 0.25, 0.11), (0.40, 0.43, 0.19)),
    ((0.11, 0.18, 0.11), (0.20, 0.27, 0.15)),  # spruce
    ((0.26, 0.25, 0.12), (0.52, 0.40, 0.17)),  # autumn
    ((0.27, 0.25, 0.18), (0.41, 0.37, 0.27)),  # dry
    ((0.33, 0.38, 0.20), (0.52, 0.55, 0.30)),  # young leaves
    ((0.38, 0.39, 0.31), (0.56, 0.55, 0.43)),  # silvery, olives
)
SPRUCE = 2  # index of the spruces in LEAVES
WATERS: tuple[tuple[Color, Color], ...] = (
    ((0.10, 0.17, 0.22), (0.28, 0.32, 0.29)),
    ((0.17, 0.24, 0.17), (0.30, 0.34, 0.22)),  # green
    ((0.33, 0.30, 0.22), (0.44, 0.39, 0.29)),  # muddy
    ((0.30, 0.36, 0.40), (0.38, 0.41, 0.39)),  # under a bright sky
    ((0.12, 0.15, 0.14), (0.26, 0.26, 0.20)),
)


def choose(rng: Random, options: tuple[Kind, ...]) -> Kind:
    """Choose one of the options with equal probability."""
    return options[int(rng.integers(len(options)))]


def random_ground_cover(rng: Random) -> Material:
    """Choose what covers open ground: mostly grass, sometimes bare soil."""
    return choose(rng, GRASSES + GRASSES + SOILS)


def vary_brightness(rng: Random, material: Material, spread: float = 0.12) -> Material:
    """Make a material brighter or darker by a random factor in 1 - ``spread`` to 1 + ``spread``."""
    factor = float(rng.uniform(1 - spread, 1 + spread))

    def scaled(color: Color) -> Color:
        return color[0] * factor, color[1] * factor, color[2] * factor

    return Material(
        scaled(material.color), scaled(material.second_color), material.grain, material.mottle
    )
