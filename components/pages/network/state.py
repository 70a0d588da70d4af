"""What the page of networks computes of a spec, each kept as long as it is on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ....core.experiments.network.spec import Spec, still
from ... import cached
from ...widgets.user_picture import kept, last, made, own_picture

if TYPE_CHECKING:
    from ....core.experiments.network.units.mosaic import Changes, Views
    from ....core.experiments.network.views import Now
    from ....core.imaging.palette import Palette

SLUG = "network"


def shown_as(spec: Spec) -> Spec:
    """The spec without what only the browser of the layer shows."""
    standard = Spec()
    names = ("order", "page", "unit", "colours", "sizes_px", "shifts")
    return replace(spec, **{name: getattr(standard, name) for name in names})


def _looked(name: str, spec: Spec, compute: Callable[..., Now]) -> Now:
    """The last one of each name is kept, and the size that did not move not looked at again."""
    key, before = shown_as(spec), last(SLUG, name)
    found: Now = made(SLUG, name, key, lambda: compute(key, own_picture(SLUG), before=before))
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
    from ....core.experiments.network.units.mosaic import ordering

    key = ordering(spec)
    found: Changes = kept(SLUG, "changes", key, lambda own: compute(key, own))
    return found


def palette(spec: Spec) -> Palette:
    """The colours of the views: for all sessions, or for this one's own picture."""
    from ....core.experiments.network.views import colours as compute

    key = replace(still(spec), control="trained", detail_px=0)
    found: Palette = kept(SLUG, "colours", key, lambda own: compute(key, own))
    return found


def views(spec: Spec, unit: int) -> Views:
    """One unit at six sizes: for all sessions, or for this one's own picture."""
    from ....core.experiments.network.units.mosaic import unit_views as compute

    key = replace(still(spec), layer=spec.shown_layer)
    found: Views = kept(
        SLUG, "views", (key, unit), lambda own: compute(key, unit, own), cached.large
    )
    return found
