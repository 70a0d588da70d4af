"""Objects on the ground, with their true size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GroundObject:
    """An object as seen from above.

    ``title`` is written within a sentence: 'a car'. ``size_m``: the longer side of a typical one,
    in meters; ``note`` says which.
    """

    slug: str
    title: str
    size_m: float
    note: str


_TABLE = (
    GroundObject("car", "a car", 4.5, "A mid-size car, 1.8 m wide."),
    GroundObject("tree-crown", "a tree crown", 8.0, "The crown of a mature broad-leaved tree."),
    GroundObject("house", "a house", 12.0, "A detached house with a gable roof, 9 m wide."),
    GroundObject("ship", "a ship", 180.0, "A handysize cargo ship, 30 m wide."),
    GroundObject("field", "a field", 200.0, "A field of four hectares."),
    GroundObject("cat", "a cat", 0.45, "Head and body without the tail."),
)

OBJECTS: dict[str, GroundObject] = {row.slug: row for row in _TABLE}
