"""Sentences that describe a near-far result; all numbers in them are computed."""

from __future__ import annotations

from ... import formatting
from ...filters.similarity import SAME_COSINE
from .result import Level, Result

HIGH_BASELINE = 0.9  # from here on another object gives much the same activations
EQUAL_PEAKS = 0.1  # peaks that differ by at most this fraction count as about equal
NO_RESPONSE = 1e-6
SAME_SIZE_OCTAVES = 0.05
ONE_SIDED = 0.02  # below this fraction of the larger peak, an object gives no response
OBJECT_NAMES = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


def object_name(result: Result) -> str:
    """Name the object as in a sentence."""
    return OBJECT_NAMES[result.spec.object]


def baseline_name(result: Result) -> str:
    """Name the different object that the baseline is measured with."""
    return "square" if result.spec.object == "disc" else "disc"


def _pooling_layers(count: int) -> str:
    return f"{count} pooling layer{'' if count == 1 else 's'}"


def _sizes(result: Result) -> str:
    near, far = result.spec.apparent_px
    name, octaves = object_name(result), result.spec.octaves
    near_px, far_px = formatting.pixels(near), formatting.pixels(far)
    if octaves < 0:
        return f"The 'far' {name} is now the nearer one: {far_px}; the 'near' one spans {near_px}."
    sizes = f"The near {name} spans {near_px}, the far one {far_px}"
    if octaves < SAME_SIZE_OCTAVES:
        return f"{sizes}: about the same size."
    times = formatting.significant_digits(near / far, 2)
    return f"{sizes}: {times} times smaller ({octaves:.1f} octaves; one octave is a factor of 2)."


def _response(result: Result) -> str:
    near, far = result.levels[0].peak
    larger = max(near, far)
    if larger < NO_RESPONSE:
        return "The filter responds to neither of them."
    peaks = f"(peak {near:.2f} near, {far:.2f} far)"
    if abs(near - far) / larger <= EQUAL_PEAKS:
        return f"The filter responds about equally to both {peaks}: it is insensitive to size here."
    stronger = "near" if near > far else "far"
    if min(near, far) < ONE_SIDED * larger:
        return f"The filter responds only to the {stronger} one {peaks}: it is size-selective here."
    return (
        f"The filter responds more strongly to the {stronger} one {peaks}: "
        "it is size-selective here."
    )


def _merging(result: Result) -> list[str]:
    if max(result.levels[0].peak) < NO_RESPONSE:
        return []
    if result.merge_level is None:
        return [_difference(result)]
    return _equality(result, result.levels[result.merge_level])


def _equality(result: Result, level: Level) -> list[str]:
    start = f"After {_pooling_layers(level.level)}" if level.level else "Even before pooling"
    equal = f"{start}, the activations around the two peaks are equal{_shifts(level)}."
    name = baseline_name(result)
    if level.baseline is not None and level.baseline >= HIGH_BASELINE:
        return [
            equal,
            f"But a {name} gives much the same values (cosine similarity {level.baseline:.2f}): "
            "the map shows only that something is there, not what.",
        ]
    similarity = formatting.cosine(level.baseline)
    return [
        equal,
        f"A {name} instead of the far {object_name(result)} still differs "
        f"(cosine similarity {similarity}).",
    ]


def _undone(level: Level) -> int:
    """How many of the four shifts by one pixel undo the equality."""
    return sum(not same for same in level.same_after_shift)


def _shifts(level: Level) -> str:
    undone = _undone(level)
    if undone:
        return f", but only at this alignment: {undone} of 4 shifts by one pixel undo it"
    return ", also after shifting the image by one pixel"


def _difference(result: Result) -> str:
    last = result.levels[-1]
    if last.level == 0:
        return "The pooling depth is 0, so nothing is pooled yet."
    if last.similarity is None:
        return "Pooling cannot restore what the filter did not respond to."
    start = f"After {_pooling_layers(last.level)}, the activations around the two peaks"
    if last.similarity >= SAME_COSINE:
        return f"{start} have the same pattern (cosine) but different magnitudes."
    return (
        f"{start} differ (cosine similarity {last.similarity:.2f}; with a "
        f"{baseline_name(result)} instead of the far {object_name(result)} "
        f"{formatting.cosine(last.baseline)})."
    )


def describe(result: Result) -> list[str]:
    """Describe the sizes, the filter's responses, and what pooling does to their difference."""
    return [_sizes(result), _response(result), *_merging(result)]


def warnings(result: Result) -> list[str]:
    """Explain what may be unexpected: clipping, dropped edges, an invisible object."""
    notes = []
    for name, fraction in zip(("near", "far"), result.clipped_fractions, strict=True):
        if fraction > 0.001:
            box = f"the {name} {object_name(result)}'s box"
            notes.append(f"{fraction:.0%} of {box} is outside the canvas.")
    if min(result.spec.apparent_px) < 2:
        notes.append("Below 2 px an object has no shape, only brightness.")
    if float(abs(result.picture - result.background_level).max()) < 0.01:
        notes.append("The object is as bright as its background, so there is nothing to see.")
    dropped = _dropped(result)
    return [*notes, dropped] if dropped else notes


def _dropped(result: Result) -> str:
    stride = result.spec.pool_stride
    if result.spec.pool_size != stride:
        return ""
    for below, level in zip(result.levels, result.levels[1:], strict=False):
        rows, columns = below.geometry.shape
        if rows % stride or columns % stride:
            return (
                f"Pooling layer {level.level}: a map of {rows} x {columns} cells is not divisible "
                f"by {stride}, so its last cells are dropped."
            )
    return ""


def receptive_field_phrase(result: Result, level: Level) -> str:
    """Compare a receptive field to both objects: 'a third of the near cat, all of the far one'."""
    near, far = result.spec.apparent_px
    field = max(level.geometry.size)
    of_near, of_far = (formatting.fraction_phrase(field, size) for size in (near, far))
    return f"{of_near} the near {object_name(result)}, {of_far} the far one"


def verdict(level: Level) -> str:
    """Say whether two objects count as equal at a level, and how many one-pixel shifts undo it."""
    if not level.same:
        return "no"
    undone = _undone(level)
    return f"alignment-dependent: {undone} of 4 shifts undo it" if undone else "yes"
