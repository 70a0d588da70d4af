"""How each sentence on scale-space results is known."""

from __future__ import annotations

from collections.abc import Sequence

from ... import formatting
from ...evidence.finding import Finding
from ...evidence.verdict import Verdict
from . import sentences, stack_sentences, verdicts
from .repeatability import CHANGES, Agreement, Repeatability, compare_with_sift
from .repeats import Repeats, repeat
from .result import Result
from .size_law import ALIGNMENTS_PX, MIN_RADIUS_PX, SizeLaw, measure_size_law
from .spec import Spec
from .stack import LIT_FRACTION, MIN_LIT_CELLS, ORDERS
from .stack_evidence import COMMAND, stack_evidence

LAW_OBJECTS = ("disc", "square")

KEYPOINT = (
    "An extremum of the response over rows, columns and sigma, refined on the exact scale space "
    "(Lowe 2004)."
)
LAW = (
    "The object alone on black, at every radius from "
    f"{formatting.pixels(MIN_RADIUS_PX)} on and {len(ALIGNMENTS_PX)} sub-pixel alignments. "
    "Departure: the absolute log2 of sigma over the expected sigma."
)
STACK = (
    "Pearson's correlation of the stack's map with the scale space at its matching sigma, over all "
    "cells. Each object is drawn bright on black at every size, at an offset of its own and four "
    "one-pixel shifts; a picture counts at a level with at least "
    f"{MIN_LIT_CELLS} cells above {formatting.percent(LIT_FRACTION)} of the maximum. Each object "
    "gives its median; the value is their median, with its 95 % interval over objects."
)
PAIRED = (
    "For each object, the median of the correlation with its own scale space minus that with the "
    "scale space of another object of the same size; the median over objects and its interval."
)
FOUND = (
    "Of the near object's keypoints that would reach the smallest sigma on the far one, the share "
    "detected there within half an octave. The interval (Wilson) is over keypoints of this picture."
)
DEPARTURE = (
    "For each keypoint that is detected on both objects, the absolute log2 of the ratio of its "
    "sigmas over that of the sizes; the median and its 95 % interval over keypoints."
)
SIFT = (
    "The share of SIFT's keypoints with one of ours within 1 px and half an octave. The interval "
    "(Wilson) is over keypoints of this picture."
)
REPEATED = (
    f"The share of detectable keypoints that are detected again, over {len(CHANGES)} changes of "
    "this picture: a shift by one pixel, and sizes one to three octaves smaller. The interval "
    "(Wilson) is over keypoints."
)

LINDEBERG = "Lindeberg 1998, Feature detection with automatic scale selection (IJCV)"
LOWE = "Lowe 2004, Distinctive image features from scale-invariant keypoints (IJCV)"
MIKOLAJCZYK = "Mikolajczyk et al. 2005, A comparison of affine region detectors (IJCV)"


def size_laws(spec: Spec) -> list[SizeLaw]:
    """Measure the size laws of the spec's detector; they do not depend on the picture."""
    return [measure_size_law(name, spec.operator, spec.intervals) for name in LAW_OBJECTS]


def law_findings(laws: Sequence[SizeLaw]) -> list[Finding]:
    """Give the answer for each object whose size was varied."""
    found = []
    for law in laws:
        verdict = verdicts.sigma_departs_from_size(law)
        sentence = sentences.describe_size_law(law, verdict)
        found.append(Finding(sentence, LAW, verdict, reference=LINDEBERG))
    return found


def own_stack_findings(spec: Spec) -> list[Finding]:
    """Give the answers for the stack that the controls set."""
    verdict = stack_sentences.own_stack_verdict(spec)
    sentence = stack_sentences.own_stack_sentence(spec, verdict)
    found = [Finding(sentence, STACK, verdict, _counted(verdict), LINDEBERG, COMMAND)]
    gain = stack_sentences.own_gain_verdict(spec)
    if gain.estimate is None:
        return found
    sentence = stack_sentences.own_gain_sentence(gain)
    return [*found, Finding(sentence, PAIRED, gain, reference=LINDEBERG, command=COMMAND)]


def _counted(verdict: Verdict) -> str:
    """How many pictures counted at each level."""
    evidence = stack_evidence()
    tried = len(evidence.objects) * len(evidence.sizes_px)
    levels = [
        f"level {level['level']}: {level['pictures']} pictures, with another object's scale space "
        f"{stack_sentences.two_decimals(level['baseline'])}, its own gives "
        f"{stack_sentences.two_decimals(level['gain'])} more "
        f"({stack_sentences.two_decimals(level['gain_low'])} to "
        f"{stack_sentences.two_decimals(level['gain_high'])})"
        for level in verdict.extra.get("levels", [])
    ]
    return f"Of {tried} pictures counted, {'; '.join(levels)}." if levels else ""


def stack_findings(depth: int) -> list[Finding]:
    """Give the answers for the stacks of both orders, by kind of pooling."""
    if not depth:
        return []
    return [
        Finding(
            stack_sentences.stack_sentence(order, {pool: verdict}),
            STACK,
            verdict,
            _counted(verdict),
            LINDEBERG,
            COMMAND,
        )
        for order in ORDERS
        for pool, verdict in stack_sentences.page_stacks(order, depth).items()
    ]


def distance_findings(repeats: Repeats) -> list[Finding]:
    """Give the answers on near and far keypoints; none where there is one object."""
    if len(repeats.result.objects) < 2:
        return []
    found = verdicts.keypoints_found_at_distance(repeats)
    departs = verdicts.sigma_departs_from_distance(repeats)
    return [
        Finding(sentences.describe_found(found), FOUND, found, reference=MIKOLAJCZYK),
        Finding(sentences.describe_departure(departs), DEPARTURE, departs, reference=LINDEBERG),
    ]


def sift_finding(repeats: Repeats, agreement: Agreement) -> Finding:
    """Give the answer on SIFT's keypoints and ours."""

    def compare(result: Result) -> Agreement:
        return agreement if result is repeats.result else compare_with_sift(result)

    verdict = verdicts.keypoints_match_sift(repeats, compare)
    return Finding(sentences.describe_agreement(agreement, verdict), SIFT, verdict, reference=LOWE)


def repeatability_findings(rows: Sequence[Repeatability], spec: Spec) -> list[Finding]:
    """Give the answer for each detector."""
    found = []
    for detector in dict.fromkeys(row.detector for row in rows):
        verdict = verdicts.keypoints_repeat(rows, detector, spec.noise)
        sentence = sentences.describe_repeatability(detector, verdict)
        found.append(Finding(sentence, REPEATED, verdict, reference=MIKOLAJCZYK))
    return found


def picture_finding(result: Result) -> Finding:
    """Give what is said of the picture on screen."""
    count = len(result.keypoints)
    seed = ", with one random seed of its noise" if result.spec.noise else ""
    numbers = f"{count} keypoints in one picture{seed}."
    return Finding(sentences.describe(result), KEYPOINT, numbers=numbers, reference=LOWE)


def scale_finding(result: Result, spec: Spec) -> Finding:
    """Give what is said of the slider's sigma."""
    definition = "A disc of radius sqrt(2) sigma has its largest response at sigma."
    count = int(sentences.is_near_scale(result.keypoints.sigmas, spec).sum())
    numbers = f"{count} of {len(result.keypoints)} keypoints of this picture."
    sentence = sentences.describe_scale(result, spec)
    return Finding(sentence, definition, numbers=numbers, reference=LINDEBERG)


def findings(result: Result) -> list[Finding]:
    """Give what is said of a result, all but the repeatability, which takes longer."""
    repeats, spec = repeat(result), result.spec
    return [
        picture_finding(result),
        *own_stack_findings(spec),
        *distance_findings(repeats),
        *law_findings(size_laws(spec)),
        sift_finding(repeats, compare_with_sift(result)),
        *stack_findings(spec.depth),
    ]
