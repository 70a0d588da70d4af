"""Page scale-space: keypoints of a Gaussian scale space, SIFT, and a filter with pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....core.evidence.finding import Finding
from ....core.experiments.scale_space import EXPERIMENT, findings
from ....core.experiments.scale_space.result import Result
from ....core.experiments.scale_space.run import run
from ....core.experiments.scale_space.spec import Spec
from ....core.experiments.scale_space.stack import matching_sigma
from ....core.scale_space.gaussian import SIGMA_PER_RADIUS
from ....core.specs.measurement_key import measurement_key
from ... import cached, controls
from ...figures.scale_space import maps as figures
from ...live.chart import ChartCallbacks, live_chart
from ...widgets.text import note, paragraphs
from ...widgets.user_picture import (
    session_cached,
    user_picture,
    user_picture_fields,
    user_picture_note,
)
from ..page import Page
from . import sections

SLUG = "scale-space"
MAIN_FIELDS = (
    "sigma_px",
    "source",
    "object",
    "radius_px",
    "far_ratio",
    "contrast_threshold",
    "pool",
    "depth",
)
ADVANCED_FIELDS = (
    "operator",
    "max_curvature_ratio",
    "octaves",
    "intervals",
    "low_px",
    "max_keypoints",
    "pool_size",
    "pool_stride",
    "background",
    "brightness",
    "contrast_sign",
    "noise",
    "seed",
    "canvas_px",
)
PRESETS: dict[str, dict[str, Any]] = {
    "Near and far": {"source": "near-far", "object": "cat", "far_ratio": 3.0, "sigma_px": 4.6},
    "A disc": {"source": "one-object", "object": "disc", "radius_px": 28.0, "sigma_px": 19.8},
    "A photograph": {"source": "chelsea", "sigma_px": 4.3},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Radius of the slider's blobs, range of sigma, and the last level's stride and sigma."""
    stride = spec.pool_stride**spec.depth
    largest = spec.low_px * 2**spec.octaves
    return [
        ("blob radius, px", f"{spec.sigma_px / SIGMA_PER_RADIUS:.3g}"),
        ("range of sigma, px", f"{spec.low_px:.3g} to {largest:.3g}"),
        ("stride of the last level, px", f"{stride}"),
        ("its matching sigma, px", f"{matching_sigma(stride):.3g}"),
    ]


def slider_maxima(spec: Spec) -> dict[str, float]:
    """Scales beyond half the canvas show nothing but its borders."""
    return {"sigma_px": 32.0 if spec.canvas[0] <= 128 else 64.0}


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons: dict[str, str] = {}
    own = user_picture(SLUG) is not None
    if not spec.is_scene or own:
        names = ("object", "radius_px", "far_ratio", "background", "brightness")
        reasons |= dict.fromkeys(names, "The picture is a photograph.")
    elif spec.source != "near-far":
        reasons["far_ratio"] = "There is one object; choose the picture 'near-far'."
    if own:
        reasons["source"] = "Your own picture is on screen. Remove it to choose another."
    if spec.noise == 0:
        reasons["seed"] = "The noise is 0, so no seed is used."
    return reasons


def _result(spec: Spec) -> Result:
    """The result, shared by all sessions unless the picture is a person's own."""
    own, key = user_picture(SLUG), measurement_key(spec)
    result: Result = (
        cached.result(EXPERIMENT, key)
        if own is None
        else session_cached(SLUG, "result", key, lambda: run(key, picture=own))
    )
    return result


def draw(spec: Spec) -> None:
    """Draw the picture, the map at the slider's scale, and the levels of the stack."""
    live_chart(
        figures.figure(_result(spec), spec),
        key="scale-space/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


def details(spec: Spec) -> str:
    """Draw the key, the upload, and the section that is chosen."""
    note(
        sections.dot(figures.BRIGHT),
        " bright blob, ",
        sections.dot(figures.DARK),
        " dark blob. The radius of a circle is sqrt(2) sigma: that of the disc whose response is "
        "largest at this sigma. The map shows the keypoints within half a scale step of the "
        "slider. Correlation: of a level with the scale space at the level's matching sigma.",
    )
    user_picture_note(SLUG)
    user_picture_fields(SLUG)
    paragraphs(" ".join(finding.sentence for finding in findings.own_stack_findings(spec)))
    sections.draw_chosen(_result(spec), spec)
    return ""


def page_findings(spec: Spec) -> Sequence[Finding]:
    """Give what the page says now, with how it is known: the section that is chosen included."""
    result = _result(spec)
    return [
        findings.picture_finding(result),
        findings.scale_finding(result, spec),
        *findings.own_stack_findings(spec),
        *sections.chosen_findings(result, spec),
    ]


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    slider_maxima=slider_maxima,
    draw=draw,
    details=details,
    findings=page_findings,
)
