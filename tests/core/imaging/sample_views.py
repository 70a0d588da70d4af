"""Views of a subject as arrays, with render settings given as keywords."""

from scalescope.core.imaging.subject_views import draw
from scalescope.core.imaging.subjects import RenderSettings


def views(subject, sizes_px, shift_px=(0, 0), **settings):
    """The subject at each size, float32 (sizes, 3, canvas, canvas) in [0, 1]."""
    return draw(subject, RenderSettings(**settings), sizes_px, [shift_px]).numpy()
