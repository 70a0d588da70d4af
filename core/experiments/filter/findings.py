"""What is said of filter tuning, sentence by sentence, and how it is known."""

from __future__ import annotations

from ... import formatting
from ...evidence.finding import Finding
from .. import size_dependence
from .growth import COUNT
from .run import FilterResult, Result
from .sentences import describe_curve, describe_growth, describe_peaks, describe_shift
from .verdicts import shift_verdict, size_verdict

SHIFT_DEFINITION = (
    "The octaves by which the geometric mean of the two half-maximum sizes moves from the filter "
    "alone to each number of pooling layers; one flank where the sizes do not include both. Value: "
    "the largest, from the median over alignments; range: from the weakest and the best alignment."
)
GROWTH_DEFINITION = (
    "The kernel is resampled by area to a factor of its size, as is the object. Deviation: of the "
    f"peak at the best of {COUNT**2} alignments, as a fraction of the peak at factor 1. With every "
    "pixel replicated, each product is counted equally often, so the peak cannot change."
)
PEAKS_DEFINITION = "The largest value of each filter's map of the picture as it stands."


def _curve_finding(filtered: FilterResult) -> Finding:
    return Finding(
        describe_curve(filtered.name, filtered.curve),
        size_dependence.DEFINITION,
        size_verdict(filtered.name, filtered.curve),
        reference=size_dependence.REFERENCE,
    )


def _shift_finding(filtered: FilterResult) -> Finding:
    said = describe_shift(filtered)
    if not said.startswith(filtered.name):
        said = f"{said[0].upper()}{said[1:]}"
    return Finding(f"{said}.", SHIFT_DEFINITION, shift_verdict(filtered))


def _growth_findings(result: Result) -> list[Finding]:
    size = formatting.pixels(result.spec.reference_px)
    return [
        Finding(sentence, GROWTH_DEFINITION, numbers=f"Factor 1 is an object of {size}.")
        for sentence in describe_growth(result)
    ]


def findings(result: Result) -> list[Finding]:
    """Join the sentences of the page with their verdicts."""
    peaks = Finding(
        describe_peaks(result.spec, result.scene), PEAKS_DEFINITION, numbers="One alignment."
    )
    shifts = map(_shift_finding, result.filters) if result.spec.depth else ()
    return [*map(_curve_finding, result.filters), peaks, *shifts, *_growth_findings(result)]
