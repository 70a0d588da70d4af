"""The one table of pages. A page's module is imported when the page is first opened.

The module has ``SLIDERS`` and ``MORE`` (field names, the second list folded away), ``PRESETS``
(button text -> field values), ``readouts(spec)`` (rows of a small table, always on screen beside
the sliders), ``why_not(spec)`` (fields that cannot act now, with the reason), ``ends(spec)``
(where a slider should end although its field allows more), ``draw(spec)``, the part that follows
a slider while it moves, and ``details(spec)``, the part that follows when it rests, which returns
what words (HTML) stand below it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Page:
    """A row of the table. ``slug`` is that of the experiment; ``question`` stands on the page."""

    slug: str
    title: str
    question: str

    @property
    def module(self) -> ModuleType:
        """The page's own module."""
        name = f"{__name__}.{self.slug.replace('-', '_')}"
        package = importlib.import_module(name)
        return package if hasattr(package, "draw") else importlib.import_module(f"{name}.page")


PAGES: tuple[Page, ...] = (
    Page(
        "near-far",
        "Two cats, one filter",
        "The same cat, near and far. Does the filter tell them apart, and does pooling?",
    ),
    Page(
        "pooling",
        "Does pooling make sizes equal?",
        "Squares of several sizes; one detector for the upper left corner, one for the bottom "
        "right. When do the two corners end up in one cell?",
    ),
    Page(
        "filter",
        "Does this filter care about size?",
        "One object at every apparent size. Which filter answers all of them alike, and which has "
        "a favourite?",
    ),
    Page(
        "scale-space",
        "Is it a difference of Gaussians?",
        "Blobs of every size, found by SIFT's scale space. Does a CNN's filter with pooling behind "
        "it do the same?",
    ),
    Page(
        "network",
        "A real network at every distance",
        "A trained network looks at one thing, near and far. What does it call it, and which of "
        "its layers still see the same?",
    ),
    Page(
        "training",
        "Can size tolerance be learned?",
        "Ten ways to teach a network that size does not matter, with equal budgets. Which of them "
        "names things at sizes that it was never shown?",
    ),
    Page(
        "calculator",
        "How large is a car from up there?",
        "A sensor, a thing on the ground and a network: how many pixels does the thing get, and is "
        "that a size that the network's layers answer?",
    ),
    Page(
        "transfer",
        "From photographs to satellites",
        "A network that learned from photographs, and few labelled tiles from above. Which of its "
        "layers serve, how should tiles be resized, and what is lost at another distance?",
    ),
)
