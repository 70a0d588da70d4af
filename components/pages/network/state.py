"""What page network computes from a spec, cached in this session or for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ....core.experiments.network.spec import CARD, PALETTE, RANKING, VIEWS, Spec
from ....core.specs.measurement_key import measurement_key
from ...widgets.user_picture import cached_for_picture, previous, session_cached, user_picture

if TYPE_CHECKING:
    from ....core.experiments.network.units.mosaic import SizeSensitivity, UnitViews
    from ....core.experiments.network.views import ViewPair
    from ....core.imaging.palette import Palette

SLUG = "network"


def _layer_key(spec: Spec, measurement: str) -> Spec:
    """The key of a measurement of the shown layer, the same whether 'auto' or its name chose it."""
    return measurement_key(replace(spec, layer=spec.shown_layer), measurement)


def _pair(name: str, spec: Spec, compute: Callable[..., ViewPair]) -> ViewPair:
    """Recompute only the size that changed; the last pair of each name is cached."""
    key, before = measurement_key(spec, VIEWS), previous(SLUG, name)
    pair: ViewPair = session_cached(
        SLUG, name, key, lambda: compute(key, user_picture(SLUG), previous=before)
    )
    return pair


def view_pair(spec: Spec) -> ViewPair:
    """Near and far with all maps of the layer; in this session alone, since these are large."""
    from ....core.experiments.network.views import compare_views as compute

    return _pair("views", spec, compute)


def predictions(name: str, spec: Spec) -> ViewPair:
    """Near and far without maps and pictures; the last pair of each ``name`` is cached."""
    from ....core.experiments.network.views import compare_probabilities as compute

    return _pair(name, spec, compute)


def size_sensitivity(spec: Spec) -> SizeSensitivity:
    """How the layer's units change with size; shared unless it is about a user's picture."""
    from ....core.experiments.network.units.mosaic import size_sensitivity as compute

    key = _layer_key(spec, RANKING)
    changes: SizeSensitivity = cached_for_picture(
        SLUG, "changes", key, lambda picture: compute(key, picture)
    )
    return changes


def palette(spec: Spec) -> Palette:
    """The colors of the views; shared unless they are of a user's picture."""
    from ....core.experiments.network.views import view_palette as compute

    key = measurement_key(spec, PALETTE)
    colors: Palette = cached_for_picture(SLUG, "colors", key, lambda picture: compute(key, picture))
    return colors


def unit_views(spec: Spec, unit: int) -> UnitViews:
    """One unit at six sizes; shared unless it is about a user's picture."""
    from ....core.experiments.network.units.mosaic import unit_views as compute

    key = _layer_key(spec, CARD)
    views: UnitViews = cached_for_picture(
        SLUG, "unit-views", (key, unit), lambda picture: compute(key, unit, picture), large=True
    )
    return views
