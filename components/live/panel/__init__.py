"""The live panel: links to the pages, a small table, and the controls of a spec."""

from .panel import Choice, Control, Link, Slider, Text, live_panel, number

__all__ = ["Choice", "Control", "Link", "Slider", "Text", "live_panel", "number"]
