"""Things on the ground with the size that one would measure there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """``size_m``: the longer side seen from above, a typical one; ``note`` says of what.

    ``title`` is written within a sentence: 'a car'.
    """

    slug: str
    title: str
    size_m: float
    note: str


_TABLE = (
    Thing("car", "a car", 4.5, "A mid-size car, 1.8 m wide."),
    Thing("tree-crown", "a tree crown", 8.0, "The crown of a grown broad-leaved tree."),
    Thing("house", "a house", 12.0, "A detached house with a gable roof, 9 m wide."),
    Thing("ship", "a ship", 180.0, "A cargo ship of handy size, 30 m wide."),
    Thing("field", "a field", 200.0, "A field of four hectares."),
    Thing("cat", "a cat", 0.45, "Head and body without the tail."),
)

THINGS: dict[str, Thing] = {thing.slug: thing for thing in _TABLE}
