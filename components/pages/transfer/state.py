"""What page `transfer` holds: finished measurements, the session's own, and a person's own tiles.

Own tiles, and all that is made of them, live in this session's state and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.experiments.transfer.spec import SCENES, USER_TILES, Spec
from ....core.specs.measurement_key import measurement_key
from ... import cached

if TYPE_CHECKING:
    from ....core.aerial.tiles.tiles import Tiles
    from ....core.experiments.transfer.pictures import Pictures
    from ....core.experiments.transfer.result import Result
    from ....core.jobs.measurement import Measurement
    from ....core.jobs.queue import Job

SLUG = "transfer"
MAX_MEASUREMENTS = 4  # measurements that a session keeps

Key = tuple[Any, ...]  # the spec, the number of the own tiles or 0, what is measured


@dataclass(eq=False)
class SessionState:
    """A session's own tiles, the pictures made of them, and its measurements by what they are of.

    ``uploads`` counts the tiles that came; ``resets`` how often the fields were emptied, so that
    they get new keys; ``requested`` is the key of the reading that was asked for last; ``running`` are
    the jobs of measurements.
    """

    tiles: Tiles | None = None
    pictures: Pictures | None = None
    uploads: int = 0
    resets: int = 0
    requested: Hashable = None
    measurements: dict[Key, Measurement[Any, Any]] = field(default_factory=dict)
    running: dict[Key, Job] = field(default_factory=dict)

    def take(self, tiles: Tiles | None) -> None:
        """Put tiles, or none, in place of those before and all that was made of them."""
        for key in [key for key in self.measurements if key[1]]:
            if key in self.running:
                job = self.running.pop(key)
                job.queue.cancel(job)
            self.measurements.pop(key).clear()
        self.tiles, self.pictures = tiles, None
        self.uploads += tiles is not None


def session_state() -> SessionState:
    """This session's."""
    found: SessionState = st.session_state.setdefault(f"scalescope-{SLUG}", SessionState())
    return found


def measured_key(spec: Spec) -> tuple[Spec, int]:
    """What a measurement is of. Tiles that are given have a distance of their own."""
    known = session_state()
    if known.tiles is not None:
        return measurement_key(spec, USER_TILES), known.uploads
    return measurement_key(spec, spec.data), 0


def measuring_key(spec: Spec) -> Key:
    """Of its measurement."""
    return (*measured_key(spec), "measured")


def missing_reason(spec: Spec) -> str:
    """Empty where there are tiles to show, else one sentence with what to install."""
    if session_state().tiles is not None or spec.data == SCENES:
        return ""
    from ....core.aerial.tiles.neon_crowns import CrownsMissing, folder

    try:
        folder()
    except CrownsMissing as error:
        return str(error)
    return ""


def loaded_tiles(spec: Spec) -> Tiles | None:
    """The person's own, or those of a package; None for scenes. Raises TilesError."""
    user_tiles = session_state().tiles
    if user_tiles is not None or spec.data == SCENES:
        return user_tiles
    from ....core.aerial.tiles.neon_crowns import crowns

    return crowns()


def pictures(spec: Spec) -> Pictures:
    """One tile of every class: of scenes and packages for all, of own tiles in this session alone.

    Raises TilesError where a package is missing.
    """
    from ....core.experiments.transfer import pictures as transfer_pictures

    known, tiles = session_state(), loaded_tiles(spec)
    if known.tiles is not None:
        if known.pictures is None:
            known.pictures = transfer_pictures.tile_pictures(known.tiles)
        return known.pictures

    def made() -> Pictures:
        if tiles is None:
            return transfer_pictures.scene_pictures(spec.seed)
        return transfer_pictures.tile_pictures(tiles)

    found: Pictures = cached.cached_large_value(f"{SLUG}/pictures", (spec.data, spec.seed), made)
    return found


def cached_measurement(
    key: Key, make: Callable[[], Measurement[Any, Any]]
) -> Measurement[Any, Any]:
    """The session's measurement for a key, made when there is none."""
    measurements = session_state().measurements
    if key not in measurements:
        measurements[key] = make()
        for old in list(measurements)[:-MAX_MEASUREMENTS]:
            del measurements[old]
    return measurements[key]


def measurement(spec: Spec) -> Measurement[Any, Any]:
    """The whole measurement of what is on screen; nothing is computed yet.

    Raises ValueError, one sentence, where it cannot be taken.
    """
    from ....core.experiments.transfer.measurement import measurement as made

    return cached_measurement(measuring_key(spec), lambda: made(spec, loaded_tiles(spec)))


def session_result(spec: Spec) -> Result | None:
    """What this session has measured of what is on screen, as far as it has come."""
    work = session_state().measurements.get(measuring_key(spec))
    found: Result | None = None if work is None else work.result
    return found


def nearest_precomputed(spec: Spec) -> Result | None:
    """The finished measurement that is nearest to a spec; None for a person's own tiles."""
    from ....core.experiments.transfer.precomputed import nearest

    if session_state().tiles is not None or missing_reason(spec):
        return None
    return nearest(spec)


def shown(spec: Spec) -> Result | None:
    """The session's own result where it has come to a choice, else the finished one."""
    result = session_result(spec)
    return result if result is not None and result.choice is not None else nearest_precomputed(spec)


def on_screen(spec: Spec) -> Result | None:
    """What is drawn: as above; or else the finished result of the same tiles with the other
    controls at their defaults; or else what the session has measured so far."""
    standard = Spec(gsd_m=spec.gsd_m, data=spec.data)
    return shown(spec) or nearest_precomputed(standard) or session_result(spec)
