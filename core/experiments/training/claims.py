"""What is expected of the precomputed runs, and what was measured.

Each claim can come out either way, or stay undecided, and then says so. Its sentences and its
outcome are made from the same verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...evidence.verdict import NO, YES, Verdict
from . import comparison_sentences, comparisons, sentences, verdicts
from .precomputed import CENTERED
from .result import Result

HOLDS, FAILS, UNDECIDED = "Holds", "Does not hold", "Undecided"
OTHER_MECHANISM = "Holds, but not by the mechanism that the literature names"


@dataclass(frozen=True)
class Answer:
    """A verdict, with the sentence that says it."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Claim:
    """What is expected, whether it came out (``outcome``), and the answers that decide it.

    ``runs``: the names of the precomputed runs that it rests on. ``remarks``: further answers, that
    decide nothing.
    """

    name: str
    expected: str
    outcome: str
    answers: tuple[Answer, ...]
    runs: tuple[str, ...]
    remarks: tuple[Answer, ...] = ()

    @property
    def sentence(self) -> str:
        """The answers in words, one after the other."""
        return " ".join(answer.sentence for answer in (*self.answers, *self.remarks))


def outcome(answers: Sequence[Answer], expected: str) -> str:
    """Tell whether all answers are as expected, one is the opposite, or something is undecided."""
    opposite = NO if expected == YES else YES
    given = [answer.verdict.verdict for answer in answers]
    if opposite in given:
        return FAILS
    return HOLDS if all(answer == expected for answer in given) else UNDECIDED


def _answers(given: Sequence[Verdict], result: Result) -> tuple[Answer, ...]:
    return tuple(Answer(verdict, sentences.sentence(verdict, result)) for verdict in given)


def one_size_claim(result: Result) -> Claim:
    """Trained at one size, accuracy one octave away is below half of its maximum."""
    answers = _answers(verdicts.octave_verdicts(result), result)
    return Claim(
        "one-size",
        "After training at one size, accuracy one octave away is below half of its maximum.",
        outcome(answers, NO),
        answers,
        (result.spec.recipe,),
    )


def zoom_claim(result: Result) -> Claim:
    """With zoom augmentation, accuracy varies little over the trained range."""
    answers = _answers([verdicts.variation_verdict(result)], result)
    return Claim(
        "zoom",
        "With zoom augmentation, accuracy varies by at most five percentage points over the "
        "trained range.",
        outcome(answers, NO),
        answers,
        (result.spec.recipe,),
    )


def channel_claims(result: Result) -> list[Claim]:
    """Scale channels keep their accuracy over their range, because the nearest channel wins."""
    kept, nearest, follows = _answers(verdicts.channel_verdicts(result), result)
    held = outcome([kept], YES)
    if held == HOLDS and nearest.verdict.is_no:
        held = OTHER_MECHANISM
    expected = (
        "Jointly trained scale channels keep more than half of their highest accuracy over the "
        "range of their channels.",
        "The mechanism that the literature names for it: the channel that resizes an object "
        "nearest to the trained size has the largest logit.",
    )
    run = (result.spec.recipe,)
    return [
        Claim(result.spec.recipe, expected[0], held, (kept,), run),
        Claim("right-channel", expected[1], outcome([nearest], YES), (nearest,), run, (follows,)),
    ]


def naive_claim(result: Result) -> Claim:
    """Without joint training, scale channels do not keep their accuracy over their range."""
    kept, nearest, _ = _answers(verdicts.channel_verdicts(result), result)
    return Claim(
        result.spec.recipe,
        "Without joint training, scale channels fall below half of their highest accuracy within "
        "the range of their channels.",
        outcome([kept], NO),
        (kept,),
        (result.spec.recipe,),
        (nearest,),
    )


def shift_claim(plain: Result, blur: Result) -> Claim:
    """Blur pooling raises shift consistency, when trained on centered objects."""
    verdict = comparisons.shift_verdict(plain, blur)
    answers = (Answer(verdict, comparison_sentences.shift(verdict, plain, blur)),)
    return Claim(
        "blur-shift",
        "Blur pooling raises shift consistency when training uses centered objects only.",
        outcome(answers, YES),
        answers,
        (f"plain{CENTERED}", f"blur{CENTERED}"),
    )


def size_claim(plain: Result, blur: Result) -> Claim:
    """Blur pooling does not widen the range of sizes, by an eighth of an octave or more."""
    verdict = comparisons.size_verdict(plain, blur)
    answers = (Answer(verdict, comparison_sentences.size(verdict, plain, blur)),)
    return Claim(
        "blur-size",
        "Blur pooling does not widen the range of sizes that is recognized.",
        outcome(answers, NO),
        answers,
        ("plain", "blur"),
    )


def claims(results: Mapping[str, Result]) -> list[Claim]:
    """Check what is expected of the precomputed runs, by name, where there are runs for it."""
    checked: list[Claim] = []
    if "plain" in results:
        checked.append(one_size_claim(results["plain"]))
    if "zoom" in results:
        checked.append(zoom_claim(results["zoom"]))
    if "scale-channels" in results:
        checked += channel_claims(results["scale-channels"])
    if "scale-channels-naive" in results:
        checked.append(naive_claim(results["scale-channels-naive"]))
    for make, names in (
        (shift_claim, (f"plain{CENTERED}", f"blur{CENTERED}")),
        (size_claim, ("plain", "blur")),
    ):
        if all(name in results for name in names):
            checked.append(make(*(results[name] for name in names)))
    return checked
