"""Sentences about the calculator's numbers, computed from them."""

from __future__ import annotations

from ...aerial.layer_sizes import CUT_OFF, RANGE_LEVEL, WIDE, WIDE_OCTAVES, LayerSizes, SizeRange
from ...aerial.objects import OBJECTS
from ...aerial.sensors import SENSORS
from ...evidence.intervals import CONFIDENCE
from ...evidence.phrases import quantity, value_phrase
from ...formatting import join_with_and, percent, pixels, significant_digits
from .result import Result, SensorView
from .spec import CUSTOM, RESOLVED_PX, Spec
from .verdicts import LARGER_THAN_INPUT, PICTURES_DISAGREE, Advice, LayerTarget

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
    """The sizes of a range: '45 to 106 px', '18 to 256 px (cut off)' where the tested sizes end."""
    measured = format_range(sizes.low_px, sizes.high_px)
    return f"{measured} (cut off)" if sizes.is_cut_off else measured


def is_resolved(size_px: float) -> bool:
    """Whether an object of so many pixels shows a shape."""
    return size_px >= RESOLVED_PX


def describe(result: Result) -> list[str]:
    """What the page says: the object's size, the view, the layer's answer and sizes, the advice."""
    return [
        describe_size(result),
        describe_view(result),
        describe_verdict(result),
        describe_layer(result),
        describe_advice(result),
    ]


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


def layer_phrase(result: Result) -> str:
    """The chosen layer: 'layer head of EfficientNet-Lite0'; a network's title up to a comma."""
    return f"layer {result.target.layer.name} of {result.spec.network_sizes.title.split(',')[0]}"


def describe_verdict(result: Result) -> str:
    """Whether the object has a size at the input that suits the layer, or why that is undecided."""
    target, size, layer = result.target, pixels(result.spec.input_px), layer_phrase(result)
    verdict = target.verdict
    if verdict.estimate is None:
        return f"Whether the object suits {layer} is undecided. {verdict.reason}"
    measured = (
        f"over {target.layer.pictures.shape[0]} pictures it responds with "
        f"{value_phrase(verdict)} of its largest response"
    )
    line = quantity(verdict.line.value, verdict.line.unit)
    if verdict.is_yes:
        return f"{size} at the input suits {layer}: {measured}; the line is {line}."
    if verdict.is_no:
        place = target.words.replace("the layer", layer)
        return f"{size} at the input is {place}: {measured}; the line is {line}."
    return (
        f"Whether {size} at the input suits {layer} is undecided: {measured}, and the line is "
        f"{line}. {verdict.reason}"
    )


def describe_layer(result: Result) -> str:
    """The sizes that the layer responds to, and how far the best of them is from the object's."""
    target = result.target
    ranges = (
        f"It responds within a tenth of its maximum to objects of {ranges_phrase(target.layer)}"
    )
    if target.best is None:
        return f"{ranges}. {no_best_phrase(target)}"
    low, high = target.best.low, target.best.high
    best = f"its best size is {pixels(target.best.value)} ({format_range(low, high)} over pictures)"
    return f"{ranges}; {best}, {_relation(target)}."


def ranges_phrase(layer: LayerSizes) -> str:
    """All sizes that a layer responds to: '14 to 19 px and 25 to 256 px (cut off)'."""
    return join_with_and([range_phrase(sizes) for sizes in layer.ranges])


def no_best_phrase(target: LayerTarget) -> str:
    """Why a layer has no best size."""
    sizes = target.layer.sizes_px
    return {
        CUT_OFF: f"The tested sizes, {format_range(sizes[0], sizes[-1])}, end there, so its best "
        "size is unknown.",
        WIDE: f"That is {WIDE_OCTAVES:g} octaves or more, so it has no best size.",
        PICTURES_DISAGREE: f"More than {percent(1 - CONFIDENCE)} of draws of the pictures have no "
        "best size, so it is undecided.",
    }[target.no_best]


def _relation(target: LayerTarget) -> str:
    """From the object at the input to the best size, in factors and octaves."""
    assert target.octaves is not None
    times = 2 ** abs(target.octaves)
    if times <= 1 + TOLERANCE:
        return "about that of the object at the input now"
    relation = "larger" if target.octaves > 0 else "smaller"
    return (
        f"{format_factor(times)} times {relation} than the object at the input now "
        f"({abs(target.octaves):.1f} octaves)"
    )


def describe_advice(result: Result) -> str:
    """What resizing would surely improve and what it costs, or why there is no advice."""
    spec, target = result.spec, result.target
    advice = target.advice
    if advice is None:
        return no_advice_phrase(spec, target)
    gain = value_phrase(advice.gain)
    size = f"Resizing by {format_factor(advice.resize_by)} from now gives the object the best size"
    setting = "" if spec.resize == 1 else f" (resize factor {format_factor(advice.resize)})"
    return (
        f"{size}{setting} and raises the response by {gain} of the largest. {_cost(spec, advice)}"
    )


def no_advice_phrase(spec: Spec, target: LayerTarget) -> str:
    """Why there is no advice on resizing."""
    if target.verdict.is_yes:
        return "No resizing is needed."
    if not is_resolved(spec.object_px):
        return "Enlarging cannot restore a shape that the sensor does not resolve."
    if target.words == LARGER_THAN_INPUT:
        factor = format_factor(spec.network_sizes.input_px / spec.object_px)
        return f"Up to a resize factor of {factor} the input shows all of it."
    if target.verdict.is_undecided:
        return "So there is no advice on resizing."
    if target.best is None:
        return "Without a best size there is no advice on resizing."
    return "No resize within the limits surely raises the response, so there is no advice."


def _cost(spec: Spec, advice: Advice) -> str:
    """What the advised resize factor loses, counted from the sensor's pixels."""
    now, then = spec.field_of_view_m(spec.resize), spec.field_of_view_m(advice.resize)
    view = (
        f"The field of view is then {format_length(then)} along a side instead of "
        f"{format_length(now)}."
    )
    if advice.resize > 1 + TOLERANCE:
        blur = format_factor(advice.resize)
        return f"Enlarging adds no detail: every pixel becomes a blur {blur} px wide. {view}"
    if advice.resize < 1 - TOLERANCE:
        return f"Detail finer than {format_length(spec.gsd_m / advice.resize)} is lost. {view}"
    return view


def describe_view(result: Result) -> str:
    """The ground that the input shows, which is never more than the sensor's picture covers."""
    spec = result.spec
    side = format_length(spec.field_of_view_m(spec.resize))
    view = f"The input shows {side} of ground along a side"
    if spec.picture_side_px >= spec.network_sizes.input_px / spec.resize:
        return f"{view}."
    return f"{view}, as much as the sensor's picture covers along its shorter side."


def measurement_note() -> str:
    """How the sizes of the layers were measured, and what the columns are."""
    return (
        "'Responds to': the sizes at which the mean response of the layer's units, per covered "
        f"cell, is at least {percent(RANGE_LEVEL)} of its maximum over the tested sizes. 'Best "
        "size': the geometric center of the range with the maximum, and the interval that holds "
        f"it in {percent(CONFIDENCE)} of draws of the pictures. None where a range is cut off by "
        f"the tested sizes, where that range is {WIDE_OCTAVES:g} octaves or wider, or where more "
        f"than {percent(1 - CONFIDENCE)} of the draws have none. 'Suits': whether the response to "
        f"the object's size is above {percent(RANGE_LEVEL)}, with its interval. 'Factor "
        "(octaves)': from the object at the input now to the best size. 'Resize factor': from the "
        "sensor's pixels. 'Shuffled': the best size with the weights in random order, a control "
        "without training; one number per random seed, without an interval over pictures."
    )


def measurement_limits(spec: Spec) -> str:
    """On which pictures the sizes of the layers were measured."""
    network = spec.network_sizes
    return (
        f"Measured on {len(network.pictures)} objects in photographs, at four alignments, on gray "
        f"at {format_range(network.sizes_px[0], network.sizes_px[-1])}. The canvas is so large "
        f"that no cell of the object sees its border. At the input of {network.input_px} px, cells "
        "of large objects do, and respond to the border as well. Photographs are not aerial "
        "images: take these sizes as a starting point, and test them."
    )


def picture_note(spec: Spec) -> str:
    """Which object is typical, and what the pictures leave out."""
    note = "" if spec.object == CUSTOM else f"The object: {OBJECTS[spec.object].note} "
    return (
        f"{note}The camera looks straight down; phones and drones are at "
        f"{format_length(spec.altitude_m)}. In the pictures, each pixel is the exact mean over its "
        "footprint. A real lens, haze and the resampling of products blur further. What lies "
        "beyond the sensor's picture is black."
    )
