"""The live header: a page's title and question, buttons that Python answers, and 'Copy link'."""

from .header import live_header

__all__ = ["live_header"]
