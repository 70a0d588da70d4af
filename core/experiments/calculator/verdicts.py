"""Whether an object has a size that suits a layer, and what would: one computation for all of it.

Sentences, tables, pictures and JSON are made from what stands here, and compare nothing again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...aerial.layer_sizes import RANGE_LEVEL, LayerSizes, best_size, response_at
from ...evidence.intervals import CONFIDENCE, interval_of_draws, resampled_means
from ...evidence.verdict import Basis, Estimate, Line, Verdict, decide, judge, no_verdict
from ...formatting import pixels
from ...imaging import camera
from ...specs.spec import number_type
from .spec import RESOLVED_PX, Spec

SUITS_LAYER, RAISES_RESPONSE = "object-suits-layer", "resizing-raises-response"
SUITS_LINE = Line(
    "the least response at which a size suits a layer, of its largest at any tested size",
    RANGE_LEVEL,
    "%",
    origin=1.0,
)
GAIN_LINE = Line("the smallest gain worth a resize, of the layer's largest response", 0.1, "%")
SHIFTS = 4  # alignments of every picture, of which the measurement is the mean
PICTURES_DISAGREE = "pictures disagree"  # a reason of its own why a layer has no best size
LARGER_THAN_INPUT = "larger than the input"
STEP_PX = 1.0  # a size that differs by this must give the same answer


@dataclass(frozen=True, eq=False)
class LayerEvidence:
    """What is known of a layer.

    ``curve``: float64 (sizes,), its response relative to the largest; ``draws``: float64 (draws,
    sizes), the same over pictures that are drawn again. ``best``: its best size in px with the
    interval over pictures; None where ``no_best`` says why.
    """

    layer: LayerSizes
    curve: NDArray[np.float64]
    draws: NDArray[np.float64]
    best: Estimate | None
    no_best: str

    def response(self, size_px: float) -> Estimate:
        """The response at a tested size, as a fraction of the largest."""
        sizes = self.layer.sizes_px
        value = float(response_at(sizes, self.curve, size_px))
        return interval_of_draws(value, response_at(sizes, self.draws, size_px))

    def gain(self, from_px: float, to_px: float) -> Estimate:
        """The rise of the response from a tested size to another, as a fraction of the largest."""
        sizes = self.layer.sizes_px
        curves = (self.curve, self.draws)
        value, draws = (
            response_at(sizes, each, to_px) - response_at(sizes, each, from_px) for each in curves
        )
        return interval_of_draws(float(value), draws)


def _relative(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    relative: NDArray[np.float64] = curves / curves.max(axis=-1, keepdims=True)
    return relative


def _best(layer: LayerSizes, draws: NDArray[np.float64]) -> tuple[Estimate | None, str]:
    """The best size over pictures; none where more than one draw in twenty has none."""
    value, reason = best_size(layer.sizes_px, layer.curve.tolist())
    if value is None:
        return None, reason
    sizes = [best_size(layer.sizes_px, draw)[0] for draw in draws.tolist()]
    known = [size for size in sizes if size is not None]
    if len(known) < CONFIDENCE * len(sizes):
        return None, PICTURES_DISAGREE
    return interval_of_draws(value, np.array(known)), ""


@cache
def evidence_of(layer: LayerSizes) -> LayerEvidence:
    """Return what is known of a layer, over its pictures; computed once."""
    draws = _relative(resampled_means(layer.pictures))
    return LayerEvidence(layer, _relative(layer.curve), draws, *_best(layer, draws))


@dataclass(frozen=True)
class Advice:
    """What would surely raise a layer's response.

    ``resize_by``: the factor from the object at the input now to the best size; ``resize``: the
    resize factor from the sensor's pixels that gives it; ``gain``: the verdict that it rests on.
    """

    resize_by: float
    resize: float
    gain: Verdict


@dataclass(frozen=True, eq=False)
class LayerTarget:
    """What one layer makes of the object, and the size that would suit it better.

    ``best``: the layer's best size in px; where it has none, ``octaves`` and ``factor``, both from
    the object at the input now to that size, ``resample``, the resize factor from the sensor's
    pixels, and ``field_of_view_m``, the side of the ground that the input then shows, are None.
    ``words``: the answer in a few words. ``verdict``: its ``extra`` holds the advice.
    """

    layer: LayerSizes
    verdict: Verdict
    words: str
    best: Estimate | None
    no_best: str
    octaves: float | None
    factor: float | None
    resample: float | None
    field_of_view_m: float | None
    advice: Advice | None


def unmeasured(spec: Spec, layer: LayerSizes) -> tuple[str, str]:
    """Why the object has no measured response: in a few words, and as a sentence; else empty."""
    object_px, size_px, side_px = spec.object_px, spec.input_px, spec.network_sizes.input_px
    if object_px < RESOLVED_PX:
        spans = f"At the sensor the object spans {pixels(object_px)}"
        return "not resolved", f"{spans}, which is not resolved (below {RESOLVED_PX:g} px)."
    if object_px > spec.picture_side_px:
        side = pixels(spec.picture_side_px)
        return "larger than the sensor's picture", (
            f"The object spans {pixels(object_px)}, more than the sensor's picture of {side} shows."
        )
    if size_px < RESOLVED_PX:
        spans = f"At the input the object spans {pixels(size_px)}"
        return "not resolved at the input", (
            f"{spans}, which is not resolved (below {RESOLVED_PX:g} px)."
        )
    if size_px > side_px:
        return LARGER_THAN_INPUT, (
            f"The object spans {pixels(size_px)}, more than the input of {side_px} px shows."
        )
    if not layer.is_tested(size_px):
        low, high = layer.sizes_px[0], layer.sizes_px[-1]
        return "outside the tested sizes", (
            f"{pixels(size_px)} is outside the tested sizes, {low:g} to {high:g} px."
        )
    return "", ""


def _basis(layer: LayerSizes) -> Basis:
    pictures, sizes = layer.pictures.shape
    return Basis(alignments=SHIFTS, pictures=pictures, sizes=sizes, networks=1)


def _nearby(layer: LayerSizes, size_px: float) -> tuple[float, ...]:
    """Sizes a pixel smaller and larger, within the tested sizes."""
    low, high = layer.sizes_px[0], layer.sizes_px[-1]
    return tuple(min(max(size_px + step, low), high) for step in (-STEP_PX, STEP_PX))


def _judge(question: str, line: Line, layer: LayerSizes, measured: tuple[Estimate, ...]) -> Verdict:
    """Judge a value; ``measured``: at the object's size, and a pixel below and above it."""
    value, *variants = measured
    verdict = judge(question, value, line, _basis(layer), layer.name, variants)
    if verdict.is_undecided and decide(value, line)[0] != verdict.verdict:
        return replace(verdict, reason="One pixel more or less gives another answer.")
    return verdict


def _judge_size(spec: Spec, evidence: LayerEvidence) -> tuple[Verdict, str]:
    """The verdict, and the answer in a few words."""
    layer, size_px = evidence.layer, spec.input_px
    words, reason = unmeasured(spec, layer)
    if reason:
        return no_verdict(SUITS_LAYER, SUITS_LINE, _basis(layer), reason, layer.name), words
    responses = tuple(evidence.response(size) for size in (size_px, *_nearby(layer, size_px)))
    verdict = _judge(SUITS_LAYER, SUITS_LINE, layer, responses)
    if verdict.is_undecided:
        return verdict, "undecided"
    return verdict, "within the layer's range" if verdict.is_yes else _outside(layer, size_px)


def _outside(layer: LayerSizes, size_px: float) -> str:
    """Where a size lies that is in none of the ranges, in a few words."""
    if size_px < layer.ranges[0].low_px:
        return "too small for the layer"
    if size_px > layer.ranges[-1].high_px:
        return "too large for the layer"
    return "between the ranges of the layer"


def _advice(spec: Spec, evidence: LayerEvidence, verdict: Verdict) -> Advice | None:
    """Advise a resize where the size does not suit and the best size surely raises the response.

    None as well where the input or the resize factor ends before the best size.
    """
    if not verdict.is_no or evidence.best is None:
        return None
    best_px, size_px, layer = evidence.best.value, spec.input_px, evidence.layer
    gains = tuple(evidence.gain(each, best_px) for each in (size_px, *_nearby(layer, size_px)))
    gain = _judge(RAISES_RESPONSE, GAIN_LINE, layer, gains)
    resize = best_px / spec.object_px
    fits = best_px <= spec.network_sizes.input_px and number_type(spec, "resize").accepts(resize)
    return Advice(best_px / size_px, resize, gain) if gain.is_yes and fits else None


def layer_target(spec: Spec, layer: LayerSizes) -> LayerTarget:
    """Judge the object's size for a layer, and give the size that it responds to best."""
    evidence = evidence_of(layer)
    verdict, words = _judge_size(spec, evidence)
    advice = _advice(spec, evidence, verdict)
    values = None if advice is None else {"resize_by": advice.resize_by, "resize": advice.resize}
    best = evidence.best
    resample = None if best is None else best.value / spec.object_px
    return LayerTarget(
        layer=layer,
        verdict=replace(verdict, extra={"advice": values}),
        words=words,
        best=best,
        no_best=evidence.no_best,
        octaves=None if best is None else camera.octaves(best.value, spec.input_px),
        factor=None if best is None else best.value / spec.input_px,
        resample=resample,
        field_of_view_m=None if resample is None else spec.field_of_view_m(resample),
        advice=advice,
    )
