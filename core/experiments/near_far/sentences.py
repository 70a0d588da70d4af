"""What is going on in a near-far result, said in words that are computed from its numbers."""

from __future__ import annotations

from ... import formatting
from ...filters.similarity import SAME_COSINE
from .result import Level, Result

LIKE = 0.9  # a floor this high means that quite another thing counts as alike too
CLOSE = 0.1  # peaks that differ by less than this fraction count as about equal
THINGS = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


def thing_name(result: Result) -> str:
    """What to call the object in a sentence."""
    return THINGS[result.spec.object]


def other_name(result: Result) -> str:
    """The different object against which the floor is measured."""
    return "square" if result.spec.object == "disc" else "disc"


def _opening(result: Result) -> str:
    near, far = result.spec.apparent_px
    thing, octaves = thing_name(result), result.spec.octaves
    if octaves < 0:
        sizes = f"{formatting.pixels(far)} against {formatting.pixels(near)}"
        return f"The 'far' {thing} is now the nearer one: {sizes}."
    return (
        f"The near {thing} spans {formatting.pixels(near)}, the far one {formatting.pixels(far)}: "
        f"{octaves:.1f} octaves apart."
    )


def _answer(result: Result) -> str:
    near, far = result.levels[0].peak
    larger = max(near, far)
    if larger < 1e-6:
        return "The filter answers neither of them."
    apart = abs(near - far) / larger
    numbers = f"{near:.2f} near and {far:.2f} far"
    if apart <= CLOSE:
        return f"The filter answers both about equally ({numbers}): to it, size does not matter."
    stronger = "near" if near > far else "far"
    if min(near, far) < 0.02 * larger:
        return f"The filter answers only the {stronger} one ({numbers}): to it, size matters."
    return f"The filter answers the {stronger} one more ({numbers}): to it, size matters."


def _merging(result: Result) -> str:
    depth, at = result.levels[-1].level, result.same_from
    if max(result.levels[0].peak) < 1e-6:
        return ""
    if at is None:
        return _never(result, depth)
    level = result.levels[at]
    if at == 0:
        start = "Even before pooling the cells around the two peaks are the same"
    else:
        start = (
            f"After {at} pooling{'s' if at > 1 else ''} the cells around the two peaks are the same"
        )
    luck = _luck(level)
    if level.floor is not None and level.floor >= LIKE:
        return (
            f"{start}{luck}; but so would be those of a {other_name(result)} "
            f"(similarity {level.floor:.2f}): what is left says that something is there, not what."
        )
    floor = formatting.cosine(level.floor)
    return f"{start}{luck}, and a {other_name(result)} still differs ({floor})."


def _luck(level: Level) -> str:
    undone = sum(not kept for kept in level.shifted)
    if undone:
        return f", by luck: {undone} of 4 one-pixel shifts undo it"
    return ", and no one-pixel shift undoes it"


def _never(result: Result, depth: int) -> str:
    last = result.levels[-1]
    if depth == 0:
        return "Nothing is pooled yet."
    if last.similarity is None:
        return "Pooling cannot bring back what the filter did not answer."
    poolings = f"{depth} pooling{'s' if depth > 1 else ''}"
    if last.similarity >= SAME_COSINE:
        return f"After {poolings} the cells around the two peaks agree in pattern, not in strength."
    return (
        f"{poolings} do not make them the same: around their peaks "
        f"the similarity is {formatting.cosine(last.similarity)}, where a {other_name(result)} "
        f"instead has {formatting.cosine(last.floor)}."
    )


def sentence(result: Result) -> str:
    """Size, response, and what pooling does to the difference: two or three short sentences."""
    return " ".join(part for part in (_opening(result), _answer(result), _merging(result)) if part)


def warnings(result: Result) -> list[str]:
    """What a person would otherwise puzzle over: clipping, dropped edges, nothing to see."""
    said = []
    for name, part in zip(("near", "far"), result.clipped, strict=True):
        if part > 0.001:
            said.append(
                f"{part:.0%} of the {name} {thing_name(result)}'s box is outside the canvas."
            )
    if min(result.spec.apparent_px) < 2:
        said.append("Below 2 px no shape is left, only a brighter or darker pixel.")
    if float(abs(result.picture - result.level).max()) < 0.01:
        said.append("The object is as bright as its background, so there is nothing to see.")
    dropped = _dropped(result)
    if dropped:
        said.append(dropped)
    return said


def _dropped(result: Result) -> str:
    spec = result.spec
    for last, level in zip(result.levels, result.levels[1:], strict=False):
        if spec.pool_size == spec.pool_stride and any(
            side % spec.pool_stride for side in last.geometry.shape
        ):
            rows, columns = last.geometry.shape
            return (
                f"At level {level.level} a map of {rows} x {columns} does not divide by "
                f"{spec.pool_stride}: its last cells are dropped."
            )
    return ""


def sees(result: Result, level: Level) -> str:
    """What a cell of a level sees of each object: 'a third of the near cat, all of the far one'."""
    near, far = result.spec.apparent_px
    field = max(level.geometry.size)
    thing = thing_name(result)
    return f"{formatting.fraction_phrase(field, near)} the near {thing}, {formatting.fraction_phrase(field, far)} the far one"


def alike(value: float | None) -> str:
    """A similarity for a table."""
    return formatting.cosine(value)


def verdict(level: Level) -> str:
    """'yes', 'no', or 'by luck' with the number of one-pixel shifts that undo it."""
    if not level.same:
        return "no"
    undone = sum(not kept for kept in level.shifted)
    return f"by luck: {undone} of 4 shifts undo it" if undone else "yes"
