"""Session state of page `transfer`: the user's tiles and the session's measurements.

The user's tiles, and everything computed from them, are in this session's state and nowhere else.
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
    from ....core.evidence.finding import Finding
    from ....core.experiments.transfer.pictures import Pictures
    from ....core.experiments.transfer.result import Result
    from ....core.jobs.measurement import Measurement
    from ....core.jobs.queue import Job

SLUG = "transfer"
MAX_MEASUREMENTS = 4  # measurements that a session keeps

Key = tuple[Any, ...]  # spec, number of the upload or 0, what is measured


@dataclass(eq=False)
class SessionState:
    """The user's tiles, their pictures, and this session's measurements by key.

    ``uploads``: number of uploads so far. ``resets``: how often the form was reset, which gives its
    widgets new keys. ``requested``: key of the last reading. ``running``: jobs of measurements.
    """

    tiles: Tiles | None = None
    pictures: Pictures | None = None
    uploads: int = 0
    resets: int = 0
    requested: Hashable = None
    measurements: dict[Key, Measurement[Any, Any]] = field(default_factory=dict)
    running: dict[Key, Job] = field(default_factory=dict)

    def take(self, tiles: Tiles | None) -> None:
        """Replace the tiles (None: no tiles) and discard what came from the old ones."""
        for key in [key for key in self.measurements if key[1]]:
            if key in self.running:
                job = self.running.pop(key)
                job.queue.cancel(job)
            self.measurements.pop(key).clear()
        self.tiles, self.pictures = tiles, None
        self.uploads += tiles is not None


def session_state() -> SessionState:
    """The state of this session."""
    state: SessionState = st.session_state.setdefault(f"scalescope-{SLUG}", SessionState())
    return state


def measured_key(spec: Spec) -> tuple[Spec, int]:
    """Key of what is measured. The user's tiles have their own ground sample distance."""
    state = session_state()
    if state.tiles is not None:
        return measurement_key(spec, USER_TILES), state.uploads
    return measurement_key(spec, spec.data), 0


def measuring_key(spec: Spec) -> Key:
    """Key of the measurement of a spec."""
    return (*measured_key(spec), "measured")


def missing_reason(spec: Spec) -> str:
    """What to install, in one sentence; empty if there are tiles to show."""
    if session_state().tiles is not None or spec.data == SCENES:
        return ""
    from ....core.aerial.tiles.neon_crowns import CrownsMissing, folder

    try:
        folder()
    except CrownsMissing as error:
        return str(error)
    return ""


def loaded_tiles(spec: Spec) -> Tiles | None:
    """The user's tiles, or those of a package; None for scenes. Raises TilesError."""
    tiles = session_state().tiles
    if tiles is not None or spec.data == SCENES:
        return tiles
    from ....core.aerial.tiles.neon_crowns import crowns

    return crowns()


def pictures(spec: Spec) -> Pictures:
    """Pictures of one tile per class; those of the user's tiles are not shared with other sessions.

    Raises TilesError if a package is missing.
    """
    from ....core.experiments.transfer import pictures as transfer_pictures

    state, tiles = session_state(), loaded_tiles(spec)
    if state.tiles is not None:
        if state.pictures is None:
            state.pictures = transfer_pictures.tile_pictures(state.tiles)
        return state.pictures

    def compute() -> Pictures:
        if tiles is None:
            return transfer_pictures.scene_pictures(spec.seed)
        return transfer_pictures.tile_pictures(tiles)

    shared: Pictures = cached.cached_large_value(
        f"{SLUG}/pictures", (spec.data, spec.seed), compute
    )
    return shared


def cached_measurement(
    key: Key, make: Callable[[], Measurement[Any, Any]]
) -> Measurement[Any, Any]:
    """The session's measurement of a key, created if there is none."""
    measurements = session_state().measurements
    if key not in measurements:
        measurements[key] = make()
        for old in list(measurements)[:-MAX_MEASUREMENTS]:
            del measurements[old]
    return measurements[key]


def measurement(spec: Spec) -> Measurement[Any, Any]:
    """The measurement of a spec; nothing is computed yet.

    Raises UserError if it is impossible.
    """
    from ....core.experiments.transfer.measurement import measurement as new_measurement

    return cached_measurement(
        measuring_key(spec), lambda: new_measurement(spec, loaded_tiles(spec))
    )


def session_result(spec: Spec) -> Result | None:
    """This session's result for a spec, as far as measured."""
    measurement = session_state().measurements.get(measuring_key(spec))
    result: Result | None = None if measurement is None else measurement.result
    return result


def tuning_findings(spec: Spec) -> list[Finding]:
    """What is said of this session's fine-tuning for a spec, as far as measured."""
    key = (*measured_key(spec), "tuned")
    found: list[Finding] = []
    for other, measurement in session_state().measurements.items():
        if other[: len(key)] == key and measurement.result is not None:
            from ....core.experiments.transfer.finetuning import findings

            found += findings(measurement.result)
    return found


def nearest_precomputed(spec: Spec) -> Result | None:
    """The precomputed result nearest to a spec; None for the user's tiles."""
    from ....core.experiments.transfer.precomputed import nearest

    if session_state().tiles is not None or missing_reason(spec):
        return None
    return nearest(spec)


def chosen_result(spec: Spec) -> Result | None:
    """The session's result if it has a choice, else the precomputed one."""
    result = session_result(spec)
    return result if result is not None and result.choice is not None else nearest_precomputed(spec)


def visible_result(spec: Spec) -> Result | None:
    """The result to draw: that of :func:`chosen_result`, or else the precomputed one of the same
    tiles with default settings, or else the session's as far as measured."""
    standard = Spec(gsd_m=spec.gsd_m, data=spec.data)
    return chosen_result(spec) or nearest_precomputed(standard) or session_result(spec)
