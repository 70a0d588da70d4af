"""Sentences about a size sweep, computed from its numbers.

They hold for this network, this picture and these settings only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...imaging.subjects import SUBJECTS
from ...networks import labels
from .sweep import Result

RECOGNIZED = 0.5  # a probability from here on counts as recognized
MONOTONIC = 0.7  # a rank correlation from here on counts as a trend over depth
RETRIEVED = 0.5  # of all objects

NAMES = {
    "resize_mode": "What is resized",
    "weights": "Weights",
    "image": "Object",
    "detail_px": "Detail in px, 0 for all of it",
}


def network_name(result: Result) -> str:
    """The network's title, and whether its weights are shuffled."""
    shuffled = result.setting.spec.weights == "shuffled"
    return f"{result.setting.network.title}{' with shuffled weights' if shuffled else ''}"


def object_name(result: Result) -> str:
    """The object: 'a cat', or 'this picture' for the user's picture."""
    name = result.setting.subject.name
    return "this picture" if result.setting.is_user_picture else SUBJECTS[name].title


def class_list(result: Result) -> str:
    """The correct classes by name: 'espresso and cup', 'the 5 correct classes'."""
    names = [labels()[index] for index in result.classes]
    few = formatting.join_with_and(names)
    return few if len(names) <= 3 else f"the {len(names)} correct classes"


def recognized_runs(result: Result) -> list[tuple[int, int]]:
    """Runs of sizes, (first, last) index, in which the mean probability is at least one half."""
    if result.probability is None:
        return []
    indices = np.flatnonzero(result.probability.mean(axis=1) >= RECOGNIZED)
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if len(run)]


def _range(result: Result, run: tuple[int, int]) -> str:
    low, high = (formatting.pixels(float(result.sizes_px[index])) for index in run)
    if run[1] == len(result.sizes_px) - 1:
        return "at every size" if run[0] == 0 else f"from {low} on"
    return f"at {low} only" if run[0] == run[1] else f"from {low} to {high}"


def recognized_sizes(result: Result) -> str:
    """The sizes at which the network recognizes the object: 'from 45 px on', 'at no size'."""
    runs = [_range(result, run) for run in recognized_runs(result)]
    return formatting.join_with_and(runs) or "at no size"


def describe_recognition(result: Result) -> str:
    """Say at which sizes the correct classes together get at least half of the probability."""
    if result.probability is None:
        return f"{network_name(result)} has no classes, so it cannot classify the object."
    together = " together" if len(result.classes) > 1 else ""
    classes = (
        f"its own top class at {formatting.pixels(result.reference_px)} ({class_list(result)})"
        if result.assumed
        else f"{class_list(result)}{together}"
    )
    return (
        f"For {object_name(result)}, {network_name(result)} gives {classes} at least 50 % "
        f"{recognized_sizes(result)}."
    )


def describe_shift_effect(result: Result) -> str:
    """Name the size at which shifts by a few pixels change the probability most."""
    probability = result.probability
    if probability is None or probability.shape[1] < 2:
        return ""
    index = int(np.ptp(probability, axis=1).argmax())
    low, high = (
        formatting.percent(float(value))
        for value in (probability[index].min(), probability[index].max())
    )
    return (
        f"Position matters too: at {formatting.pixels(float(result.sizes_px[index]))}, shifts "
        f"of up to {probability.shape[1] - 1} px change that probability between {low} and {high}."
    )


def _title(result: Result, name: str) -> str:
    return result.setting.network.layer(name).title.split(",")[0]


def _octaves(value: float) -> str:
    text = formatting.significant_digits(value, 2)
    return f"{text} octave{'' if text == '1' else 's'}"


def _octaves_measured(result: Result) -> float:
    """Octaves from the reference size down to the smallest of the sweep."""
    return float(np.log2(result.reference_px / result.sizes_px[0]))


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    _, group, count = np.unique(np.array(values), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean_ranks: NDArray[np.float64] = (last - (count - 1) / 2)[group]
    return mean_ranks


def tolerances(result: Result) -> list[float]:
    """Tolerance of every layer in octaves, by depth; the whole range where none was reached."""
    values = [layer.tolerance_octaves for layer in result.layers.values()]
    return [_octaves_measured(result) if value is None else value for value in values]


def depth_correlation(result: Result) -> float | None:
    """Spearman's rank correlation of depth with tolerance, -1 to 1.

    Layers whose similarity stays above one half share the largest tolerance. None with fewer than
    three layers, or where all are equal.
    """
    values = tolerances(result)
    if len(values) < 3 or len(set(values)) == 1:
        return None
    return float(np.corrcoef(np.arange(len(values)), _ranks(values))[0, 1])


def _trend(result: Result) -> str:
    correlation = depth_correlation(result)
    if correlation is None:
        return ""
    if correlation >= MONOTONIC:
        return f" Overall, deeper layers tolerate more (rank correlation {correlation:.2f})."
    if correlation <= -MONOTONIC:
        return f" Overall, deeper layers tolerate less (rank correlation {correlation:.2f})."
    return f" Depth alone does not predict the tolerance (rank correlation {correlation:.2f})."


def describe_tolerance(result: Result) -> str:
    """Say how far the object may shrink before its similarity in each layer falls to one half."""
    octaves, layers = _octaves_measured(result), result.layers
    known = {name: layer.tolerance_octaves for name, layer in layers.items()}
    measured = {name: value for name, value in known.items() if value is not None}
    start = f"From {formatting.pixels(result.reference_px)} down"
    if octaves == 0 or not layers:
        return "No size below the reference size was measured, so the tolerance is unknown."
    if not measured:
        return (
            f"{start}, no layer's similarity (corrected for other objects) falls to one half "
            f"within {_octaves(octaves)}."
        )
    first = min(measured, key=measured.__getitem__)
    last = next(reversed(known))
    end = known[last]
    last_octaves = f"more than {_octaves(octaves)}" if end is None else _octaves(end)
    above = [_title(result, name) for name, value in known.items() if value is None]
    names = formatting.join_with_and(above)
    stays = "stays" if len(above) == 1 else "stay"
    rest = f" {names} {stays} above it within {_octaves(octaves)}." if above else ""
    return (
        f"{start}, the similarity (corrected for other objects) falls to one half first in "
        f"{_title(result, first)}, after {_octaves(measured[first])}. In the last layer, "
        f"{_title(result, last)}, it does so after {last_octaves}.{rest}{_trend(result)}"
    )


def describe_retrieval(result: Result) -> str:
    """Name the size down to which half of the objects are nearest to themselves, last layer."""
    if not result.layers:
        return ""
    name = next(reversed(result.layers))
    fractions = result.layers[name].retrieval[: result.reference + 1]
    lost = np.flatnonzero(fractions < RETRIEVED)
    first = int(lost[-1]) + 1 if len(lost) else 0
    if first >= result.reference:
        down = "at no smaller size that was measured"
    else:
        down = f"down to {formatting.pixels(float(result.sizes_px[first]))}"
    return (
        f"In {_title(result, name)}, {down}, at least half of the "
        f"{len(result.setting.others) + 1} objects are more similar to themselves at "
        f"{formatting.pixels(result.reference_px)} than to any other object."
    )


def describe_layer_shift_effect(result: Result) -> str:
    """Name the layer and size at which shifts alone change the activations most."""
    values = {name: layer.shift_similarity for name, layer in result.layers.items()}
    if not values or all(np.isnan(line).all() for line in values.values()):
        return ""
    name = min(values, key=lambda layer: float(np.nanmin(values[layer])))
    index = int(np.nanargmin(values[name]))
    steps = result.setting.spec.shifts - 1
    return (
        f"For comparison, shifts of up to {steps} px lower the similarity to "
        f"{values[name][index]:.2f} at most: in {_title(result, name)}, at "
        f"{formatting.pixels(float(result.sizes_px[index]))}."
    )


def describe(result: Result) -> list[str]:
    """The sentences about one sweep, the main one first; says when it was stopped early."""
    sentences = [
        describe_recognition(result),
        describe_shift_effect(result),
        describe_tolerance(result),
        describe_retrieval(result),
        describe_layer_shift_effect(result),
    ]
    if not result.complete:
        count, total = len(result.sizes_px), len(result.setting.sizes_px)
        sentences.append(f"The sweep was stopped after {count} of {total} sizes.")
    return [sentence for sentence in sentences if sentence]


def compare_sweeps(results: Sequence[Result]) -> str:
    """Say where each of several sweeps recognizes the object, by the one field that differs.

    Raises ValueError unless the specs differ in exactly one field.
    """
    specs = [result.setting.spec for result in results]
    names = [
        field.name
        for field in fields(specs[0])
        if len({getattr(spec, field.name) for spec in specs}) > 1
    ]
    if len(names) != 1:
        differing = formatting.join_with_and(names) or "nothing"
        raise ValueError(f"the sweeps differ in {differing}, not in one field")
    name = names[0]
    parts = [
        f"{getattr(result.setting.spec, name)} {recognized_sizes(result)}"
        for result in results
        if result.probability is not None
    ]
    label = NAMES.get(name, name.removesuffix("_px").replace("_", " ").capitalize())
    same = len({tuple(recognized_runs(result)) for result in results}) == 1
    verdict = " These sizes are the same." if same else ""
    return f"{label}: recognized {'; '.join(parts)}.{verdict}" if parts else ""


def compare_with_control(trained: Result, shuffled: Result) -> str:
    """Count the layers that tolerate more with trained than with shuffled weights."""
    pairs = list(zip(tolerances(trained), tolerances(shuffled), strict=True))
    more = sum(ours > theirs for ours, theirs in pairs)
    less = sum(ours < theirs for ours, theirs in pairs)
    return (
        f"Of {len(pairs)} layers, {more} tolerate more shrinking than with shuffled weights, and "
        f"{less} tolerate less."
    )
