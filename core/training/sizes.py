"""The sizes that objects are drawn at in training: one size, or a range under a law.

'log-uniform': every octave of the range is equally likely, p(px) ~ 1 / px: zoom augmentation.

'natural': objects of one true size, spread evenly over level ground in front of a pinhole camera. A
strip of ground at distance d, inside the angle of view, has an area ~ d, so p(d) ~ d between the
nearest and the farthest object. As px = focal_px * size_m / d
(:func:`core.imaging.camera.apparent_px`),
d ~ 1 / px and |dd| ~ px**-2 dpx, hence p(px) ~ px**-3 on [low, high], and

    P(size <= px) = (low**-2 - px**-2) / (low**-2 - high**-2):

small objects are by far the most, and a long tail is large. Checked against this form in the tests.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..errors import UserError

SIZE_LAWS: tuple[str, ...] = ("log-uniform", "natural")


@dataclass(frozen=True)
class Sizes:
    """Sizes in px from ``low_px`` to ``high_px`` under one of :data:`SIZE_LAWS`; equal: one size.

    Raises UserError for sizes that are not positive and in order, and for another law.
    """

    low_px: float
    high_px: float
    law: str = "log-uniform"

    def __post_init__(self) -> None:
        if not (0 < self.low_px <= self.high_px and math.isfinite(self.high_px)):
            raise UserError(
                f"sizes from {self.low_px} to {self.high_px} px are not allowed; "
                "give positive sizes, the smaller first."
            )
        if self.law not in SIZE_LAWS:
            raise UserError(
                f"law: '{self.law}' is not allowed; give one of {', '.join(SIZE_LAWS)}."
            )

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw sizes in px, float32 (count,), on the generator's device.

        One size takes nothing from the generator.
        """
        device = generator.device
        if self.low_px == self.high_px:
            return torch.full((count,), float(self.low_px), device=device)
        uniform = torch.rand(count, generator=generator, device=device)
        drawn = self._log_uniform(uniform) if self.law == "log-uniform" else self._natural(uniform)
        return drawn.clamp(self.low_px, self.high_px)  # rounding may step a little outside

    def _log_uniform(self, uniform: Tensor) -> Tensor:
        return self.low_px * (self.high_px / self.low_px) ** uniform

    def _natural(self, uniform: Tensor) -> Tensor:
        """By distances, the nearest being 1: their squares are uniform where p(d) ~ d."""
        farthest = self.high_px / self.low_px
        distance = torch.sqrt(1 + uniform * (farthest**2 - 1))
        return self.high_px / distance
