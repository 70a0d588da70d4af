"""The measurements of the network page: shared where they may be, and shown as they come.

Measurements of bundled pictures are shared between all sessions, so what anyone has looked at is
not computed again; those of a person's own picture stay with that picture in its session.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ....core.experiments.network.spec import SWEEP, Spec
from ....core.experiments.network.study import measurements
from ....core.formatting import duration
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import Measurement, MeasurementSequence
from ....core.specs.measurement_key import measurement_key
from ... import cached, jobs
from ...widgets.user_picture import cached_for_picture, user_picture_id

SLUG = "network"
AT_ONCE_S = 15.0  # what takes less begins by itself
BEGUN = f"{SLUG}/begun"
NOTE = (  # as tall as the progress and its button
    '<div class="scalescope-note" style="min-height: 2.5rem; display: flex; align-items: center">'
    "{}</div>"
)


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


def sweep(spec: Spec, alone: bool = False) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.sweep`."""
    name = f"sweep/{spec.weights}/{spec.background}/{alone}"
    found: Measurement[Any, Any] = cached_for_picture(
        SLUG, name, measurement_key(spec, SWEEP), lambda own: measurements.sweep(spec, own, alone)
    )
    return found


def details(spec: Spec) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.details`."""
    found: Measurement[Any, Any] = cached_for_picture(
        SLUG, "details", measurement_key(spec, SWEEP), lambda own: measurements.details(spec, own)
    )
    return found


def of_network(name: str, network: str, make: Callable[[], Any]) -> Any:
    """What depends on the network alone, shared between all."""
    return cached.cached_value(f"{SLUG}/{name}", network, make)


def units(network: str, weights: str) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.units`."""
    found: Measurement[Any, Any] = of_network(
        f"units/{weights}", network, lambda: measurements.units(network, weights)
    )
    return found


def partners(network: str, weights: str) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.partners`."""
    answers = units(network, weights)
    found: Measurement[Any, Any] = of_network(
        f"partners/{weights}", network, lambda: measurements.partners(network, answers)
    )
    return found


def gratings(network: str, weights: str) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.gratings`."""
    found: Measurement[Any, Any] = of_network(
        f"gratings/{weights}", network, lambda: measurements.gratings(network, weights)
    )
    return found


def kernels(network: str) -> Measurement[Any, Any]:
    """See :func:`core.experiments.network.study.measurements.kernels`."""
    found: Measurement[Any, Any] = of_network(
        "kernels", network, lambda: measurements.kernels(network)
    )
    return found


def _job_key(panel: MeasurementPanel) -> Hashable:
    return panel.key, user_picture_id(SLUG)


def _start(panel: MeasurementPanel) -> None:
    job = jobs.start(SLUG, panel.name, _job_key(panel), panel.sequence.run)
    if job.found is None:  # so that an empty chart stands there at once and nothing jumps
        job.found = panel.sequence


def _begins_by_itself(panel: MeasurementPanel, picture: Picture | None) -> bool:
    """Once for each thing on screen: who has stopped it has stopped it."""
    begun: dict[str, Hashable] = st.session_state.setdefault(BEGUN, {})
    if picture is not None or begun.get(panel.name) == panel.key:
        return False
    begun[panel.name] = panel.key
    return panel.sequence.seconds_left < AT_ONCE_S


def _ask(panel: MeasurementPanel) -> None:
    going_on = panel.sequence.done > 0
    st.button(
        f"{'Go on' if going_on else 'Measure'} (about {duration(panel.sequence.seconds_left)})",
        key=f"{SLUG}/{panel.name}/measure",
        on_click=_start,
        args=(panel,),
    )


def _live_job(panel: MeasurementPanel, picture: Picture | None) -> jobs.Job | None:
    job = jobs.current(SLUG, panel.name, _job_key(panel))
    if job is not None and job.is_live:
        return job
    if not panel.sequence.is_complete:
        if _begins_by_itself(panel, picture):
            _start(panel)
            return jobs.current(SLUG, panel.name, _job_key(panel))
        _ask(panel)
    return None


def show(panel: MeasurementPanel, picture: Picture | None) -> None:
    """Draw what is there; begin what is quick, and ask before what is not."""
    job = _live_job(panel, picture)
    if job is not None:
        jobs.panel(job, panel.label, lambda sequence: panel.draw(sequence.result))
        return
    with st.container():
        if panel.sequence.is_complete and panel.method:
            st.html(NOTE.format(panel.method))
        panel.draw(panel.sequence.result)
