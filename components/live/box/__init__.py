"""The live box: a photograph with a rectangle on it that a person drags, resizes and sends."""

from .box import Box, live_box

__all__ = ["Box", "live_box"]
