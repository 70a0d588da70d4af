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
        "Does pooling remove size information?",
        "Squares of several sizes, one filter for the upper left corner and one for the bottom "
        "right. After how many pooling layers do both corners share a cell?",
    ),
    PageEntry(
        "filter",
        "Does the response of a filter depend on size?",
        "One object at every apparent size. Which filter responds equally to all sizes, and which "
        "one has a preferred size?",
    ),
    PageEntry(
        "scale-space",
        "Does a CNN compute a difference of Gaussians?",
        "Blobs of every size, detected in SIFT's scale space. Does a CNN's filter, followed by "
        "pooling layers, detect the same?",
    ),
    PageEntry(
        "network",
        "How does a trained CNN respond to every size?",
        "A trained network classifies the same object, near and far. What does it predict, and in "
        "which layers are the activations still the same?",
    ),
    PageEntry(
        "training",
        "Can tolerance to size be learned?",
        "Ten training methods with equal budgets. Which of them recognize objects at sizes that "
        "they were not trained on?",
    ),
    PageEntry(
        "calculator",
        "How many pixels does a car span from above?",
        "A sensor, an object on the ground and a network. How many pixels does the object span, "
        "and do the network's layers respond to that size?",
    ),
    PageEntry(
        "transfer",
        "What transfers from photographs to aerial images?",
        "A network trained on photographs, and a few labeled aerial tiles. Which of its layers "
        "transfer, how should tiles be resized, and what is lost at another ground sample "
        "distance?",
    ),
)
