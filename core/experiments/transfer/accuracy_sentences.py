"""Sentences on the accuracies of a measurement of transfer, and on how they were measured."""

from __future__ import annotations

import numpy as np

from ...formatting import join_with_and, percent, significant_digits
from .result import Result
from .setup import BASELINE, CHOSEN, MEAN_COLOR, SHUFFLED, TRAINED, UNTRAINED, Protocol

BASELINE_NAME = "the baseline (last layer, unresized tiles)"


def title_of(result: Result, layer: str) -> str:
    """Title of a layer, such as 'block 5'."""
    return result.protocol.network.layer(layer).title.split(",")[0]


def resized(factor: float) -> str:
    """Say by how much tiles are resized."""
    return "unresized tiles" if factor == 1 else f"tiles resized by {significant_digits(factor)}"


def describe_controls(result: Result) -> str:
    """Accuracy of the choice, of the baseline, of controls and of the mean color."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    names = {
        SHUFFLED: "with shuffled weights",
        UNTRAINED: "untrained",
        MEAN_COLOR: "from the mean color alone",
    }
    controls = [
        f"{percent(choice.accuracy(key))} {name}"
        for key, name in names.items()
        if key in choice.correct
    ]
    controls += [f"{percent(protocol.chance)} at chance level"]
    return (
        f"With {title_of(result, choice.layer)} and {resized(choice.factor)}, accuracy is "
        f"{percent(choice.accuracy(CHOSEN))}; that of {BASELINE_NAME} is "
        f"{percent(choice.accuracy(BASELINE))}. For comparison: {join_with_and(controls)}."
    )


def describe_evidence(result: Result) -> str:
    """How tiles and training sets are split, so that what chooses does not score."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    sets = protocol.spec.training_sets
    places = _places(protocol, choice.landscapes)
    validation, test = len(protocol.split.validation), len(protocol.split.test)
    return (
        f"{sets} training sets of {protocol.labels_per_class} tiles per class{places}: "
        f"{len(protocol.choosing_sets)} choose layer and factor on {validation} validation tiles; "
        f"the other {choice.training_sets} are scored on {test} test tiles, which take no part in "
        "choosing. Every accuracy on this page is of these."
    )


def _places(protocol: Protocol, landscapes: int) -> str:
    if not protocol.are_scenes:
        return ""
    return f" on each of {landscapes} landscapes" if landscapes > 1 else " on 1 landscape"


def describe_limits(result: Result) -> str:
    """What the intervals include, and what they do not."""
    choice, protocol = result.choice, result.protocol
    if choice is None:
        return ""
    never = "other classes, networks and probes, or another choice by other validation tiles"
    if not protocol.are_scenes:
        return (
            "Intervals include the random draws of training sets and test tiles, in 95 % of cases. "
            f"This is one data set; other places may differ. They do not include {never}."
        )
    return (
        "Intervals include the random draws of training sets, test tiles and landscapes. On every "
        f"landscape they hold for all {protocol.distances} ground sample distances at once in 95 % "
        f"of cases ({100 * protocol.confidence:.1f} % each); what is shown includes those of all "
        "landscapes, and at least Student's 95 % interval over the landscapes. They do not include "
        f"real images and other places, other ways to draw scenes, {never}."
    )


def describe_label_counts(result: Result) -> str:
    """Effect of more labels, compared with that of layer and resize factor."""
    if result.choice is None or len(result.label_counts) < 2:
        return ""
    baseline, chosen = (result.by_label_count[name].mean for name in (BASELINE, CHOSEN))
    if np.isnan(baseline).any() or np.isnan(chosen).any():
        return ""
    few, many = result.label_counts[0], result.label_counts[-1]
    return (
        f"From {few} to {many} labeled tiles per class, {BASELINE_NAME} goes from "
        f"{percent(float(baseline[0]))} to {percent(float(baseline[-1]))} accuracy. The chosen "
        f"layer and factor go from {percent(float(chosen[0]))} to {percent(float(chosen[-1]))}."
    )


def describe_layers(result: Result) -> str:
    """Layers that may be the most accurate for unresized tiles, at every GSD."""
    interval = result.by_gsd[TRAINED]
    if np.isnan(interval.mean).any():
        return ""
    layers = result.protocol.layers
    phrases = []
    for column, gsd_m in enumerate(result.protocol.tile_set.gsds_m):
        accuracy = interval.mean[:, column]
        within = np.flatnonzero(accuracy >= interval.low[accuracy.argmax(), column])
        first, last = (title_of(result, layers[int(index)]) for index in within[[0, -1]])
        names = first if first == last else f"{first} to {last}"
        phrases.append(f"{names} at {significant_digits(gsd_m)} m")
    return (
        "Layers within the interval of the most accurate one, unresized tiles: "
        f"{join_with_and(phrases)}."
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
