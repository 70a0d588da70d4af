"""The measurements of page network: shared between sessions where possible, shown as they come.

Those of bundled pictures are shared, so that nothing is computed twice; those of a user's picture
stay with that picture in its session.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from ....core.experiments.network.spec import SWEEP, WEIGHTS, Spec
from ....core.experiments.network.study import measurements
from ....core.formatting import duration
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import Measurement, MeasurementSequence
from ....core.jobs.queue import Job
from ....core.specs.measurement_key import measurement_key
from ... import cached, jobs
from ...markup import element
from ...widgets.text import show as show_html
from ...widgets.user_picture import cached_for_picture, user_picture_id

if TYPE_CHECKING:
    from ....core.experiments.network.sweep import Result
    from ....core.experiments.network.tolerance.table import Tolerances
    from ....core.experiments.network.units.grating_study import GratingStudy
    from ....core.experiments.network.units.kernel_copies import Copies
    from ....core.experiments.network.units.study import UnitStudy
    from ....core.networks.unit_responses import Responses

Value = TypeVar("Value")

SLUG = "network"
MAX_AUTOMATIC_S = 15.0  # what takes less starts by itself
STARTED = f"{SLUG}/started"
NOTE_STYLE = "min-height: 2.5rem; display: flex; align-items: center"  # as tall as the progress


@dataclass(frozen=True)
class MeasurementPanel:
    """Measurements on the page as one job. ``name`` and ``key`` are those of the job.

    ``label`` says what is being done; ``method`` says how it is measured, in place of the progress.
    ``draw(results)`` shows :attr:`MeasurementSequence.result`, also while it is incomplete.
    """

    name: str
    key: Hashable
    sequence: MeasurementSequence
    label: str
    draw: Callable[[tuple[Any, ...]], None]
    method: str = ""


def sweep(spec: Spec, object_only: bool = False) -> Measurement[Any, Result]:
    """See :func:`core.experiments.network.study.measurements.sweep`."""
    name = f"sweep/{spec.weights}/{spec.background}/{object_only}"
    return cached_for_picture(
        SLUG,
        name,
        measurement_key(spec, SWEEP),
        lambda picture: measurements.sweep(spec, picture, object_only),
    )


def tolerances(spec: Spec) -> Measurement[Any, Tolerances | None]:
    """See :func:`core.experiments.network.study.measurements.tolerances`.

    About bundled pictures only, and therefore shared between all sessions.
    """
    from ....core.experiments.network.tolerance.measure import over_pictures

    key = over_pictures(spec)
    return cached.cached_value(f"{SLUG}/tolerances", key, lambda: measurements.tolerances(key))


def tolerances_known(spec: Spec) -> Tolerances | None:
    """The tolerances over all pictures at a spec's settings: precomputed, or measured here."""
    from ....core.experiments.network.tolerance.precomputed import (
        is_standard,
        precomputed_tolerances,
    )

    known = precomputed_tolerances(spec.network) if is_standard(spec) else None
    return known or tolerances(spec).final_result


def details(spec: Spec) -> Measurement[Result, tuple[Result, ...]]:
    """See :func:`core.experiments.network.study.measurements.details`."""
    return cached_for_picture(
        SLUG,
        "details",
        measurement_key(spec, SWEEP),
        lambda picture: measurements.details(spec, picture),
    )


def of_network(name: str, network: str, make: Callable[[], Value]) -> Value:
    """What depends on the network alone, shared between all sessions."""
    return cached.cached_value(f"{SLUG}/{name}", network, make)


def units(network: str, weights: str) -> Measurement[Any, Responses]:
    """See :func:`core.experiments.network.study.measurements.units`."""
    return of_network(f"units/{weights}", network, lambda: measurements.units(network, weights))


def unit_study(network: str) -> Measurement[Any, UnitStudy]:
    """See :func:`core.experiments.network.study.measurements.unit_study`."""
    responses = [units(network, weights) for weights in WEIGHTS]
    return of_network("unit-study", network, lambda: measurements.unit_study(network, *responses))


def gratings(network: str) -> Measurement[Any, GratingStudy | None]:
    """See :func:`core.experiments.network.study.measurements.gratings`."""
    return of_network("gratings", network, lambda: measurements.gratings(network))


def kernels(network: str) -> Measurement[Any, dict[str, Copies]]:
    """See :func:`core.experiments.network.study.measurements.kernels`."""
    return of_network("kernels", network, lambda: measurements.kernels(network))


def _job_key(panel: MeasurementPanel) -> Hashable:
    return panel.key, user_picture_id(SLUG)


def _start(panel: MeasurementPanel) -> None:
    job = jobs.start(SLUG, panel.name, _job_key(panel), panel.sequence.run)
    if job.partial_result is None:  # so that an empty chart is there at once and nothing jumps
        job.partial_result = panel.sequence


def _starts_by_itself(panel: MeasurementPanel, picture: Picture | None) -> bool:
    """Once for each key: a measurement that was stopped does not start again by itself."""
    started: dict[str, Hashable] = st.session_state.setdefault(STARTED, {})
    if picture is not None or started.get(panel.name) == panel.key:
        return False
    started[panel.name] = panel.key
    return panel.sequence.seconds_left < MAX_AUTOMATIC_S


def _ask(panel: MeasurementPanel) -> None:
    verb = "Resume" if panel.sequence.done else "Measure"
    st.button(
        f"{verb} (about {duration(panel.sequence.seconds_left)})",
        key=f"{SLUG}/{panel.name}/measure",
        on_click=_start,
        args=(panel,),
    )


def _live_job(panel: MeasurementPanel, picture: Picture | None) -> Job | None:
    job = jobs.current(SLUG, panel.name, _job_key(panel))
    if job is not None and job.is_live:
        return job
    if not panel.sequence.is_complete:
        if _starts_by_itself(panel, picture):
            _start(panel)
            return jobs.current(SLUG, panel.name, _job_key(panel))
        _ask(panel)
    return None


def show(panel: MeasurementPanel, picture: Picture | None) -> None:
    """Draw the results so far; start what is quick, and ask before what is not."""
    job = _live_job(panel, picture)
    if job is not None:
        jobs.panel(job, panel.label, lambda sequence: panel.draw(sequence.result))
        return
    with st.container():
        if panel.sequence.is_complete and panel.method:
            show_html(element("div", panel.method, style_class="scalescope-note", style=NOTE_STYLE))
        panel.draw(panel.sequence.result)
