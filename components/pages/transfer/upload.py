"""The form through which users give page `transfer` their labeled tiles."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import streamlit as st

from ....core.aerial.tiles.labeled_folder import GSDS_M
from ....core.aerial.tiles.tiles import Tiles, TilesError
from ....core.experiments.transfer.inputs import parse_bands
from ....core.experiments.transfer.spec import Spec
from ....core.formatting import significant_digits
from ....core.jobs.queue import DONE, FAILED, Job, Report
from ....core.specs.spec import number_type
from ... import jobs, session
from ...live.fold import live_fold
from ...widgets.text import note, paragraphs
from .state import SLUG, session_state

MAX_MB = 20  # of an upload; it stays in memory
PRIVACY = (
    "The tiles stay in this session's memory. They are never written to disk, never shared and not "
    f"part of the link. For more than {MAX_MB} MB use the command line: "
    "`python -m core run transfer --data PATH --gsd-m 0.5`."
)
FORMAT = (
    "A .zip with one subfolder of pictures per class: PNG, JPEG, WebP, GIF or GeoTIFF (8 or 16 "
    "bits or floats, any number of bands), with at least ten tiles of each class."
)


def _key(name: str) -> str:
    return f"{SLUG}/own/{name}/{session_state().resets}"


def _read() -> None:
    """Start reading what the form holds now."""
    state, widgets = session_state(), st.session_state
    file, gsd_m, bands = (widgets[_key(name)] for name in ("file", "gsd", "bands"))
    if file is None:
        return
    state.requested = (state.resets, file.file_id, gsd_m, bands)
    data = file.getvalue()

    def work(report: Report) -> Any:
        from ....core.aerial.tiles.labeled_folder import read

        chosen = parse_bands(bands) if bands.strip() else None
        try:
            return read(BytesIO(data), gsd_m, chosen, lambda fraction: report(fraction))
        except TilesError as error:  # with the field's name on the page
            raise TilesError(str(error).replace("gsd_m", "meters per pixel")) from None

    jobs.start(SLUG, "read", state.requested, work)


def _remove() -> None:
    state = session_state()
    state.take(None)
    state.resets += 1
    state.requested = None
    st.rerun()


def _take(job: Job) -> None:
    """Take over the tiles of a finished job, and rerun the whole page."""
    tiles, job.partial_result = job.partial_result, None
    session_state().take(tiles)
    session_state().requested = None
    limit = number_type(Spec, "gsd_m")
    session.update_and_publish(SLUG, gsd_m=min(max(tiles.gsd_m, limit.low), limit.high))
    st.rerun()


def _progress() -> None:
    state = session_state()
    if state.requested is None:
        return
    job = jobs.current(SLUG, "read", state.requested)
    if job is None:
        return
    if job.state == DONE:
        if job.partial_result is not None:
            _take(job)
    elif job.is_live:
        jobs.panel(job, "Reading the tiles", lambda partial: None)
    elif job.state == FAILED:
        st.error(job.error)


def _form() -> None:
    left, middle, right = st.columns([0.5, 0.25, 0.25])
    file = left.file_uploader(
        "A .zip of labeled tiles", type=["zip"], key=_key("file"), max_upload_size=MAX_MB
    )
    middle.number_input(
        "Meters per pixel",
        GSDS_M[0],
        GSDS_M[1],
        value=None,
        format="%g",
        placeholder="from the files",
        key=_key("gsd"),
    )
    right.text_input(
        "Bands", key=_key("bands"), placeholder="the first three",
        help="Three bands for red, green and blue, counted from 0, such as 3,2,1.",
    )  # fmt: skip
    st.button(
        "Read the tiles",
        key=f"{SLUG}/own/read",
        disabled=file is None,
        on_click=_read,
    )


def _describe_tiles(tiles: Tiles) -> None:
    side = tiles.images.shape[-1]
    paragraphs(
        f"{len(tiles.labels)} tiles of {side} x {side} px at {significant_digits(tiles.gsd_m)} m "
        f"per pixel: {', '.join(tiles.classes)}."
    )
    for sentence in tiles.notes:
        note(sentence)


def fields() -> None:
    """Draw the form if it is unfolded."""
    state = session_state()
    fold = live_fold(
        "Use your own labeled tiles", key=f"{SLUG}/own", opened=state.tiles is not None
    )
    if fold is None:
        return
    with fold:
        _form()
        _progress()
        if state.tiles is not None:
            _describe_tiles(state.tiles)
        st.caption(f"{FORMAT} {PRIVACY}")
        if state.tiles is not None or state.requested is not None:
            st.button("Remove my tiles", key=f"{SLUG}/own/forget", on_click=_remove)
