"""What the page of networks computes of a spec, each kept as long as it is on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ....core.experiments.network.spec import CARD, PALETTE, RANKING, VIEWS, Spec
from ....core.specs.measurement_key import measurement_key
from ...widgets.user_picture import cached_for_picture, previous, session_cached, user_picture

if TYPE_CHECKING:
    from ....core.experiments.network.units.mosaic import Changes, Views
    from ....core.experiments.network.views import Now
    from ....core.imaging.palette import Palette

SLUG = "network"


def _layer_key(spec: Spec, measurement: str) -> Spec:
    """Of what is measured of the layer that is shown, whether 'auto' or its name chose it."""
    return measurement_key(replace(spec, layer=spec.shown_layer), measurement)


def _looked(name: str, spec: Spec, compute: Callable[..., Now]) -> Now:
    """The last one of each name is kept, and the size that did not move not looked at again."""
    key, before = measurement_key(spec, VIEWS), previous(SLUG, name)
    found: Now = session_cached(
        SLUG, name, key, lambda: compute(key, user_picture(SLUG), before=before)
    )
    return found


def now(spec: Spec) -> Now:
    """Both distances with all maps of the layer; in this session alone, since these are large."""
    from ....core.experiments.network.views import now as compute

    return _looked("now", spec, compute)


def answers(name: str, spec: Spec) -> Now:
    """Both distances without maps and pictures; the last one of each ``name`` is kept."""
    from ....core.experiments.network.views import answers as compute

    return _looked(name, spec, compute)


def changes(spec: Spec) -> Changes:
    """How the layer's units change with size: for all sessions, or for this one's own picture."""
    from ....core.experiments.network.units.mosaic import changes as compute

    key = _layer_key(spec, RANKING)
    found: Changes = cached_for_picture(SLUG, "changes", key, lambda own: compute(key, own))
    return found


def palette(spec: Spec) -> Palette:
    """The colours of the views: for all sessions, or for this one's own picture."""
    from ....core.experiments.network.views import colors as compute

    key = measurement_key(spec, PALETTE)
    found: Palette = cached_for_picture(SLUG, "colors", key, lambda own: compute(key, own))
    return found


def views(spec: Spec, unit: int) -> Views:
    """One unit at six sizes: for all sessions, or for this one's own picture."""
    from ....core.experiments.network.units.mosaic import unit_views as compute

    key = _layer_key(spec, CARD)
    found: Views = cached_for_picture(
        SLUG, "views", (key, unit), lambda own: compute(key, unit, own), large=True
    )
    return found
