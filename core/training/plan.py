"""All that one training run depends on, as numbers and names. PyTorch is not needed here."""

from __future__ import annotations

from dataclasses import dataclass

from ..specs.spec import SpecError

POSITIONS = ("anywhere", "centered")


@dataclass(frozen=True)
class Plan:
    """One recipe, trained once. The same plan on the same machine gives the same weights.

    ``low_px`` and ``high_px`` bound the sizes that are trained on (the side of an object's frame on
    the canvas, px); equal, they are one size. ``test_px`` are the sizes that it is tested at.
    ``train_objects`` are shown in training, ``test_objects`` are others that never are. ``width``
    is the number of filters of the first layer. ``min_contrast`` is the lowest contrast (1: always
    full), ``noise`` the standard deviation of Gaussian noise relative to an amplitude of 1,
    ``rotation_deg`` the largest turn either way. The defaults are the smallest budget found to
    bring 'plain' and 'zoom' to their curves on the digits: some thirty seconds of one core. Raises
    SpecError for a plan that nothing could be trained by.
    """

    recipe: str
    data: str = "digits"
    low_px: float = 24.0
    high_px: float = 24.0
    test_px: tuple[float, ...] = (8.0, 12.0, 17.0, 24.0, 34.0, 48.0, 64.0)
    seed: int = 0
    steps: int = 600
    batch_size: int = 32
    train_objects: int = 1300
    canvas_px: int = 64
    width: int = 16
    position: str = "anywhere"
    min_contrast: float = 1.0
    noise: float = 0.0
    rotation_deg: float = 0.0
    test_objects: int = 400

    def __post_init__(self) -> None:
        if not 0 < self.low_px <= self.high_px:
            text = f"{self.low_px:g}:{self.high_px:g}"
            raise SpecError("train_px", text, "a positive size, or a smaller and a larger one")
        if not self.test_px or min(self.test_px) <= 0:
            raise SpecError("test_px", self.test_px, "at least one positive size")
        if self.position not in POSITIONS:
            raise SpecError("position", self.position, "one of " + ", ".join(POSITIONS))
        minimum = {"steps": 1, "batch_size": 2, "train_objects": 1, "width": 1, "test_objects": 1}
        for field, allowed in minimum.items():
            if getattr(self, field) < allowed:
                raise SpecError(field, getattr(self, field), f"at least {allowed}")

    @property
    def is_one_size(self) -> bool:
        """Whether training shows a single size."""
        return self.low_px == self.high_px
