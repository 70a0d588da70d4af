"""What a sweep of a network shows, in sentences that are computed from its numbers.

They speak of this network, this picture and these settings only.
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

EVEN = 0.5  # of the probability: from here on the network counts as knowing the thing
CLEAR = 0.7  # a rank correlation from here on counts as an order
FOUND = 0.5  # of all objects

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
    """What is looked at: 'a cat', 'this picture'."""
    name = result.setting.subject.name
    return "this picture" if result.setting.is_user_picture else SUBJECTS[name].title


def class_list(result: Result) -> str:
    """The right answers by name: 'espresso and tea cup', 'one of 5 classes'."""
    names = [labels()[at] for at in result.classes]
    return formatting.join_with_and(names) if len(names) <= 3 else f"one of {len(names)} classes"


def recognized_runs(result: Result) -> list[tuple[int, int]]:
    """Runs of sizes, first and last, in which the mean probability is at least one half."""
    if result.probability is None:
        return []
    there = np.flatnonzero(result.probability.mean(axis=1) >= EVEN)
    runs = np.split(there, np.flatnonzero(np.diff(there) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if len(run)]


def _range(result: Result, run: tuple[int, int]) -> str:
    low, high = (formatting.pixels(float(result.sizes_px[at])) for at in run)
    if run[1] == len(result.sizes_px) - 1:
        return "at every size" if run[0] == 0 else f"from {low} on"
    return f"at {low} only" if run[0] == run[1] else f"from {low} to {high}"


def recognized_sizes(result: Result) -> str:
    """Where the network knows the thing: 'from 45 px on', 'at no size'."""
    return (
        formatting.join_with_and([_range(result, run) for run in recognized_runs(result)])
        or "at no size"
    )


def describe_recognition(result: Result) -> str:
    """Over which sizes the network gives the right answer at least half of its probability."""
    if result.probability is None:
        return f"{network_name(result)} has no classes: it cannot say what it sees."
    what = (
        f"its own first answer at {formatting.pixels(result.reference_px)}, {class_list(result)},"
        if result.assumed
        else f"a right answer ({class_list(result)})"
    )
    start = f"{network_name(result)} gives {object_name(result)} {what}"
    return f"{start} at least half of its probability {recognized_sizes(result)}."


def describe_shift_effect(result: Result) -> str:
    """The size at which the small shifts change the probability most."""
    probabilities = result.probability
    if probabilities is None or probabilities.shape[1] < 2:
        return ""
    at = int(np.ptp(probabilities, axis=1).argmax())
    low, high = (
        formatting.percent(float(value))
        for value in (probabilities[at].min(), probabilities[at].max())
    )
    return (
        f"Position matters too: at {formatting.pixels(float(result.sizes_px[at]))} a move by up to "
        f"{probabilities.shape[1] - 1} px alone takes that probability from {low} to {high}."
    )


def _title(result: Result, name: str) -> str:
    return result.setting.network.layer(name).title.split(",")[0]


def _octaves(value: float) -> str:
    shown = formatting.significant_digits(value, 2)
    return f"{shown} octave{'' if shown == '1' else 's'}"


def _octaves_measured(result: Result) -> float:
    """Octaves from the reference size down to the smallest of the sweep."""
    return float(np.log2(result.reference_px / result.sizes_px[0]))


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    _, layer, count = np.unique(np.array(values), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    middle: NDArray[np.float64] = (last - (count - 1) / 2)[layer]
    return middle


def tolerances(result: Result) -> list[float]:
    """Per layer, by depth, in octaves; where the sweep cuts a tolerance off, all of the range."""
    values = [one.tolerance_octaves for one in result.layers.values()]
    return [_octaves_measured(result) if value is None else value for value in values]


def depth_correlation(result: Result) -> float | None:
    """Rank correlation (Spearman) of a layer's depth with its tolerance, -1 to 1.

    A layer whose tolerance the sweep cuts off counts as the most tolerant. None with fewer than
    three layers, or where all are alike.
    """
    full = tolerances(result)
    if len(full) < 3 or len(set(full)) == 1:
        return None
    return float(np.corrcoef(np.arange(len(full)), _ranks(full))[0, 1])


def _order(result: Result) -> str:
    found = depth_correlation(result)
    if found is None:
        return ""
    if found >= CLEAR:
        return f" On the whole deeper layers tolerate more (rank correlation {found:.2f})."
    if found <= -CLEAR:
        return f" On the whole deeper layers tolerate less (rank correlation {found:.2f})."
    return f" 'Deeper is more tolerant' does not hold here (rank correlation {found:.2f})."


def describe_tolerance(result: Result) -> str:
    """How far the thing may shrink before each layer answers it half as before."""
    reach, layers = _octaves_measured(result), result.layers
    recognized_runs = {name: one.tolerance_octaves for name, one in layers.items()}
    measured = {name: value for name, value in recognized_runs.items() if value is not None}
    start = f"From {formatting.pixels(result.reference_px)} down, corrected for other objects"
    if reach == 0 or not layers:
        return "No size below the reference size was measured, so no tolerance can be told."
    if not measured:
        return f"{start}, no layer's likeness falls to one half within {_octaves(reach)}."
    least = min(measured, key=measured.__getitem__)
    last = next(reversed(recognized_runs))
    end = recognized_runs[last]
    shown = f"more than {_octaves(reach)}" if end is None else _octaves(end)
    held = [_title(result, name) for name, value in recognized_runs.items() if value is None]
    whole = (
        f" {formatting.join_with_and(held)} stay above it within {_octaves(reach)}." if held else ""
    )
    return (
        f"{start}, likeness falls to one half soonest in {_title(result, least)}, after "
        f"{_octaves(measured[least])}; in the last layer, {_title(result, last)}, after {shown}."
        f"{whole}{_order(result)}"
    )


def describe_retrieval(result: Result) -> str:
    """The smallest size down to which half of the objects are nearest to themselves, last layer."""
    if not result.layers:
        return ""
    name = next(reversed(result.layers))
    shares = result.layers[name].retrieval[: result.reference + 1]
    lost = np.flatnonzero(shares < FOUND)
    first = int(lost[-1]) + 1 if len(lost) else 0
    if first >= result.reference:
        down = "at no smaller size that was measured"
    else:
        down = f"down to {formatting.pixels(float(result.sizes_px[first]))}"
    return (
        f"In {_title(result, name)}, {down}, at least half of the "
        f"{len(result.setting.others) + 1} objects are more like themselves at "
        f"{formatting.pixels(result.reference_px)} than like any other."
    )


def describe_layer_shift_effect(result: Result) -> str:
    """What a small move alone does to the layers, at the size and layer where it does most."""
    values = {name: one.shift_similarity for name, one in result.layers.items()}
    if not values or all(np.isnan(one).all() for one in values.values()):
        return ""
    name = min(values, key=lambda one: float(np.nanmin(values[one])))
    at = int(np.nanargmin(values[name]))
    steps = result.setting.spec.shifts - 1
    return (
        f"For comparison, a move by up to {steps} px alone takes the likeness of "
        f"{_title(result, name)} down to {values[name][at]:.2f} at "
        f"{formatting.pixels(float(result.sizes_px[at]))}, and nowhere further."
    )


def describe(result: Result) -> list[str]:
    """The sentences of one sweep, the main one first; says when it was stopped early."""
    said = [
        describe_recognition(result),
        describe_shift_effect(result),
        describe_tolerance(result),
        describe_retrieval(result),
    ]
    said.append(describe_layer_shift_effect(result))
    if not result.complete:
        count, all_of = len(result.sizes_px), len(result.setting.sizes_px)
        said.append(f"The sweep was stopped after {count} of {all_of} sizes.")
    return [sentence for sentence in said if sentence]


def compare_sweeps(results: Sequence[Result]) -> str:
    """Where each of several sweeps of one thing knows it, by the one field that they differ in.

    Raises ValueError unless the specs differ in exactly one field.
    """
    specs = [result.setting.spec for result in results]
    names = [one.name for one in fields(specs[0]) if len({getattr(s, one.name) for s in specs}) > 1]
    if len(names) != 1:
        raise ValueError(
            f"the sweeps differ in {formatting.join_with_and(names) or 'nothing'}, not in one field"
        )
    name = names[0]
    parts = [
        f"{getattr(result.setting.spec, name)} {recognized_sizes(result)}"
        for result in results
        if result.probability is not None
    ]
    label = NAMES.get(name, name.removesuffix("_px").replace("_", " ").capitalize())
    same = len({tuple(recognized_runs(result)) for result in results}) == 1
    verdict = " It makes no difference to that here." if same else ""
    return f"{label}: known {'; '.join(parts)}.{verdict}" if parts else ""


def compare_with_control(trained: Result, shuffled: Result) -> str:
    """How many layers of the trained network tolerate more than those of its shuffled twin."""
    pairs = list(zip(tolerances(trained), tolerances(shuffled), strict=True))
    more = sum(ours > theirs for ours, theirs in pairs)
    less = sum(ours < theirs for ours, theirs in pairs)
    return (
        f"Of {len(pairs)} layers, {more} tolerate more shrinking than with shuffled weights and "
        f"{less} tolerate less."
    )
