"""At which sizes a network recognizes the object: an answer per size, over one-pixel shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...evidence.finding import Finding
from ...evidence.phrases import interval_phrase, line_phrase
from ...evidence.ranges import ranges_phrase, ranges_where
from ...evidence.verdict import UNDECIDED, YES, Basis, Estimate, Line, Verdict, judge
from ...imaging.subjects import SUBJECTS
from ...networks import labels
from .sweep import Result
from .view_sentences import LEAST_SHOWN

QUESTION = "recognized"
RECOGNIZED = Line("the probability from which on an object counts as recognized", 0.5, "%")

NAMES = {
    "resize_mode": "What is resized",
    "weights": "Weights",
    "image": "Object",
    "detail_px": "Detail in px, 0 for all of it",
}
DEFINITION = (
    "The probability of the correct classes together, by the network's softmax, at each one-pixel "
    "shift of the object. A size counts where all shifts give the same answer."
)
SHIFT_EFFECT = (
    "Of the sizes above, the one at which the probability differs most between the shifts."
)


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


def verdicts(probability: NDArray[np.float64], sizes_px: Sequence[float]) -> list[Verdict]:
    """Decide for every size whether the object is recognized; the interval is over the shifts.

    ``probability``: float64 (sizes, shifts) in [0, 1].
    """
    basis = Basis(alignments=probability.shape[1], pictures=1, sizes=1, networks=1)
    return [
        judge(
            QUESTION,
            _estimate(row),
            RECOGNIZED,
            basis,
            formatting.pixels(size),
        )
        for row, size in zip(probability, sizes_px, strict=True)
    ]


def _estimate(shifts: NDArray[np.float64]) -> Estimate:
    low, high = float(shifts.min()), float(shifts.max())
    return Estimate(min(max(float(shifts.mean()), low), high), low, high)


def verdicts_of(result: Result) -> list[Verdict]:
    """The answer at each size; empty for a network without classes."""
    if result.probability is None:
        return []
    return verdicts(result.probability, result.sizes_px.tolist())


def sizes_where(answers: Sequence[Verdict], sizes_px: Sequence[float], answer: str) -> str:
    """The sizes with an answer in words: 'from 45 px to 215 px', 'at all 16 sizes'."""
    flags = np.array([verdict.verdict == answer for verdict in answers])
    if flags.all():
        return f"at all {len(flags)} sizes" if len(flags) > 1 else "at the only size"
    sizes = np.array(sizes_px, dtype=np.float64)
    return ranges_phrase(ranges_where(flags, sizes, sizes), len(flags))


def recognized_sizes(result: Result) -> str:
    """The sizes at which the object is recognized at every shift, and those that are undecided."""
    answers, sizes = verdicts_of(result), result.sizes_px.tolist()
    where = sizes_where(answers, sizes, YES)
    if not any(verdict.is_undecided for verdict in answers):
        return where
    return f"{where} (undecided {sizes_where(answers, sizes, UNDECIDED)})"


def _tried(result: Result) -> str:
    low, high = (formatting.pixels(float(result.sizes_px[at])) for at in (0, -1))
    count = len(result.sizes_px)
    return f"at {low}" if count == 1 else f"at {count} sizes from {low} to {high}"


def _subject_of(result: Result) -> str:
    """What gets the probability: the correct classes, or what stands in for them."""
    together = " together" if len(result.classes) > 1 else ""
    if not result.assumed:
        return f"{class_list(result)}{together}"
    return f"its own top class at {formatting.pixels(result.reference_px)} ({class_list(result)})"


def describe_recognition(result: Result) -> str:
    """Say at which sizes the correct classes together get at least half of the probability."""
    if result.probability is None:
        return f"{network_name(result)} has no classes, so it cannot classify the object."
    return (
        f"For {object_name(result)}, {network_name(result)} gives {_subject_of(result)} at least "
        f"50 % {recognized_sizes(result)}; tried {_tried(result)}."
    )


def _most_shifted(probability: NDArray[np.float64]) -> int:
    """The size at which shifts change the probability most, of (sizes, shifts)."""
    return int(np.ptp(probability, axis=1).argmax())


def describe_shift_effect(result: Result) -> str:
    """Name the size at which shifts by a few pixels change the probability most."""
    probability = result.probability
    if probability is None or probability.shape[1] < 2:
        return ""
    index = _most_shifted(probability)
    low, high = float(probability[index].min()), float(probability[index].max())
    shifts = f"shifts of up to {probability.shape[1] - 1} px"
    if high - low < LEAST_SHOWN:
        return (
            f"Position matters little: {shifts} change that probability by less than 1 % at "
            f"{'every size' if len(probability) > 1 else 'this size'}."
        )
    return (
        f"Position matters too: at {formatting.pixels(float(result.sizes_px[index]))}, {shifts} "
        f"change that probability between {formatting.percent(low)} and "
        f"{formatting.percent(high)}."
    )


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
    answers = {tuple(verdict.verdict for verdict in verdicts_of(result)) for result in results}
    decided = not any(UNDECIDED in one for one in answers)
    same = " These sizes are the same." if len(answers) == 1 and decided else ""
    return f"{label}: recognized {'; '.join(parts)}.{same}" if parts else ""


def _numbers(verdict: Verdict) -> str:
    """'45 px: yes, 80 % (72 % to 91 %)'."""
    assert verdict.estimate is not None
    known = interval_phrase(verdict.estimate, RECOGNIZED.unit)
    return f"{verdict.subject}: {verdict.verdict}, {known}"


def findings(result: Result) -> list[Finding]:
    """What is said of the probability over size, with the numbers at every size."""
    if result.probability is None:
        return []
    numbers = list(map(_numbers, verdicts_of(result)))
    over = f"Mean (lowest to highest) of {result.probability.shape[1]} one-pixel shifts"
    shifted, most = describe_shift_effect(result), f"{numbers[_most_shifted(result.probability)]}."
    return [
        Finding(
            describe_recognition(result),
            DEFINITION,
            numbers=f"{over}. Line: {line_phrase(RECOGNIZED)}. {'; '.join(numbers)}.",
        ),
        *([Finding(shifted, SHIFT_EFFECT, numbers=most)] if shifted else []),
    ]
