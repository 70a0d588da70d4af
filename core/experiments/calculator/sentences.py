"""Sentences about the calculator's numbers, computed from them."""

from __future__ import annotations

from ...aerial.layer_sizes import SizeRange
from ...aerial.objects import OBJECTS
from ...aerial.sensors import SENSORS
from ...formatting import pixels, significant_digits
from .result import Result, SensorView
from .spec import CUSTOM, RESOLVED_PX, Spec

TOLERANCE = 0.05  # sizes and factors that differ by less than this fraction count as equal
NOT_RESOLVED = f"not resolved (below {RESOLVED_PX:g} px)"


def format_length(length_m: float) -> str:
    """A length on the ground: '8 mm', '31 cm', '69 m', '6.7 km'."""
    if length_m < 0.01:
        return f"{significant_digits(1000 * length_m)} mm"
    if length_m < 1:
        return f"{significant_digits(100 * length_m)} cm"
    if length_m >= 1000:
        return f"{significant_digits(length_m / 1000)} km"
    return f"{significant_digits(length_m)} m"


def format_factor(factor: float) -> str:
    """A resize factor: '5.0', '0.25', '16'."""
    return significant_digits(factor, 2)


def object_phrase(spec: Spec) -> str:
    """'a car of 4.5 m'."""
    title = "an object" if spec.object == CUSTOM else OBJECTS[spec.object].title
    return f"{title} of {format_length(spec.object_m)}"


def short_title(spec: Spec, slug: str) -> str:
    """A sensor of the table where there is little room: 'NAIP', 'Phone, 100 m'."""
    sensor = SENSORS[slug]
    if sensor.has_fixed_gsd:
        return sensor.short_title
    return f"{sensor.short_title}, {format_length(spec.altitude_m)}"


def sensor_phrase(spec: Spec, slug: str) -> str:
    """A sensor within a sentence, with its altitude where that counts: 'a phone at 100 m'."""
    if slug == CUSTOM:
        return f"your camera at {format_length(spec.altitude_m)}"
    sensor = SENSORS[slug]
    if sensor.has_fixed_gsd:
        return sensor.title
    return f"{sensor.title} at {format_length(spec.altitude_m)}"


def format_range(low_px: float, high_px: float) -> str:
    """'45 to 106 px'."""
    return f"{significant_digits(low_px, 2)} to {significant_digits(high_px, 2)} px"


def range_phrase(sizes: SizeRange) -> str:
    """The sizes of a range, behind a noun: 'of 45 to 106 px', 'up to 98 px', 'from 32 px on'."""
    if sizes.open_below == sizes.open_above:
        return f"of {format_range(sizes.low_px, sizes.high_px)}"
    if sizes.open_below:
        return f"up to {significant_digits(sizes.high_px, 2)} px"
    return f"from {significant_digits(sizes.low_px, 2)} px on"


def is_resolved(size_px: float) -> bool:
    """Whether an object of so many pixels shows a shape."""
    return size_px >= RESOLVED_PX


def verdict(spec: Spec) -> str:
    """Say whether the layer gets the object at a size that it responds to, in a few words."""
    sizes, size_px = spec.layer_sizes.trained, spec.input_px
    if not is_resolved(spec.object_px):
        return "not resolved"
    if not is_resolved(size_px):
        return "not resolved at the input"
    if size_px > spec.network_sizes.input_px:
        return "larger than the input"
    if sizes.low_px <= size_px <= sizes.high_px:
        return "within the layer's range"
    if sizes.is_wide:
        return "outside the measured sizes"
    return "too small for the layer" if size_px < sizes.low_px else "too large for the layer"


def describe(result: Result) -> list[str]:
    """The size of the object here and at another sensor, and what that means for the layer."""
    return [describe_size(result), describe_target(result)]


def describe_size(result: Result) -> str:
    """How many pixels the object spans, at the chosen sensor and at a contrasting one."""
    spec = result.spec
    sensor = f"{sensor_phrase(spec, spec.sensor)} ({format_length(spec.gsd_m)} per pixel)"
    size = f"Seen by {sensor}, {object_phrase(spec)} spans {pixels(spec.object_px)}"
    end = "." if is_resolved(spec.object_px) else f" and is {NOT_RESOLVED}."
    return f"{size}{end}{_contrast(result)}"


def _contrast(result: Result) -> str:
    """The coarsest sensor that resolves the object, or else Sentinel-2 or another that does not."""
    spec = result.spec
    others = [view for view in result.sensor_views if view.slug != spec.sensor]
    resolving = [view for view in others if is_resolved(view.object_px)]
    failing = [view for view in others if not is_resolved(view.object_px)]
    if not is_resolved(spec.object_px):
        return f"{_span(spec, resolving[-1], 'still spans')}." if resolving else ""
    known = [view for view in failing if view.slug == "sentinel-2"] or failing
    return f"{_span(spec, known[0], 'spans')} and is {NOT_RESOLVED}." if known else ""


def _span(spec: Spec, view: SensorView, verb: str) -> str:
    return f" Seen by {sensor_phrase(spec, view.slug)}, it {verb} {pixels(view.object_px)}"


def describe_target(result: Result) -> str:
    """The sizes that the layer responds to best, and what it takes to give the object that size."""
    spec, target = result.spec, result.target
    sizes = target.layer.trained
    name = f"Layer {target.layer.name} of {spec.network_sizes.title}"
    if sizes.is_wide:
        measured = format_range(sizes.low_px, sizes.high_px)
        return f"{name} responds about equally to all sizes from {measured}. {_in_wide(result)}"
    center = pixels(sizes.preferred_px)
    best = f"{name} responds best to objects {range_phrase(sizes)} (center {center})"
    if not is_resolved(spec.object_px):
        return f"{best}. Enlarging cannot restore a shape that the sensor does not resolve."
    if abs(spec.input_px - sizes.preferred_px) <= TOLERANCE * sizes.preferred_px:
        return f"{best}. The object is at this center. {_present_cost(spec)}"
    times, octaves = format_factor(2 ** abs(target.octaves)), f"{abs(target.octaves):.1f} octaves"
    if abs(target.resample - 1) <= TOLERANCE:
        relation = "smaller" if target.octaves > 0 else "larger"
        return (
            f"{best}. Without resizing, the object is at this center. "
            f"As resized now, it is {times} times {relation} ({octaves})."
        )
    relation = "larger" if target.octaves > 0 else "smaller"
    return (
        f"{best}. This center is {times} times {relation} than the object at the input now "
        f"({octaves}). {_target_cost(result)}"
    )


def _in_wide(result: Result) -> str:
    size = pixels(result.spec.input_px)
    if result.target.octaves == 0:
        return f"With {size} at the input there is no reason to resize."
    return f"The object, {size} at the input, is outside the measured sizes."


def _present_cost(spec: Spec) -> str:
    if abs(spec.resize - 1) <= TOLERANCE:
        return "No resizing is needed."
    factor = format_factor(spec.resize)
    return f"With a resize factor of {factor}, {_field_of_view(spec, spec.resize)}."


def _target_cost(result: Result) -> str:
    spec, resample = result.spec, result.target.resample
    factor, view = format_factor(resample), _field_of_view(spec, resample)
    if resample > 1:
        return (
            f"Enlarging by a factor of {factor} reaches this size but adds no detail: every pixel "
            f"becomes a blur {factor} px wide. Then {view}."
        )
    lost = format_length(spec.gsd_m / resample)
    return (
        f"Shrinking to {factor} times the size reaches it, but detail finer than {lost} is "
        f"averaged away. Then {view}."
    )


def _field_of_view(spec: Spec, resize: float) -> str:
    resized, original = spec.field_of_view_m(resize), spec.field_of_view_m(1)
    return (
        f"the field of view is {format_length(resized)} along a side instead of "
        f"{format_length(original)}"
    )


def measurement_note() -> str:
    """How the sizes of the layers were measured, and what they do not show."""
    return (
        "'Responds to': the sizes at which the mean response of the layer's units, per covered "
        "cell, is at least 90 % of its maximum. 'Preferred size': the geometric center of this "
        "range; of a range that may continue beyond the measured sizes, only the measured part "
        "counts. 'Any': a range of three octaves or more, so no preference. 'Octaves from input "
        "size': from the object's size at the input to the preferred size, or, with 'any', to the "
        "nearest size of the range. The resize factor gives the object this size; the field of "
        "view is what the input then covers. 'Shuffled': the same network with its weights in "
        "random order, a control without training."
    )


def measurement_limits(spec: Spec) -> str:
    """On which pictures the sizes of the layers were measured."""
    sizes = spec.network_sizes.sizes_px
    return (
        "Measured on 20 crops of photographs, shown on gray at "
        f"{format_range(sizes[0], sizes[-1])}, as on the page of trained networks. The largest "
        "objects reach the cells at the border, which also respond to the border. Photographs "
        "are not aerial images: take these sizes as a starting point, and test them."
    )


def picture_note(spec: Spec) -> str:
    """Which object is typical, and what the pictures leave out."""
    note = "" if spec.object == CUSTOM else f"The object: {OBJECTS[spec.object].note} "
    return (
        f"{note}The camera looks straight down; phones and drones are at "
        f"{format_length(spec.altitude_m)}. In the pictures, each pixel is the exact mean over its "
        "footprint. A real lens, haze and the resampling of products blur further."
    )
