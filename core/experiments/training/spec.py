"""Scale tolerance by training: a small network is trained, and tested at every size.

This module holds the settings. What is trained lies in :mod:`core.training`; nothing
here needs torch until something is trained, or a training size is given that the recipe must allow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...specs import spec
from ...specs.field_types import accepted_by
from ...training.names import DATA_NAMES, RECIPE_NAMES
from ...training.plan import POSITIONS, Plan

AUTO = "auto"
MIN_PX = 4.0
MAX_PX = 128.0
MIN_OBJECTS = 20
DEFAULT_PLAN = Plan("plain")
TEST_OCTAVES = math.log2(64 / 8)
TEST_PX = (
    8.0,
    *(8 * 2 ** (TEST_OCTAVES * index / 11) for index in range(1, 11)),
    64.0,
)  # 8:64:log12
PLAN_FIELDS = (  # fields of a spec that are a plan's too
    *("recipe", "data", "steps", "batch_size", "train_objects", "canvas_px", "width"),
    *("position", "min_contrast", "noise", "rotation_deg", "test_objects"),
)
EXPECTED = f"'{AUTO}', one size or LOW:HIGH, from {MIN_PX:g} to {MAX_PX:g} px"


def parse_range(text: str) -> tuple[float, float] | None:
    """Read training sizes from text: low and high in px; None for 'auto'.

    Raises ValueError where it is neither 'auto', nor a size, nor a range in order.
    """
    if text == AUTO:
        return None
    low_text, colon, high_text = text.partition(":")
    low = float(low_text)
    high = float(high_text) if colon else low
    if not MIN_PX <= low <= high <= MAX_PX:
        raise ValueError("not a range of sizes")
    return low, high


def format_size_range(low_px: float, high_px: float) -> str:
    """Format a range of sizes: '24 px', '10 to 56 px'."""
    return f"{low_px:g} px" if low_px == high_px else f"{low_px:g} to {high_px:g} px"


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    recipe: str = spec.choice("plain", options=RECIPE_NAMES, label="Method")
    data: str = spec.choice("digits", options=DATA_NAMES, label="Data set")
    train_px: str = spec.text(
        AUTO,
        expected=EXPECTED,
        valid=accepted_by(parse_range),
        max_length=40,
        label="Training size (px)",
        help="One size (24), a range (10:56), or 'auto' for the method's default.",
    )
    test_px: tuple[float, ...] = spec.numbers(
        TEST_PX, low=MIN_PX, high=MAX_PX, min_count=2, max_count=32, unit="px", label="Test sizes"
    )
    seeds: tuple[int, ...] = spec.numbers(
        (0, 1, 2), low=0, high=9999, max_count=16, whole=True, label="Random seeds"
    )
    steps: int = spec.integer(
        DEFAULT_PLAN.steps,
        low=2,
        high=5000,
        log=True,
        label="Training steps",
        help="The number of batches.",
    )
    train_objects: int = spec.integer(
        DEFAULT_PLAN.train_objects,
        low=MIN_OBJECTS,
        high=10_000,
        log=True,
        label="Training objects",
        help="Each is drawn at a new position and size whenever it is shown.",
    )
    batch_size: int = spec.integer(
        DEFAULT_PLAN.batch_size, low=4, high=512, log=True, label="Batch size"
    )
    width: int = spec.integer(
        DEFAULT_PLAN.width, low=4, high=64, log=True, label="Filters in the first layer"
    )
    position: str = spec.choice(
        DEFAULT_PLAN.position,
        options=POSITIONS,
        label="Position in training",
        help="Anywhere on the canvas, or always at its center.",
    )
    min_contrast: float = spec.number(
        DEFAULT_PLAN.min_contrast, low=0.05, high=1, step=0.05, label="Minimum contrast"
    )
    noise: float = spec.number(
        DEFAULT_PLAN.noise,
        low=0,
        high=1,
        step=0.01,
        label="Noise",
        help="Standard deviation, where an object's brightness is 1.",
    )
    rotation_deg: float = spec.number(
        DEFAULT_PLAN.rotation_deg, low=0, high=180, step=1, unit="degrees", label="Maximum rotation"
    )
    test_objects: int = spec.integer(
        DEFAULT_PLAN.test_objects, low=10, high=5000, log=True, label="Test objects"
    )
    canvas_px: int = spec.integer(
        DEFAULT_PLAN.canvas_px, low=32, high=int(MAX_PX), step=16, unit="px", label="Canvas"
    )

    @property
    def train_range_px(self) -> tuple[float, float]:
        """The lowest and the highest size that is trained on; equal for one size.

        For 'auto' they are the recipe's own, so its module is imported.
        """
        parsed = parse_range(self.train_px)
        if parsed is not None:
            return parsed
        from ...training.recipes import recipe

        return recipe(self.recipe).default_range_px

    def plans(self) -> tuple[Plan, ...]:
        """Give one plan per seed, with the test sizes in ascending order."""
        low, high = self.train_range_px
        values = {name: getattr(self, name) for name in PLAN_FIELDS}
        tested = tuple(sorted(set(self.test_px)))
        return tuple(
            Plan(low_px=low, high_px=high, test_px=tested, seed=seed, **values)
            for seed in self.seeds
        )

    def dynamic_maxima(self) -> dict[str, tuple[int, str]]:
        """Bound the objects: none is in both training and test."""
        from ...training.data import DATA

        total = DATA[self.data].total_objects
        tested = min(self.test_objects, total - MIN_OBJECTS)
        return {
            "test_objects": (total - MIN_OBJECTS, f"of the {total} {self.data}"),
            "train_objects": (
                total - tested,
                f"with {tested} test objects, of the {total} {self.data}",
            ),
        }

    def check(self) -> None:
        """Raise SpecError for equal seeds, and for sizes off the canvas or not for the recipe."""
        if len(set(self.seeds)) != len(self.seeds):
            raise spec.SpecError("seeds", ",".join(map(str, self.seeds)), "seeds that differ")
        allowed = f"sizes up to {self.canvas_px} px, the side of the canvas"
        if max(self.test_px) > self.canvas_px:
            raise spec.SpecError("test_px", f"{max(self.test_px):g}", allowed)
        if self.train_px != AUTO or self.canvas_px < DEFAULT_PLAN.canvas_px:
            self._check_training(allowed)

    def _check_training(self, allowed: str) -> None:
        from ...training.recipes import recipe

        if self.train_range_px[1] > self.canvas_px:
            raise spec.SpecError("train_px", self.train_px, allowed)
        recipe(self.recipe).check(self.plans()[0])
