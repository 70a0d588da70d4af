"""The patches with the strongest response of a unit, as one picture."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .... import formatting
from ....imaging.palette import to_image
from ....imaging.subject_views import draw, object_box
from ....imaging.subjects import Picture
from ....networks.unit_responses import Responses
from .card import Card, Patch

SIDE_PX = 112


def fit_to_square(picture: Picture, side: int = SIDE_PX, gray: float = 0.5) -> Picture:
    """Resize a picture, float32 (3, rows, columns) in [0, 1], to fit a square of ``side`` px.

    Lanczos. Its longer side fills the square; the rest is ``gray``.
    """
    rows, columns = picture.shape[1:]
    ratio = side / max(rows, columns)
    size = (max(1, round(columns * ratio)), max(1, round(rows * ratio)))
    levels = np.asarray(to_image(picture).resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
    square = np.full((3, side, side), gray, dtype=np.float32)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[:, top : top + size[1], left : left + size[0]] = levels.transpose(2, 0, 1) / 255
    return square


def visible_part(responses: Responses, patch: Patch) -> Picture:
    """Crop a patch to the part of the object in its receptive field: float32 (3, rows, columns).

    Without the canvas around it, a small object can be recognized. Where the receptive field misses
    the object, the whole receptive field is returned.
    """
    subject = responses.subjects[patch.picture]
    canvas = responses.settings.canvas_px
    field = patch.field or (0, 0, canvas, canvas)
    box = object_box(subject, responses.settings, patch.size_px)
    top, left = (max(0, int(edge), low) for edge, low in zip(box[:2], field[:2], strict=True))
    bottom, right = (
        min(math.ceil(edge), high) for edge, high in zip(box[2:], field[2:], strict=True)
    )
    if bottom <= top or right <= left:
        top, left, bottom, right = field
    picture = draw(subject, responses.settings, [patch.size_px])[0].numpy()
    return np.asarray(picture[:, top:bottom, left:right])


def patch_grid(responses: Responses, card: Card, side: int = SIDE_PX) -> Picture:
    """A column per size, the best patch on top: float32 (3, best * side, sizes * side)."""
    gray = responses.settings.gray
    columns = [
        np.concatenate(
            [fit_to_square(visible_part(responses, patch), side, gray) for patch in row], axis=1
        )
        for row in card.patches
    ]
    return np.concatenate(columns, axis=2)


def describe_preference(card: Card) -> str:
    """Say which size a unit prefers, and how wide its tuning curve is."""
    name = f"Unit {card.unit} of {card.layer}"
    if card.preferred_px is None:
        return f"{name} responds to none of the pictures at any size."
    prefers = (
        f"{name} responds most to objects of {formatting.pixels(card.preferred_px)}, on average "
        "over the pictures"
    )
    octaves = card.bandwidth_octaves
    if octaves is not None:
        width = formatting.significant_digits(octaves, 2)
        return f"{prefers}. Its half-maximum range is {width} octaves wide."
    low, high = card.half_maximum_px
    sides = [side for side, size in (("below", low), ("above", high)) if size is None]
    return (
        f"{prefers}. Its half-maximum range extends beyond the measured sizes "
        f"{formatting.join_with_and(sides)}."
    )
