"""What is said of a near-far result, sentence by sentence, and how it is known."""

from __future__ import annotations

from ... import formatting
from ...evidence.finding import Finding
from ...filters.similarity import SAME_COSINE, SAME_PEAK
from .. import size_dependence
from .result import Level, Result
from .scene import NOISE_SEEDS, PART_SHIFTS, SHIFTS
from .sentences import baseline_name, describe, equality, receptive_field_px
from .verdicts import equality_verdict, merge_level, other_object_verdict, size_verdict

PINHOLE = "Hartley and Zisserman 2004, Multiple View Geometry, chapter 6"
RECEPTIVE_FIELD = "Araujo, Norris and Sim 2019, Computing Receptive Fields of CNNs (Distill)"


def _size_finding(result: Result, sentence: str) -> Finding:
    spec = result.spec
    near, far = (formatting.pixels(size) for size in spec.apparent_px)
    return Finding(
        sentence,
        "Apparent size: focal length in px x object size / distance; octaves: log2 of the ratio.",
        numbers=f"Near {near}, far {far}: {spec.octaves:.2f} octaves.",
        reference=PINHOLE,
    )


def _views() -> str:
    return (
        f"Measured in {len(SHIFTS)} alignments: the scene as it stands, moved by one pixel up, "
        f"down, left and right, and by {len(PART_SHIFTS)} evenly spread parts of a pixel; where "
        f"there is noise, also under {NOISE_SEEDS - 1} further seeds."
    )


def _equality_definition() -> str:
    return (
        "Agreement: 2 minus the larger of (1 - cosine of the 3 x 3 activations around the two "
        f"peaks) / {1 - SAME_COSINE:.2f} and the relative difference of the peaks / {SAME_PEAK:g}. "
        f"{_views()}"
    )


def _other_definition(result: Result) -> str:
    return (
        f"Cosine of the 3 x 3 activations around the peaks of the near {result.spec.object_name} "
        f"and of a {baseline_name(result)} in the far one's place. {_views()}"
    )


def _levels(result: Result, said: Level | None) -> list[Finding]:
    """What the table of levels says of every other level."""
    return [
        Finding(
            f"Are the activations around the two peaks equal at {level.name}? "
            f"{equality(result, level).capitalize()}.",
            "As for all pooling layers: the agreement of the activations around the two peaks.",
            equality_verdict(result, level),
        )
        for level in result.levels
        if level is not said
    ]


def _field_finding(result: Result) -> Finding:
    fields = [f"{receptive_field_px(level.geometry)} at {level.name}" for level in result.levels]
    return Finding(
        f"Receptive fields: {formatting.join_with_and(fields)}.",
        "A window of w cells adds (w - 1) strides, and strides multiply.",
        numbers="Exact, from the layers' sizes and strides; rows x columns where they differ.",
        reference=RECEPTIVE_FIELD,
    )


def findings(result: Result) -> list[Finding]:
    """Join the sentences of the page and the rows of its table with their verdicts."""
    sentences = describe(result)
    found = [_size_finding(result, sentences[0])]
    found.append(
        Finding(
            sentences[1],
            size_dependence.DEFINITION,
            size_verdict(result),
            reference=size_dependence.REFERENCE,
        )
    )
    merged = merge_level(result)
    level = result.levels[-1 if merged is None else merged]
    if len(sentences) > 2:
        verdict = equality_verdict(result, level)
        found.append(Finding(sentences[2], _equality_definition(), verdict))
    if len(sentences) > 3:
        other = other_object_verdict(result, level)
        found.append(Finding(sentences[3], _other_definition(result), other))
    said = level if len(sentences) > 2 else None
    return [*found, *_levels(result, said), _field_finding(result)]
