"""The live notes: text below a picture, how it is known, and the page as Python."""

from .notes import live_notes

__all__ = ["live_notes"]
