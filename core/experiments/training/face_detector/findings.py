"""How each sentence on P-Net is known."""

from __future__ import annotations

from ....evidence.finding import Finding
from ....formatting import pixels
from . import sentences
from .measure import FaceResponses
from .verdicts import detected_at_foreign_size, detections, pyramid_detects_every_size


def _by_size(result: FaceResponses) -> str:
    """The mean probability at every size, with its range over shifts."""
    parts = [
        f"{pixels(float(size))}: {estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
        for size, verdict in zip(result.sizes_px, detections(result), strict=True)
        if (estimate := verdict.estimate)
    ]
    return f"Mean p at one scale, with its range over shifts: {'; '.join(parts)}."


def findings(result: FaceResponses, command: str) -> list[Finding]:
    """Give every sentence on P-Net; ``command`` measures it again."""
    verdicts = {
        sentences.one_scale(result): (detected_at_foreign_size(result), _by_size(result)),
        sentences.pyramid(result): (pyramid_detects_every_size(result), ""),
    }
    found = []
    for text in sentences.describe(result):
        verdict, numbers = verdicts.get(text, (None, ""))
        found.append(
            Finding(
                text, sentences.DEFINITION, verdict, numbers, sentences.REFERENCE, command=command
            )
        )
    return found
