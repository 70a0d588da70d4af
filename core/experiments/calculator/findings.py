"""How the calculator knows what it says: the numbers behind each of its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ...aerial.layer_sizes import WIDE_OCTAVES
from ...aerial.sensors import SENSORS
from ...evidence.finding import Finding
from ...evidence.intervals import CONFIDENCE, DRAWS
from ...formatting import percent, pixels, significant_digits
from . import sentences
from .result import Result
from .spec import CUSTOM

BOOTSTRAP = "Efron & Tibshirani 1993, An Introduction to the Bootstrap (percentile interval)"
RESPONSE = (
    "A layer's response: the mean over the cells that the object covers of what each unit has "
    "above the blank canvas, divided by the unit's largest, then the mean over units, four "
    "alignments and all pictures. The canvas is so large that no covered cell sees its border."
)


def _size(result: Result) -> Finding:
    spec = result.spec
    custom = spec.sensor == CUSTOM
    return Finding(
        sentences.describe_size(result),
        "Size in pixels: size in meters over the ground sample distance (GSD). The GSD of a lens: "
        "altitude over focal length in pixels.",
        numbers=f"{significant_digits(spec.object_m)} m / {significant_digits(spec.gsd_m)} m per "
        f"pixel = {pixels(spec.object_px)}",
        reference="" if custom else SENSORS[spec.sensor].source,
    )


def _verdict(result: Result) -> Finding:
    return Finding(
        sentences.describe_verdict(result),
        f"{RESPONSE} The value: the response at the object's size relative to the largest at any "
        f"tested size; its interval holds {percent(CONFIDENCE)} of {DRAWS:,} draws of the "
        "pictures. One pixel more or less must give the same answer.",
        verdict=result.target.verdict,
        reference=BOOTSTRAP,
    )


def _measure_command(result: Result) -> str:
    return f"python -m scripts.measure_layers {result.spec.network}"


def _layer(result: Result) -> Finding:
    layer = result.target.layer
    pairs = zip(layer.sizes_px, layer.curve / layer.curve.max(), strict=True)
    points = "; ".join(
        f"{significant_digits(size)} px: {percent(float(share))}" for size, share in pairs
    )
    return Finding(
        sentences.describe_layer(result),
        f"{RESPONSE} Best size: the geometric center of the range with the maximum. None where a "
        f"range is cut off or {WIDE_OCTAVES:g} octaves wide, or where more than "
        f"{percent(1 - CONFIDENCE)} of {DRAWS:,} draws of the pictures have none.",
        numbers=f"The response relative to the largest: {points}.",
        reference=BOOTSTRAP,
        command=_measure_command(result),
    )


def _advice(result: Result) -> Finding:
    target = result.target
    definition = (
        "Advice is given only where the object's size does not suit the layer, the layer has a "
        "best size, and the response surely rises: the value is that rise, relative to the "
        f"largest response, over {DRAWS:,} draws of the pictures."
    )
    return Finding(
        sentences.describe_advice(result),
        definition,
        verdict=None if target.advice is None else target.advice.gain,
        numbers="" if target.advice else f"The object: {target.words}.",
        reference=BOOTSTRAP,
    )


def _view(result: Result) -> Finding:
    spec = result.spec
    side = spec.network_sizes.input_px
    picture = pixels(spec.picture_side_px) if spec.picture_side_px < float("inf") else "not known"
    return Finding(
        sentences.describe_view(result),
        "The side of the input over the resize factor, or the shorter side of the sensor's "
        "picture where that is less, times the ground sample distance.",
        numbers=f"Input {side} px, resize factor {significant_digits(spec.resize)}; the shorter "
        f"side of the picture: {picture}.",
        reference="" if spec.sensor == CUSTOM else SENSORS[spec.sensor].source,
    )


def findings(result: Result) -> Sequence[Finding]:
    """Return a finding for every sentence of :func:`sentences.describe`, in its order."""
    return [part(result) for part in (_size, _view, _verdict, _layer, _advice)]
