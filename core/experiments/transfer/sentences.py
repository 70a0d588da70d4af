"""Sentences on a measurement of transfer, made from its verdicts and its numbers."""

from __future__ import annotations

from ...evidence.verdict import Verdict
from ...formatting import significant_digits
from . import accuracy_sentences as accuracies
from . import verdicts
from .accuracy_sentences import BASELINE_NAME, resized, title_of
from .gains import Gain
from .result import Result
from .selection import Choice

LINE = f"{significant_digits(verdicts.GAIN_LINE.value)} percentage point"

SAME_LAYER = "The chosen layer is the last one."
SAME_SIZE = "The chosen resize factor is 1: unresized tiles."


def describe(result: Result) -> list[str]:
    """All sentences that the result allows, the recommendation first."""
    sentences = (
        recommendation(result),
        *describe_parts(result),
        accuracies.describe_controls(result),
        *(describe_control_gain(result, name) for name in CONTROL_NAMES),
        accuracies.describe_label_counts(result),
        describe_few_labels(result),
        accuracies.describe_layers(result),
        accuracies.describe_cross_resolution(result),
        accuracies.describe_evidence(result),
        accuracies.describe_limits(result),
    )
    return [sentence for sentence in sentences if sentence]


def capitalized(text: str) -> str:
    """Begin a sentence with a text."""
    return text[:1].upper() + text[1:]


def points(gain: Gain) -> str:
    """A gain with the interval by which it is judged, in percentage points."""
    return f"{gain.points:+.1f} percentage points ({gain.joint_low:+.1f} to {gain.joint_high:+.1f})"


def _resize(factor: float, gsd_m: float) -> str:
    scale = f"({significant_digits(gsd_m / factor)} m per input pixel)"
    if factor == 1:
        return f"leave tiles unresized {scale}"
    verb = "enlarge" if factor > 1 else "reduce"
    times = factor if factor > 1 else 1 / factor
    return f"{verb} tiles {significant_digits(times)} times {scale}"


def recommendation(result: Result) -> str:
    """Layer, resize factor and gain with its interval; or why nothing is recommended."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    verdict, whole = verdicts.recommendation(result, choice), choice.gains["whole"]
    gsd_m = protocol.tile_set.gsd_m
    at_gsd = f"t {significant_digits(gsd_m)} m per pixel"
    if verdict.estimate is None:
        return f"A{at_gsd}, no recommendation. {verdict.reason}"
    layer = title_of(result, choice.layer)
    over = f"over {BASELINE_NAME}: {points(whole)}"
    if verdict.is_yes:
        return f"For tiles a{at_gsd}, {_advice(result, choice)}. Gain {over}."
    best = f"Best in validation: {layer}, {resized(choice.factor)}. Gain {over}."
    if verdict.is_no:
        return f"A{at_gsd}, no recommendation: the gain is less than {LINE}. {best}"
    return f"A{at_gsd}, no recommendation: undecided. {best} {_because(verdict)}"


def _advice(result: Result, choice: Choice) -> str:
    """What is recommended: of layer and resizing, the one that surely helps, or both together."""
    protocol = result.protocol
    layer = f"{title_of(result, choice.layer)} of {protocol.network.title}"
    resizing = _resize(choice.factor, protocol.tile_set.gsd_m)
    if choice.factor == 1 or verdicts.compares_nothing(result, choice, "layer"):
        return f"use {layer} and {resizing}"
    by_layer, by_resizing = (
        verdicts.gain_verdict(result, choice, name).is_yes for name in ("layer", "resize")
    )
    if by_layer == by_resizing:
        return f"use {layer} and {resizing}"
    if by_resizing:
        return f"{resizing}, with {layer}, the best in validation"
    return f"use {layer}, with {resized(choice.factor)}, the best in validation"


def _because(verdict: Verdict) -> str:
    """Why a verdict is undecided, one sentence."""
    crossing = verdict.reason == "The interval crosses the line."
    return f"The line is {LINE}." if crossing else verdict.reason


def _judged(verdict: Verdict, yes: str, no: str, undecided: str) -> str:
    """The sentence of an answer; that of 'undecided' with the reason."""
    if verdict.is_yes or verdict.is_no:
        return f"{yes if verdict.is_yes else no}."
    return f"Undecided whether {undecided}. {_because(verdict)}"


def describe_parts(result: Result) -> list[str]:
    """The parts of the gain, of the layer and of resizing, and the gain of only one of them."""
    return [
        describe_layer_gain(result),
        describe_resize_gain(result),
        describe_alone(result, "resize_alone"),
        describe_alone(result, "layer_alone"),
    ]


def describe_layer_gain(result: Result) -> str:
    """Gain of the chosen layer over the last layer at the same resize factor."""
    choice = result.choice
    if choice is None or verdicts.compares_nothing(result, choice, "layer"):
        return ""
    gain, layer = points(choice.gains["layer"]), title_of(result, choice.layer)
    same = f"both with {resized(choice.factor)}"
    return _judged(
        verdicts.gain_verdict(result, choice, "layer"),
        f"Of this, {layer} instead of the last layer gains {gain}, {same}",
        f"{capitalized(layer)} gains less than {LINE} over the last layer: {gain}, {same}",
        f"{layer} is better than the last layer, {same}: {gain}",
    )


def describe_resize_gain(result: Result) -> str:
    """Gain of the chosen resize factor at the last layer."""
    choice = result.choice
    if choice is None or verdicts.compares_nothing(result, choice, "resize"):
        return ""
    gain, factor = points(choice.gains["resize"]), significant_digits(choice.factor)
    return _judged(
        verdicts.gain_verdict(result, choice, "resize"),
        f"Resizing by {factor} gains {gain} at the last layer",
        f"Resizing by {factor} gains less than {LINE} at the last layer: {gain}",
        f"resizing by {factor} helps at the last layer: {gain}",
    )


def describe_alone(result: Result, name: str) -> str:
    """Gain of the best factor at the last layer, or of the best layer without resizing.

    ``name``: 'resize_alone' or 'layer_alone'. Empty where it is the whole choice.
    """
    choice = result.choice
    if choice is None or verdicts.compares_nothing(result, choice, name):
        return ""
    if name == "resize_alone":
        if choice.best_factor_last_layer == choice.factor:
            return ""  # as in the sentence on resizing
        what = f"resizing by {significant_digits(choice.best_factor_last_layer)} alone (last layer)"
    else:
        if choice.factor == 1:
            return ""  # as in the sentence on the layer
        what = f"another layer alone ({title_of(result, choice.best_unresized_layer)}, unresized)"
    gain = points(choice.gains[name])
    return _judged(
        verdicts.gain_verdict(result, choice, name),
        f"{capitalized(what)} gains {gain}",
        f"{capitalized(what)} gains less than {LINE}: {gain}",
        f"{what} helps: {gain}",
    )


CONTROL_NAMES = {
    "over_mean_color": "the mean color alone",
    "over_shuffled": "shuffled weights",
    "over_untrained": "untrained weights",
}


def describe_control_gain(result: Result, name: str) -> str:
    """Gain of the choice over the mean color, or over a network with random weights."""
    choice = result.choice
    if choice is None or name not in choice.gains:
        return ""
    gain, control = points(choice.gains[name]), CONTROL_NAMES[name]
    return _judged(
        verdicts.gain_verdict(result, choice, name),
        f"Gain over {control}: {gain}",
        f"Gain over {control}: less than {LINE}, {gain}",
        f"the choice is better than {control}: {gain}",
    )


def describe_few_labels(result: Result) -> str:
    """Whether the choice with few labels is more accurate than the baseline with many."""
    verdict = verdicts.few_labels(result)
    if verdict is None or result.few_labels is None:
        return ""
    few, many = result.label_counts[0], result.label_counts[-1]
    compared, gain = f"the choice with {few} labels per class", points(result.few_labels)
    other = f"the baseline with {many}"
    return _judged(
        verdict,
        f"{capitalized(compared)} is more accurate than {other}: {gain}",
        f"{capitalized(compared)} gains less than {LINE} over {other}: {gain}",
        f"{compared} is more accurate than {other}: {gain}",
    )
