"""The measurements of the network page: shared where they may be, and shown as they come.

Measurements of bundled pictures are shared between all sessions, so what anyone has looked at is
not computed again; those of a person's own picture stay with that picture in its session.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ....core.experiments.network.spec import Spec, still
from ....core.experiments.network.study import measurements
from ....core.experiments.network.study.measurements import Measurement, Together
from ....core.formatting import duration
from ....core.imaging.subjects import Picture
from ... import cached, jobs
from ...widgets.user_picture import kept, own_number

SLUG = "network"
AT_ONCE_S = 15.0  # what takes less begins by itself
BEGUN = f"{SLUG}/begun"
NOTE = (  # as tall as the progress and its button
    '<div class="scalescope-note" style="min-height: 2.5rem; display: flex; align-items: center">'
    "{}</div>"
)


@dataclass(frozen=True)
class Room:
    """One measurement on the page. ``name`` and ``key`` are those of its job, ``label`` says what
    is being done and ``draw(found)`` shows what :attr:`Together.found` holds, also half done.
    ``note`` says how it was measured, and stands where the progress stood.
    """

    name: str
    key: Hashable
    work: Together
    label: str
    draw: Callable[[tuple[Any, ...]], None]
    note: str = ""


def sweep(spec: Spec, alone: bool = False) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.sweep`."""
    name = f"sweep/{spec.control}/{spec.background}/{alone}"
    found: Measurement = kept(
        SLUG, name, still(spec), lambda own: measurements.sweep(spec, own, alone)
    )
    return found


def details(spec: Spec) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.details`."""
    found: Measurement = kept(
        SLUG, "details", still(spec), lambda own: measurements.details(spec, own)
    )
    return found


def of_network(name: str, network: str, make: Callable[[], Any]) -> Any:
    """What depends on the network alone, shared between all."""
    return cached.derived(f"{SLUG}/{name}", network, make)


def units(network: str, control: str) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.units`."""
    found: Measurement = of_network(
        f"units/{control}", network, lambda: measurements.units(network, control)
    )
    return found


def partners(network: str, control: str) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.partners`."""
    answers = units(network, control)
    found: Measurement = of_network(
        f"partners/{control}", network, lambda: measurements.partners(network, answers)
    )
    return found


def gratings(network: str, control: str) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.gratings`."""
    found: Measurement = of_network(
        f"gratings/{control}", network, lambda: measurements.gratings(network, control)
    )
    return found


def kernels(network: str) -> Measurement:
    """See :func:`core.experiments.network.study.measurements.kernels`."""
    found: Measurement = of_network("kernels", network, lambda: measurements.kernels(network))
    return found


def _job_key(room: Room) -> Hashable:
    return room.key, own_number(SLUG)


def _start(room: Room) -> None:
    job = jobs.start(SLUG, room.name, _job_key(room), room.work.work)
    if job.found is None:  # so that an empty chart stands there at once and nothing jumps
        job.found = room.work.found


def _begins_by_itself(room: Room, picture: Picture | None) -> bool:
    """Once for each thing on screen: who has stopped it has stopped it."""
    begun: dict[str, Hashable] = st.session_state.setdefault(BEGUN, {})
    if picture is not None or begun.get(room.name) == room.key:
        return False
    begun[room.name] = room.key
    return room.work.seconds_left < AT_ONCE_S


def _ask(room: Room) -> None:
    going_on = any(part.done for part in room.work.parts)
    st.button(
        f"{'Go on' if going_on else 'Measure'} (about {duration(room.work.seconds_left)})",
        key=f"{SLUG}/{room.name}/measure",
        on_click=_start,
        args=(room,),
    )


def _live_job(room: Room, picture: Picture | None) -> jobs.Job | None:
    job = jobs.current(SLUG, room.name, _job_key(room))
    if job is not None and job.is_live:
        return job
    if not room.work.is_complete:
        if _begins_by_itself(room, picture):
            _start(room)
            return jobs.current(SLUG, room.name, _job_key(room))
        _ask(room)
    return None


def show(room: Room, picture: Picture | None) -> None:
    """Draw what is there; begin what is quick, and ask before what is not."""
    job = _live_job(room, picture)
    if job is not None:
        jobs.panel(job, room.label, room.draw)
        return
    with st.container():
        if room.work.is_complete and room.note:
            st.html(NOTE.format(room.note))
        room.draw(room.work.found)
