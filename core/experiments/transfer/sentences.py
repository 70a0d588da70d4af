"""Sentences on a measurement of transfer, computed from its numbers."""

from __future__ import annotations

import numpy as np

from ...formatting import join_with_and, percent, significant_digits
from .result import Result
from .selection import MIN_TEST_TILES, Choice, Gain
from .setup import BASELINE, CHOSEN, SHUFFLED, TRAINED, UNTRAINED

BASELINE_NAME = "the baseline (last layer, unresized tiles)"


def describe(result: Result) -> list[str]:
    """All sentences that the result allows, the recommendation first."""
    sentences = (
        recommendation(result),
        describe_evidence(result),
        describe_resizing(result),
        describe_controls(result),
        describe_cross_resolution(result),
    )
    return [sentence for sentence in sentences if sentence]


def title_of(result: Result, layer: str) -> str:
    """Title of a layer, such as 'block 5'."""
    return result.protocol.network.layer(layer).title.split(",")[0]


def points(gain: Gain) -> str:
    """A gain with its interval, in percentage points."""
    return (
        f"{gain.points:+.1f} percentage points (95 % interval {gain.low:+.1f} to {gain.high:+.1f})"
    )


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
    gsd_m = protocol.tile_set.gsd_m
    if _is_baseline(result, choice) and choice.min_test_tiles >= MIN_TEST_TILES:
        gsd = f"{significant_digits(gsd_m)} m per pixel"
        return f"At {gsd}, nothing tested was better than {BASELINE_NAME}."
    if choice.rejection_reason:
        return f"No recommendation. {choice.rejection_reason}"
    return (
        f"For tiles at {significant_digits(gsd_m)} m per pixel, use "
        f"{title_of(result, choice.layer)} of {protocol.network.title} and "
        f"{_resize(choice.factor, gsd_m)}. Gain over {BASELINE_NAME}: {points(choice.gain)}."
    )


def _is_baseline(result: Result, choice: Choice) -> bool:
    return choice.layer == result.protocol.layers[-1] and choice.factor == 1


def describe_evidence(result: Result) -> str:
    """Sizes of the splits behind the recommendation, and what its interval includes."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    return (
        f"Chosen on {len(protocol.split.validation)} validation tiles, scored on "
        f"{choice.test_tiles} test tiles; {choice.training_sets} training sets of "
        f"{protocol.labels_per_class} tiles per class, drawn from {len(protocol.split.pool)}. "
        "The interval includes both sampling errors: training sets and test tiles. "
        "It says nothing about terrain unlike these tiles."
    )


def describe_resizing(result: Result) -> str:
    """Gain of resizing alone at the last layer, and of another layer without resizing."""
    choice = result.choice
    if choice is None:
        return ""
    last = result.protocol.layers[-1]
    factor, layer = choice.best_factor_last_layer, choice.best_unresized_layer
    if factor == 1 and layer == last:
        return ""
    resizing = (
        "At the last layer, the best factor is 1 (no resizing)."
        if factor == 1
        else f"Resizing alone (factor {significant_digits(factor)}, last layer): "
        f"{_points_or_doubt(choice.resize_gain)}."
    )
    if layer == last:
        return resizing
    another = f"Another layer alone ({title_of(result, layer)}, unresized)"
    return f"{resizing} {another}: {_points_or_doubt(choice.layer_gain)}."


def _points_or_doubt(gain: Gain) -> str:
    doubt = "" if gain.is_significant else ", not significantly above 0"
    return f"{points(gain)}{doubt}"


def describe_controls(result: Result) -> str:
    """Accuracy of the choice beside its controls, the mean color and chance."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    layer = protocol.layers.index(choice.layer)
    factor = protocol.factors(protocol.tile_set.gsd_m).index(choice.factor)
    accuracy = {name: float(each.mean[layer, factor]) for name, each in result.by_factor.items()}
    names = {SHUFFLED: "with shuffled weights", UNTRAINED: "untrained"}
    controls = [
        f"{percent(accuracy[key])} {name}" for key, name in names.items() if key in accuracy
    ]
    target = protocol.tile_set.gsds_m.index(protocol.tile_set.gsd_m)
    mean_color = float(result.mean_color.mean[0, target])
    controls += [
        f"{percent(mean_color)} from the mean color alone",
        f"{percent(protocol.chance)} at chance level",
    ]
    tiles = (
        "unresized tiles"
        if choice.factor == 1
        else f"tiles resized by {significant_digits(choice.factor)}"
    )
    return (
        f"With {title_of(result, choice.layer)} and {tiles}, accuracy is "
        f"{percent(accuracy[TRAINED])}. For comparison: {join_with_and(controls)}."
    )


def describe_label_counts(result: Result) -> str:
    """Effect of more labels, compared with that of layer and resize factor."""
    if result.choice is None or len(result.label_counts) < 2:
        return ""
    baseline, chosen = (result.by_label_count[name].mean for name in (BASELINE, CHOSEN))
    if np.isnan(baseline).any() or np.isnan(chosen).any():
        return ""
    few, many = result.label_counts[0], result.label_counts[-1]
    sentence = (
        f"From {few} to {many} labeled tiles per class, {BASELINE_NAME} goes from "
        f"{percent(float(baseline[0]))} to {percent(float(baseline[-1]))} accuracy. The chosen "
        f"layer and factor go from {percent(float(chosen[0]))} to {percent(float(chosen[-1]))}."
    )
    if not _is_baseline(result, result.choice) and chosen[0] > baseline[-1]:
        sentence += f" The choice with {few} labels is more accurate than the baseline with {many}."
    return sentence


def describe_layers(result: Result) -> str:
    """Most accurate layer for unresized tiles at every ground sample distance."""
    accuracy = result.by_gsd[TRAINED].mean
    if np.isnan(accuracy).any():
        return ""
    gsds, names = result.protocol.tile_set.gsds_m, result.protocol.layers
    best = [title_of(result, names[int(index)]) for index in accuracy.argmax(axis=0)]
    layers = [
        f"{name} at {significant_digits(gsd)} m" for name, gsd in zip(best, gsds, strict=True)
    ]
    return (
        "Most accurate layer for unresized tiles, over all held-out tiles: "
        f"{join_with_and(layers)}."
    )


def describe_cross_resolution(result: Result) -> str:
    """Accuracy of probes at another ground sample distance, and of two remedies."""
    intervals = result.cross_resolution
    if not intervals or np.isnan(intervals["as-is"].mean).any():
        return ""
    gsds = np.array(result.protocol.tile_set.gsds_m)
    octaves = np.abs(np.log2(gsds[:, None] / gsds))
    far = (octaves > 0.9) & (octaves < 2.1)
    if not far.any():
        return ""
    same = float(np.diagonal(intervals["as-is"].mean).mean())
    names = {
        "as-is": "on unresized tiles",
        "zoomed": "with training on zoomed tiles",
        "matched": "on tiles resized to the training GSD",
    }
    away = [
        f"{percent(float(np.nanmean(intervals[key].mean[far])))} {name}"
        for key, name in names.items()
        if key in intervals and not np.isnan(intervals[key].mean[far]).all()
    ]
    return (
        f"Accuracy at the training ground sample distance (GSD): {percent(same)}. "
        f"One or two octaves away: {join_with_and(away)}."
    )
