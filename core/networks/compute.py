"""Where and how a network computes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ComputeOptions:
    """The device, the precision and whether torch's compiler runs first.

    ``device``: cpu or cuda, or auto for a GPU where torch finds one; ``precision``: float32 or, on
    a GPU, float16; ``compiled``: on a GPU, which takes some ten seconds and pays for long sweeps.
    """

    device: str = "cpu"
    precision: str = "float32"
    compiled: bool = False

    @property
    def half(self) -> bool:
        """Whether the numbers are of half precision."""
        return self.precision == "float16"
