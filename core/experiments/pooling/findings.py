"""How each sentence on squares under pooling is known."""

from __future__ import annotations

from ... import formatting
from ...evidence.finding import Finding
from . import sentences
from .result import Result
from .verdicts import (
    all_but_largest_share_a_cell,
    corners_share_a_cell,
    squares_give_one_output,
)

SHARING = (
    "A square's corners share a cell where one cell of the level responds to both its upper left "
    "and its bottom right corner. The square is drawn at every alignment with the cells of the "
    "last level; the value is the share of alignments."
)
ALL_BUT_LARGEST = (
    "The product of the shares of alignments at which each smaller square's corners share a cell, "
    "times the share at which the largest's do not: squares lie independently of each other."
)
READING = "Both squares are drawn at every alignment, pooled, and compared cell by cell."


def _scene(result: Result) -> list[Finding]:
    merging = " ".join(sentences.describe_merging(result))
    if not merging:
        return []
    levels = [
        f"{square.size_px} px: {'none' if square.merge_level is None else square.merge_level}"
        for square in result.squares
    ]
    numbers = f"First shared level in this scene, by square: {'; '.join(levels)}."
    definition = "The first level at which one cell responds to both corners of the square."
    return [Finding(merging, definition, numbers=numbers)]


def _squares(result: Result) -> list[Finding]:
    level, findings = result.spec.depth, []
    for square in result.squares:
        verdict = corners_share_a_cell(result, square, level)
        sentence = sentences.sharing_sentence(square, verdict, level)
        findings.append(Finding(sentence, SHARING, verdict))
    return findings


def _alignment(result: Result) -> list[Finding]:
    least_likely = sentences.least_likely(result.squares)
    if least_likely is None or least_likely[1] == result.spec.depth:
        return []  # the last level is among those of all squares
    square, level = least_likely
    verdict = corners_share_a_cell(result, square, level)
    return [Finding(" ".join(sentences.describe_alignment(result)), SHARING, verdict)]


def _closed_form(result: Result) -> list[Finding]:
    differences = [
        abs(measured - formula)
        for square in result.squares
        for measured, formula in zip(square.alignment_fraction, square.closed_form, strict=True)
        if formula is not None
    ]
    largest = formatting.significant_digits(max(differences), 2)
    return [
        Finding(
            " ".join(sentences.describe_closed_form(result.spec)),
            "The formula counts the offsets of two pixels D apart that fall into one window.",
            numbers="The closed form was compared with the count over all alignments at "
            f"{len(differences)} pairs of a square and a level; the largest difference is "
            f"{largest}.",
        )
    ]


def _claims(result: Result) -> list[Finding]:
    findings = [
        Finding(sentences.reading_sentence(claim), READING, squares_give_one_output(claim))
        for claim in result.claims
    ]
    if len(result.squares) < 2:
        return findings
    verdict = all_but_largest_share_a_cell(result, result.spec.depth)
    claim = " ".join(sentences.describe_claim(result))
    return [Finding(claim, ALL_BUT_LARGEST, verdict), *findings]


def findings(result: Result) -> list[Finding]:
    """Give every sentence of the page with its verdict, its numbers and its definition."""
    return [
        *_scene(result),
        *_alignment(result),
        *_squares(result),
        *_closed_form(result),
        *_claims(result),
    ]
