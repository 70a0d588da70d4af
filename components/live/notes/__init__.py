"""The live notes: text below a picture, and the page's experiment as Python, folded away."""

from .notes import live_notes

__all__ = ["live_notes"]
