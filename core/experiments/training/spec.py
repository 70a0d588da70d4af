"""Learned scale: a small network is trained, and asked about every size.

This module holds the controls and the result. What is trained lies in :mod:`core.training`; nothing
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
LEAST_PX = 4.0
MOST_PX = 128.0
LEAST_OBJECTS = 20
STANDARD = Plan("plain")
OCTAVES = math.log2(64 / 8)
TEST_PX = (8.0, *(8 * 2 ** (OCTAVES * at / 11) for at in range(1, 11)), 64.0)  # 8:64:log12
SAME = (  # fields of a spec that are a plan's too
    *("recipe", "data", "steps", "batch_size", "train_objects", "canvas_px", "width"),
    *("position", "min_contrast", "noise", "rotation_deg", "test_objects"),
)
EXPECTED = f"'{AUTO}', one size or LOW:HIGH, from {LEAST_PX:g} to {MOST_PX:g} px"


def range_of(written: str) -> tuple[float, float] | None:
    """The training sizes in px that a text names, low and high; None for 'auto'.

    Raises ValueError where it is neither 'auto', nor a size, nor a range in order.
    """
    if written == AUTO:
        return None
    low_text, colon, high_text = written.partition(":")
    low = float(low_text)
    high = float(high_text) if colon else low
    if not LEAST_PX <= low <= high <= MOST_PX:
        raise ValueError("not a range of sizes")
    return low, high


def sized(low_px: float, high_px: float) -> str:
    """'24 px', '10 to 56 px'."""
    return f"{low_px:g} px" if low_px == high_px else f"{low_px:g} to {high_px:g} px"


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    recipe: str = spec.choice("plain", options=RECIPE_NAMES, label="Recipe")
    data: str = spec.choice("digits", options=DATA_NAMES, label="Objects")
    train_px: str = spec.text(
        AUTO,
        expected=EXPECTED,
        valid=accepted_by(range_of),
        max_length=40,
        label="Trained at (px)",
        help="One size as 24, a range as 10:56, or 'auto': what the recipe stands for.",
    )
    test_px: tuple[float, ...] = spec.numbers(
        TEST_PX, low=LEAST_PX, high=MOST_PX, min_count=2, max_count=32, unit="px", label="Tested at"
    )
    seeds: tuple[int, ...] = spec.numbers(
        (0, 1, 2), low=0, high=9999, max_count=16, whole=True, label="Seeds"
    )
    steps: int = spec.integer(
        STANDARD.steps,
        low=2,
        high=5000,
        log=True,
        label="Steps",
        help="How many batches are learned from.",
    )
    train_objects: int = spec.integer(
        STANDARD.train_objects,
        low=LEAST_OBJECTS,
        high=10_000,
        log=True,
        label="Objects to train on",
        help="Each is drawn anew, at another place and size, whenever it is shown.",
    )
    batch_size: int = spec.integer(
        STANDARD.batch_size, low=4, high=512, log=True, label="Pictures a step"
    )
    width: int = spec.integer(
        STANDARD.width, low=4, high=64, log=True, label="Filters of the first layer"
    )
    position: str = spec.choice(
        STANDARD.position,
        options=POSITIONS,
        label="Position in training",
        help="Anywhere on the canvas, or always in its middle.",
    )
    min_contrast: float = spec.number(
        STANDARD.min_contrast, low=0.05, high=1, step=0.05, label="Lowest contrast"
    )
    noise: float = spec.number(
        STANDARD.noise,
        low=0,
        high=1,
        step=0.01,
        label="Noise",
        help="Standard deviation, where an object's own brightness is 1.",
    )
    rotation_deg: float = spec.number(
        STANDARD.rotation_deg, low=0, high=180, step=1, unit="degrees", label="Turned by up to"
    )
    test_objects: int = spec.integer(
        STANDARD.test_objects, low=10, high=5000, log=True, label="Objects to test on"
    )
    canvas_px: int = spec.integer(
        STANDARD.canvas_px, low=32, high=int(MOST_PX), step=16, unit="px", label="Canvas"
    )

    @property
    def train_range_px(self) -> tuple[float, float]:
        """The lowest and the highest size that is trained on; equal for one size.

        For 'auto' they are the recipe's own, so its module is imported.
        """
        given = range_of(self.train_px)
        if given is not None:
            return given
        from ...training.recipes import recipe

        return recipe(self.recipe).default_range_px

    def plans(self) -> tuple[Plan, ...]:
        """What is to be trained, one plan per seed, with the test sizes in order."""
        low, high = self.train_range_px
        values = {name: getattr(self, name) for name in SAME}
        tested = tuple(sorted(set(self.test_px)))
        return tuple(
            Plan(low_px=low, high_px=high, test_px=tested, seed=seed, **values)
            for seed in self.seeds
        )

    def dynamic_maxima(self) -> dict[str, tuple[int, str]]:
        """No object is both learned from and tested on, so the data bound them together."""
        from ...training.data import DATA

        whole = DATA[self.data].total_objects
        tested = min(self.test_objects, whole - LEAST_OBJECTS)
        return {
            "test_objects": (whole - LEAST_OBJECTS, f"of the {whole} {self.data}"),
            "train_objects": (
                whole - tested,
                f"beside {tested} to test on, of the {whole} {self.data}",
            ),
        }

    def check(self) -> None:
        """Seeds differ; sizes fit on the canvas and are what the recipe takes."""
        if len(set(self.seeds)) != len(self.seeds):
            raise spec.SpecError("seeds", ",".join(map(str, self.seeds)), "seeds that differ")
        allowed = f"sizes up to {self.canvas_px} px, the side of the canvas"
        if max(self.test_px) > self.canvas_px:
            raise spec.SpecError("test_px", f"{max(self.test_px):g}", allowed)
        if self.train_px != AUTO or self.canvas_px < STANDARD.canvas_px:
            self._check_training(allowed)

    def _check_training(self, allowed: str) -> None:
        from ...training.recipes import recipe

        if self.train_range_px[1] > self.canvas_px:
            raise spec.SpecError("train_px", self.train_px, allowed)
        recipe(self.recipe).check(self.plans()[0])
