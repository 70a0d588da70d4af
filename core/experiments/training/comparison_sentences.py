"""Sentences about two recipes beside each other, made from their verdicts."""

from __future__ import annotations

import numpy as np

from ... import formatting
from ...evidence.verdict import Verdict
from . import limits, sentences, verdicts
from .comparisons import consistency_at_training
from .result import Result


def better(verdict: Verdict, result: Result, px: float) -> str:
    """Say whether a recipe is more accurate than plain at a size."""
    where, name, estimate = formatting.pixels(px), sentences.name_of(result), verdict.estimate
    value = 0.0 if estimate is None else estimate.value
    points = formatting.significant_digits(abs(value), 2)
    return sentences.Wording(
        f"At {where}, {name} is {points} percentage points {'more' if value >= 0 else 'less'} "
        "accurate than plain (difference {spread})",
        "whichever of their seeds are compared",
        "whichever of their seeds are compared",
        "it is more accurate",
        f"{name} is more accurate than plain at {where}",
    ).sentence(verdict)


def shift(verdict: Verdict, plain: Result, blur: Result) -> str:
    """Say how often the same class is predicted at two positions, with and without blur pooling."""
    before, after = (
        formatting.percent(float(np.mean(consistency_at_training(each)))) for each in (plain, blur)
    )
    return sentences.Wording(
        f"Trained on centered objects at {blur.label}, the same class is predicted at both "
        f"positions in {after} of the pairs with blur pooling and in {before} with max pooling, a "
        "difference of {value} ({spread})",
        "in favor of blur pooling",
        "in favor of max pooling",
        "this is more than none",
        "blur pooling raises shift consistency",
    ).sentence(verdict)


def size(verdict: Verdict, plain: Result, blur: Result) -> str:
    """Say whether the range of sizes is wider with blur pooling."""
    return sentences.Wording(
        "The mean accuracy is at least half of its maximum "
        f"{sentences.ends(limits.half_range(blur))} ({sentences.octaves_phrase(blur)}) with blur "
        f"pooling, and {sentences.ends(limits.half_range(plain))} "
        f"({sentences.octaves_phrase(plain)}) with max pooling, a gain of {{value}} ({{spread}})",
        f"more than the {verdicts.WIDER.value:g} octaves that count as wider",
        f"less than the {verdicts.WIDER.value:g} octaves that would count as wider",
        f"this is more than {verdicts.WIDER.value:g} octaves, which would count as wider",
        "blur pooling widens the range of sizes that is recognized",
    ).sentence(verdict)
