"""Sentences about one object at two sizes, computed from what the network gives for both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ... import formatting
from ...evidence.finding import Finding
from ...imaging.subjects import SUBJECTS
from ...networks import labels
from .commands import backgrounds_command, views_command
from .spec import Spec

if TYPE_CHECKING:
    from .views import View, ViewPair

UNKNOWN_CLASS = "Choose the correct class (unknown for your picture)"
RECOGNIZED = 0.5  # a probability from here on counts as recognized
LEAST_SHOWN = 0.01  # probabilities that differ by less are said to be about the same
ONE_POSITION = "Softmax of the network's output for this one position of the object"


def network_name(spec: Spec) -> str:
    """The network, and whether its weights are shuffled."""
    name = spec.net.title.split(",")[0]
    return f"{name} with shuffled weights" if spec.weights == "shuffled" else name


def object_name(pair: ViewPair) -> str:
    """The object as a noun: 'cat', or 'picture' for a user's picture."""
    name = pair.subject.name
    title = SUBJECTS[name].title if name in SUBJECTS else "a picture"
    article, _, noun = title.partition(" ")
    return noun if article in ("a", "an", "the") else title


def class_list(pair: ViewPair) -> str:
    """The correct classes by name: 'espresso or cup', 'one of 5 classes'."""
    names = [labels()[index] for index in pair.classes]
    return " or ".join(names) if len(names) <= 3 else f"one of {len(names)} classes"


def _prediction(view: View) -> str:
    label, probability = view.top[0]
    return f"'{label}' ({formatting.percent(probability)})"


def size_difference(spec: Spec) -> str:
    """How the far size differs from the near one: '3.8 times smaller (1.91 octaves)'."""
    octaves = math.log2(spec.near_px / spec.far_px)
    if abs(octaves) < 0.005:
        return "the same size"
    factor = formatting.significant_digits(2 ** abs(octaves), 2)
    direction = "smaller" if octaves > 0 else "larger"
    return f"{factor} times {direction} ({abs(octaves):.2f} octaves)"


def describe_views(pair: ViewPair) -> str:
    """Say what the network predicts at both sizes, and how far apart the sizes are."""
    spec, near, far = pair.spec, pair.near, pair.far
    name, difference = network_name(spec), size_difference(spec)
    near_px, far_px = formatting.pixels(near.size_px), formatting.pixels(far.size_px)
    if not near.top or not far.top:
        return f"{name} has no classes. Its feature maps at {near_px} and {far_px}, {difference}."
    predictions = (
        f"{name} classifies the near {object_name(pair)} of {near_px} as {_prediction(near)} and "
        f"the far one of {far_px}, {difference}, as {_prediction(far)}."
    )
    return f"{predictions} {_correct_class(pair)}"


def _correct_class(pair: ViewPair) -> str:
    if pair.near.probability is None or pair.far.probability is None:
        return ""
    near, far = (formatting.percent(view.probability or 0.0) for view in (pair.near, pair.far))
    if pair.assumed:
        is_bundled = pair.subject.name in SUBJECTS
        unknown = "ImageNet has no class for this object" if is_bundled else UNKNOWN_CLASS
        return f"{unknown}. Its own top class, '{class_list(pair)}', gets {near} near, {far} far."
    classes = f"The correct class ({class_list(pair)}) gets"
    if len(pair.classes) > 1:
        classes = f"The {len(pair.classes)} correct classes together get"
    return f"{classes} {near} near and {far} far."


RESIZE_MODE = {
    "distance": "Only the object is resized; the canvas stays the same.",
    "resolution": "The whole picture is resized, with everything around the object.",
    "input-size": "The network's input is resized; the object fills the same part of it.",
}


def describe_settings(pair: ViewPair) -> str:
    """Say what is resized, and what else must be known to read the picture."""
    spec = pair.spec
    sentences = [RESIZE_MODE[spec.resize_mode]]
    if spec.detail_px and spec.detail_px < max(spec.near_px, spec.far_px):
        sentences.append(
            f"Blur control: the object is reduced to {spec.detail_px} px, then resized to its size."
        )
    if spec.resampling == "aliased":
        sentences.append("Aliased: each pixel is the nearest pixel of the source, not an average.")
    views = (("near", pair.near), ("far", pair.far))
    clipped = [name for name, view in views if _is_clipped(view)]
    if clipped:
        names = formatting.join_with_and(clipped)
        sentences.append(f"Part of the {names} object lies outside its canvas.")
    return " ".join(sentences)


def _is_clipped(view: View) -> bool:
    top, left, bottom, right = view.box
    side = view.picture.shape[1]
    return min(top, left) < -1 or max(bottom, right) > side + 1


def correct_class_phrase(pair: ViewPair) -> str:
    """'the correct class' or 'the correct classes', or the class that stands in for them."""
    if pair.assumed:
        return f"'{class_list(pair)}'"
    return "the correct class" if len(pair.classes) == 1 else "the correct classes"


HOW_OFTEN = ("at neither size", "at one of the two sizes", "at both sizes")


def compare_weights(pair: ViewPair, other: ViewPair) -> str:
    """Say what the same network gives with shuffled weights, or trained if ``pair`` is shuffled.

    Empty for a network without classes.
    """
    both = (other.near.probability, other.far.probability)
    known = [probability for probability in both if probability is not None]
    if len(known) < 2:
        return ""
    trained = other.spec.weights == "trained"
    network = "With its trained weights, it" if trained else "The control (shuffled weights)"
    near, far = (formatting.percent(probability) for probability in known)
    sizes = HOW_OFTEN[sum(probability >= RECOGNIZED for probability in known)]
    return (
        f"{network} gives {correct_class_phrase(pair)} {near} near and {far} far: at least 50 % "
        f"{sizes}."
    )


def compare_backgrounds(pair: ViewPair, pairs: Sequence[ViewPair]) -> str:
    """Say on which background the far object is recognized best and worst, at this position.

    ``pairs``: one per background.
    """
    far = {one.spec.background: one.far.probability or 0.0 for one in pairs}
    verb = "gets" if pair.assumed or len(pair.classes) == 1 else "get"
    best, worst = max(far, key=far.__getitem__), min(far, key=far.__getitem__)
    high, low = (formatting.percent(far[name]) for name in (best, worst))
    start = (
        f"Of {len(pairs)} backgrounds, at {formatting.pixels(pair.far.size_px)}, "
        f"{correct_class_phrase(pair)} {verb}"
    )
    if far[best] - far[worst] < LEAST_SHOWN:
        return f"{start} about the same on all: {low} to {high}."
    return f"{start} most on {best}, {high}, and least on {worst}, {low}."


def background_rows(pairs: Sequence[ViewPair]) -> list[tuple[str, ...]]:
    """Rows of background, probability near and probability far, as text."""
    return [
        (
            pair.spec.background,
            *(formatting.percent(view.probability or 0.0) for view in (pair.near, pair.far)),
        )
        for pair in pairs
    ]


def _top(pair: ViewPair) -> str:
    """The most probable classes near and far, with their probabilities."""
    near, far = (
        ", ".join(f"{label} {formatting.percent(value)}" for label, value in view.top)
        for view in (pair.near, pair.far)
    )
    return f"Near: {near}. Far: {far}."


def findings(
    pair: ViewPair, other: ViewPair | None = None, pairs: Sequence[ViewPair] = ()
) -> list[Finding]:
    """What is said of the two sizes on screen; ``other`` and ``pairs`` as for the comparisons.

    Empty for a network without classes. No verdicts: each is about one position of one picture.
    """
    if not pair.near.top or not pair.far.top:
        return []
    spec, one = pair.spec, ONE_POSITION
    told = [
        Finding(
            describe_views(pair),
            f"{one}; the sum over the correct classes. A size is that of the longer side.",
            numbers=_top(pair),
            command=views_command(spec),
        )
    ]
    if other is not None:
        control = f"{one}; the control is one copy with the weights in random order."
        command = views_command(replace(spec, weights=other.spec.weights))
        sentence, numbers = compare_weights(pair, other), _top(other)
        told.append(Finding(sentence, control, numbers=numbers, command=command))
    if pairs:
        rows = [f"{name}: {near} near, {far} far" for name, near, far in background_rows(pairs)]
        command = backgrounds_command(spec, [each.spec.background for each in pairs])
        sentence, numbers = compare_backgrounds(pair, pairs), f"{'; '.join(rows)}."
        told.append(Finding(sentence, f"{one}.", numbers=numbers, command=command))
    return [finding for finding in told if finding.sentence]
