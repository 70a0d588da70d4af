"""The one table of pages. A page's module is imported when the page is first opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from .page import Page


@dataclass(frozen=True)
class PageEntry:
    """A row of the table. ``slug`` is that of the experiment; ``question`` stands on the page."""

    slug: str
    title: str
    question: str

    def load(self) -> Page[Any]:
        """Import the page's module and return its ``PAGE``."""
        name = f"{__name__}.{self.slug.replace('-', '_')}"
        module = importlib.import_module(name)
        if not hasattr(module, "PAGE"):  # a folder
            module = importlib.import_module(f"{name}.page")
        page: Page[Any] = module.PAGE
        return page


PAGES: tuple[PageEntry, ...] = (
    PageEntry(
        "near-far",
        "How does a CNN see the same cat, near and far?",
        "One object at two distances, one filter and a stack of pooling layers. At which layer do "
        "both give the same activations?",
    ),
    PageEntry(
        "pooling",
        "Does pooling make sizes equal?",
        "Squares of several sizes, one filter for the upper left corner and one for the bottom "
        "right. After how many pooling layers do both corners share a cell?",
    ),
    PageEntry(
        "filter",
        "Does this filter care about size?",
        "One object at every apparent size. Which filter answers all of them alike, and which has "
        "a favourite?",
    ),
    PageEntry(
        "scale-space",
        "Is it a difference of Gaussians?",
        "Blobs of every size, found by SIFT's scale space. Does a CNN's filter with pooling behind "
        "it do the same?",
    ),
    PageEntry(
        "network",
        "A real network at every distance",
        "A trained network looks at one thing, near and far. What does it call it, and which of "
        "its layers still see the same?",
    ),
    PageEntry(
        "training",
        "Can size tolerance be learned?",
        "Ten training methods with equal budgets. Which of them recognize objects at sizes that they "
        "were not trained on?",
    ),
    PageEntry(
        "calculator",
        "How large is a car from up there?",
        "A sensor, a thing on the ground and a network: how many pixels does the thing get, and is "
        "that a size that the network's layers answer?",
    ),
    PageEntry(
        "transfer",
        "From photographs to satellites",
        "A network that learned from photographs, and few labelled tiles from above. Which of its "
        "layers serve, how should tiles be resized, and what is lost at another distance?",
    ),
)
