"""What the calculator's numbers mean, in sentences that are computed from them."""

from __future__ import annotations

from ... import formatting
from ...aerial.objects import THINGS
from ...aerial.sensors import SENSORS
from .layer_ranges import Range
from .result import Result, Seen
from .spec import OWN, SHAPE_PX, Spec

ALIKE = 0.05  # sizes and factors that differ by less than this fraction count as equal


def metres(length_m: float) -> str:
    """A length on the ground: '8 mm', '31 cm', '69 m', '6.7 km'."""
    if length_m < 0.01:
        return f"{formatting.significant_digits(1000 * length_m)} mm"
    if length_m < 1:
        return f"{formatting.significant_digits(100 * length_m)} cm"
    if length_m >= 1000:
        return f"{formatting.significant_digits(length_m / 1000)} km"
    return f"{formatting.significant_digits(length_m)} m"


def factor(value: float) -> str:
    """A resampling factor: '5.0', '0.25', '16'."""
    return formatting.significant_digits(value, 2)


def thing(spec: Spec) -> str:
    """'a car of 4.5 m'."""
    name = "a thing" if spec.object == OWN else THINGS[spec.object].title
    return f"{name} of {metres(spec.thing_m)}"


def short_name(spec: Spec, slug: str) -> str:
    """A sensor of the table where there is little room: 'NAIP', 'Phone, 100 m'."""
    one = SENSORS[slug]
    return one.short if one.has_height else f"{one.short}, {metres(spec.altitude_m)}"


def sensor(spec: Spec, slug: str) -> str:
    """A sensor within a sentence, with the height where it has one: 'a phone from 100 m'."""
    if slug == OWN:
        return f"your camera from {metres(spec.altitude_m)}"
    one = SENSORS[slug]
    return one.title if one.has_height else f"{one.title} from {metres(spec.altitude_m)}"


def between(low_px: float, high_px: float) -> str:
    """'45 to 106 px'."""
    return f"{formatting.significant_digits(low_px, 2)} to {formatting.significant_digits(high_px, 2)} px"


def reach(wanted: Range) -> str:
    """The sizes of a range, behind a noun: 'of 45 to 106 px', 'up to 98 px', 'from 32 px on'."""
    if wanted.open_below == wanted.open_above:
        return f"of {between(wanted.low_px, wanted.high_px)}"
    if wanted.open_below:
        return f"up to {formatting.significant_digits(wanted.high_px, 2)} px"
    return f"from {formatting.significant_digits(wanted.low_px, 2)} px on"


def verdict(spec: Spec) -> str:
    """One of a few: whether the layer gets the object at a size that it answers."""
    wanted, size = spec.place.trained, spec.input_px
    if spec.object_px < SHAPE_PX:
        return "shape is gone"
    if size < SHAPE_PX:
        return "shape is gone at the input"
    if size > spec.net.input_px:
        return "larger than the input"
    if wanted.low_px <= size <= wanted.high_px:
        return "within the layer's range"
    if wanted.is_wide:
        return "outside of what was measured"
    return "too small for the layer" if size < wanted.low_px else "too large for the layer"


def _other(result: Result) -> str:
    """The sensor that makes the surprise: where the shape is lost, or where it still is."""
    gone = result.spec.object_px < SHAPE_PX
    others = [one for one in result.sensors if one.slug != result.spec.sensor]
    if gone:
        last = [one for one in others if one.object_px >= SHAPE_PX]
        return f" {_spans(result, last[-1])} still." if last else ""
    lost = [one for one in others if one.object_px < SHAPE_PX]
    known = [one for one in lost if one.slug == "sentinel-2"] or lost
    return f" {_spans(result, known[0])}: no shape is left." if known else ""


def _spans(result: Result, one: Seen) -> str:
    return f"Seen by {sensor(result.spec, one.slug)} it spans {formatting.pixels(one.object_px)}"


def sentence(result: Result) -> str:
    """How large the object is, here and elsewhere."""
    spec = result.spec
    where = f"{sensor(spec, spec.sensor)} ({metres(spec.gsd_m)} per pixel)"
    end = ": its shape is gone." if spec.object_px < SHAPE_PX else "."
    return f"Seen by {where}, {thing(spec)} spans {formatting.pixels(spec.object_px)}{end}{_other(result)}"


def _cost(result: Result) -> str:
    spec, answer = result.spec, result.answer
    by = factor(answer.resample)
    ground = f"{metres(answer.context_m)} of ground along a side"
    if answer.resample > 1:
        return (
            f"Enlarging by {by} brings it there, at a cost: no detail is added, every pixel "
            f"becomes a blur {factor(answer.resample)} px wide, and the input sees {ground} "
            f"instead of {metres(spec.context_m(1))}."
        )
    return (
        f"Shrinking to {by} of its size brings it there, at a cost: all that is finer than "
        f"{metres(spec.gsd_m / answer.resample)} is averaged away; the input then sees {ground} "
        f"instead of {metres(spec.context_m(1))}."
    )


def advice(result: Result) -> str:
    """What the layer answers best, how far that is, and what getting there costs."""
    spec, answer = result.spec, result.answer
    wanted = answer.layer.trained
    name = f"Layer {answer.layer.name} of {spec.net.title}"
    if wanted.is_wide:
        sizes = between(wanted.low_px, wanted.high_px)
        return f"{name} answers all sizes from {sizes} about alike. {_outside(result)}"
    begin = f"{name} answers objects {reach(wanted)} best, in the middle {formatting.pixels(wanted.best_px)}"
    if spec.object_px < SHAPE_PX:
        return f"{begin}; enlarging cannot bring back a shape that the sensor has not seen."
    apart = answer.resample
    if abs(spec.input_px - wanted.best_px) <= ALIKE * wanted.best_px:
        return f"{begin}: it is there. {_paid(result)}"
    away = f"{abs(answer.octaves):.1f} octaves {'more' if answer.octaves > 0 else 'less'}"
    if abs(apart - 1) <= ALIKE:
        return f"{begin}, which the sensor's own pixels give; as resized now it is {away}."
    return f"{begin}: {away} than it has at the input now. {_cost(result)}"


def _outside(result: Result) -> str:
    size = formatting.pixels(result.spec.input_px)
    if result.answer.octaves == 0:
        return f"With {size} at the input there is no reason to resample."
    return f"The {size} at the input lie outside of what was tried."


def _paid(result: Result) -> str:
    spec = result.spec
    if abs(spec.resize - 1) <= ALIKE:
        return "No resampling is needed."
    return (
        f"Resized by {factor(spec.resize)}, the input sees "
        f"{metres(spec.context_m(spec.resize))} of ground instead of {metres(spec.context_m(1))}."
    )


def source(slug: str) -> tuple[str, str]:
    """What prints a sensor's numbers, and what else one must know of them."""
    return SENSORS[slug].source, SENSORS[slug].note


def how_measured(spec: Spec) -> str:
    """What the layers' sizes are, and what they are not."""
    sizes = between(spec.net.sizes_px[0], spec.net.sizes_px[-1])
    return (
        "Answers: the sizes at which the response per cell that the object covers, mean over "
        "units, is within a tenth of its highest; measured on 20 pieces of photographs shown at "
        f"{sizes} on gray, as on page 'network'. The largest reach the cells at the border, which "
        "answer the border too. Best: the geometric middle, of what was measured where a range "
        "goes on beyond. Any: a range of three octaves or more, no preference. Shuffled: the best "
        "size of the same network with its weights in random order, which owes nothing to "
        "training. Photographs are not things seen from above: take it as where to start, and "
        "test it."
    )


def how_drawn(spec: Spec) -> str:
    """What the pictures leave out, and of what the object is typical."""
    note = "" if spec.object == OWN else f"The object: {THINGS[spec.object].note} "
    return (
        f"{note}Looking straight down; a phone and drones from {metres(spec.altitude_m)}. In the "
        f"pictures a pixel is the exact mean over its footprint; a lens, haze and the resampling "
        f"of products blur further."
    )
