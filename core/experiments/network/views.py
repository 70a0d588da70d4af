"""One object at two sizes: class probabilities and feature maps for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ... import networks
from ...imaging.palette import Palette, make_palette
from ...imaging.subject_views import draw, draw_background, object_box
from ...imaging.subjects import Box, Picture, Subject, photograph
from ...networks import Network
from .responses import Floats
from .spec import Spec
from .sweep import correct_classes, top_labels

EMPTY_PICTURE = np.zeros((3, 0, 0), dtype=np.float32)


@dataclass(frozen=True)
class View:
    """One view and what the network gives for it.

    ``picture``: float32 (3, canvas, canvas) in [0, 1]; ``box``: the object's box on it, top, left,
    bottom, right in px, unclipped; ``probabilities``: float32 (1, classes), None for a network
    without classes; ``probability``: of the correct classes together, None where there are none;
    ``maps``: by layer name, float32 (channels, rows, columns).
    """

    size_px: float
    picture: Picture
    box: Box
    probabilities: Floats | None
    probability: float | None
    maps: dict[str, Floats]

    @cached_property
    def top(self) -> tuple[tuple[str, float], ...]:
        """The five most probable (label, probability); empty for a network without classes."""
        return top_labels(self.probabilities)


@dataclass(frozen=True)
class ViewPair:
    """The object at two sizes.

    ``classes``: the correct classes, or the network's top class for the larger view where they are
    unknown (then ``assumed``).
    """

    spec: Spec
    network: Network
    subject: Subject
    near: View
    far: View
    classes: tuple[int, ...]
    assumed: bool

    @property
    def corners(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """First row and column of the near and of the far picture in :attr:`side_by_side`."""
        near, far = (view.picture.shape[1] for view in (self.near, self.far))
        whole = max(near, far)
        return ((whole - near) // 2, 0), ((whole - far) // 2, near)

    @cached_property
    def side_by_side(self) -> Picture:
        """Near and far side by side: float32 (3, rows, columns) in [0, 1].

        Where the two inputs differ in size, the smaller one is padded with gray.
        """
        pictures = (self.near.picture, self.far.picture)
        rows = max(picture.shape[1] for picture in pictures)
        gray = np.float32(self.network.padding_gray)
        parts = []
        for picture in pictures:
            room = rows - picture.shape[1]
            edges = ((0, 0), (room // 2, room - room // 2), (0, 0))
            parts.append(np.pad(picture, edges, constant_values=gray) if room else picture)
        return np.concatenate(parts, axis=2)


def _run_view(
    spec: Spec, size_px: float, subject: Subject, layers: Sequence[str], device: str
) -> View:
    """Run one view in its own batch, so that its activations are bit-identical whatever else is
    shown."""
    loaded = networks.load(spec.network, spec.weights == "shuffled", device)
    settings, shift = spec.render_settings(), (spec.row_shift_px, spec.column_shift_px)
    image = draw(subject, settings, [size_px], [shift], device)
    bare = draw_background(subject, settings, image.shape[-1], device)
    logits, maps = loaded.record(image, layers, bare)
    probabilities = None if logits is None else logits.softmax(1).cpu().numpy()
    return View(
        size_px,
        image[0].cpu().numpy(),
        object_box(subject, settings, size_px, shift),
        probabilities,
        None,
        {name: values[0].cpu().numpy() for name, values in maps.items()},
    )


def compare_views(
    spec: Spec,
    picture: Picture | None = None,
    layers: Sequence[str] | None = None,
    device: str = "cpu",
    previous: ViewPair | None = None,
) -> ViewPair:
    """Run both sizes, each in a batch of its own.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1]; ``layers``: names of the layers
    whose maps are returned, by default the spec's. ``previous``: another result of the same
    picture, layers and device; a size that it has under the same spec is not computed again. Raises
    NetworkMissing where the network is missing.
    """
    subject = spec.subject(picture)
    wanted = [spec.shown_layer] if layers is None else list(layers)
    sizes = (spec.near_px, spec.far_px)
    known: dict[float, View] = {}
    if previous and replace(previous.spec, near_px=spec.near_px, far_px=spec.far_px) == spec:
        known = {view.size_px: view for view in (previous.near, previous.far)}
    views = [known.get(size) or _run_view(spec, size, subject, wanted, device) for size in sizes]
    classes = correct_classes(subject, max(views, key=lambda view: view.size_px).probabilities)
    near, far = (replace(view, probability=_total(view.probabilities, classes)) for view in views)
    return ViewPair(
        spec, spec.net, subject, near, far, classes, bool(classes) and not subject.classes
    )


def compare_probabilities(
    spec: Spec, picture: Picture | None = None, previous: ViewPair | None = None
) -> ViewPair:
    """Like :func:`compare_views`, for probabilities only: no maps, and empty pictures.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1], or None.
    """
    pair = compare_views(spec, picture, layers=(), previous=previous)
    near, far = (replace(view, picture=EMPTY_PICTURE) for view in (pair.near, pair.far))
    return replace(pair, near=near, far=far)


def _total(probabilities: Floats | None, classes: Sequence[int]) -> float | None:
    if probabilities is None or not classes:
        return None
    return float(probabilities[0, list(classes)].sum(dtype=np.float64))


def view_palette(spec: Spec, picture: Picture | None = None) -> Palette:
    """The palette of all views of a spec, whatever their size: of the object and its background.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1].
    """
    subject, settings = spec.subject(picture), spec.render_settings()
    shown = subject.crop if settings.resize_mode == "distance" else subject.picture
    padding = (spec.net.padding_gray,) * 3
    if settings.background != "texture":
        red, green, blue = draw_background(subject, settings, 1).flatten().tolist()
        return make_palette(shown, (padding, (red, green, blue)))
    pixels = [one.reshape(3, 1, -1) for one in (shown, photograph("grass"))]
    return make_palette(np.concatenate(pixels, axis=2), (padding,))
