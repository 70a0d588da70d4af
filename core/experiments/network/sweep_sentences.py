"""Sentences about a size sweep, computed from its numbers.

They hold for this network, this picture and these settings only.
"""

from __future__ import annotations

import numpy as np

from ... import formatting
from ...evidence.finding import Finding
from .recognition import describe_recognition, describe_shift_effect, object_name
from .recognition import findings as recognition_findings
from .sweep import Result

RETRIEVED = 0.5  # of all objects


def _title(result: Result, name: str) -> str:
    return result.setting.network.layer(name).title.split(",")[0]


def _octaves(value: float) -> str:
    text = formatting.significant_digits(value, 2)
    return f"{text} octave{'' if text == '1' else 's'}"


def _octaves_measured(result: Result) -> float:
    """Octaves from the reference size down to the smallest of the sweep."""
    return float(np.log2(result.reference_px / result.sizes_px[0]))


def _is_undefined(result: Result, name: str) -> bool:
    """Whether a layer's similarity is not defined on the way down, without any activation."""
    similarity = result.layers[name].corrected[: result.reference + 1]
    return result.layers[name].tolerance_octaves is None and bool(np.isnan(similarity).any())


def _rest(result: Result, names: list[str]) -> str:
    """What there is to say of the layers without a tolerance."""
    above = [_title(result, name) for name in names if not _is_undefined(result, name)]
    if not above:
        return ""
    stays = "stays" if len(above) == 1 else "stay"
    octaves = _octaves(_octaves_measured(result))
    return f" {formatting.join_with_and(above)} {stays} above it within {octaves}."


def describe_tolerance(result: Result) -> str:
    """Say how far the object may shrink before its similarity in each layer falls to one half."""
    octaves, layers = _octaves_measured(result), result.layers
    known = {name: layer.tolerance_octaves for name, layer in layers.items()}
    measured = {name: value for name, value in known.items() if value is not None}
    start = f"For {object_name(result)}, from {formatting.pixels(result.reference_px)} down"
    if octaves == 0 or not layers:
        return "No size below the reference size was measured, so the tolerance is unknown."
    if not measured:
        return (
            f"{start}, no layer's similarity (corrected for other objects) is known to fall to one "
            f"half within {_octaves(octaves)}."
        )
    first = min(measured, key=measured.__getitem__)
    last = next(reversed(known))
    rest = _rest(result, [name for name, value in known.items() if value is None])
    where = f"{_title(result, first)}, after {_octaves(measured[first])}"
    if first == last:
        where = f"the last layer, {where}"
    return (
        f"{start}, the similarity (corrected for other objects) falls to one half first in "
        f"{where}.{'' if first == last else _last(result, last)}{rest}"
    )


def _last(result: Result, last: str) -> str:
    """When the similarity falls to one half in the last layer, which is not the first to do so."""
    end = result.layers[last].tolerance_octaves
    octaves = f"more than {_octaves(_octaves_measured(result))}" if end is None else _octaves(end)
    if _is_undefined(result, last):
        octaves = "an unknown number of octaves"
    return f" In the last layer, {_title(result, last)}, it does so after {octaves}."


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


TOLERANCE = (
    "Cosine similarity of the spatially averaged activations, minus those of the blank canvas, to "
    "those at the reference size; corrected so that 0 is the mean similarity of other objects. One "
    "picture: no verdict on the network."
)
RETRIEVAL = (
    "An object counts where its activations are nearest to its own at the reference size, by "
    "cosine similarity, among all objects."
)
SHIFTED = "Cosine similarity of the object's activations to those after a shift, at the same size."


def _tolerances(result: Result) -> str:
    """The tolerance of every layer where it is defined."""
    range_octaves = _octaves(_octaves_measured(result))
    parts = [
        f"{name} more than {range_octaves}"
        if layer.tolerance_octaves is None
        else f"{name} {_octaves(layer.tolerance_octaves)}"
        for name, layer in result.layers.items()
        if not _is_undefined(result, name)
    ]
    return f"{'; '.join(parts)}." if parts else ""


def _shift_similarities(result: Result) -> str:
    """The lowest similarity after a shift in every layer, over all sizes."""
    known = {name: layer.shift_similarity for name, layer in result.layers.items()}
    parts = [
        f"{name} {np.nanmin(values):.2f}"
        for name, values in known.items()
        if not np.isnan(values).all()
    ]
    return f"Lowest over all sizes: {'; '.join(parts)}."


def findings(result: Result) -> list[Finding]:
    """What is said of one sweep, with the numbers of every layer."""
    found = recognition_findings(result)
    if not result.layers:
        return found
    shares = [
        f"{formatting.pixels(size)} {formatting.percent(float(share))}"
        for size, share in zip(
            result.sizes_px, next(reversed(result.layers.values())).retrieval, strict=True
        )
    ]
    told = (
        (describe_tolerance(result), TOLERANCE, _tolerances(result)),
        (describe_retrieval(result), RETRIEVAL, f"{'; '.join(shares)}."),
        (describe_layer_shift_effect(result), SHIFTED, _shift_similarities(result)),
    )
    return found + [
        Finding(sentence, definition, numbers=numbers)
        for sentence, definition, numbers in told
        if sentence
    ]


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
