"""The fields through which a person gives the page labelled tiles of their own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import streamlit as st

from ....core.aerial.tiles.labeled_folder import GSDS_M
from ....core.aerial.tiles.tiles import TilesError
from ....core.experiments.transfer.inputs import parse_bands
from ....core.experiments.transfer.spec import Spec
from ....core.formatting import significant_digits
from ....core.jobs.queue import DONE, FAILED, Job, Report
from ....core.specs.spec import number_type
from ... import jobs, session
from ...live.fold import live_fold
from ...widgets.text import note, paragraphs
from . import state as page_state
from .state import SLUG, session_state

MOST_MB = 20  # all that an upload may have; it stays in memory
PROMISE = (
    "The tiles stay in this session's memory: they are never written to disk, never shared with "
    f"anyone and not part of the link. For more than {MOST_MB} MB use the command line, "
    "`python -m core run transfer --data PATH --gsd-m 0.5`."
)
LAYOUT = (
    "A .zip with one sub-folder of pictures per class: PNG, JPEG, WebP, GIF or GeoTIFF (8, 16 bits "
    "or floats, any number of bands), ten tiles of every class at least."
)


def _key(name: str) -> str:
    return f"{SLUG}/own/{name}/{session_state().resets}"


def _read() -> None:
    """Begin to read what the fields hold now."""
    known, state = session_state(), st.session_state
    file, gsd_m, bands = (state[_key(name)] for name in ("file", "gsd", "bands"))
    if file is None:
        return
    known.requested = (known.resets, file.file_id, gsd_m, bands)
    data = file.getvalue()

    def work(report: Report) -> Any:
        from ....core.aerial.tiles.labeled_folder import read

        chosen = parse_bands(bands) if bands.strip() else None
        try:
            return read(BytesIO(data), gsd_m, chosen, lambda share: report(share))
        except TilesError as error:  # the field's name on the page
            raise TilesError(str(error).replace("gsd_m", "metres per pixel")) from None

    jobs.start(SLUG, "read", known.requested, work)


def _forget() -> None:
    known = session_state()
    known.take(None)
    known.resets += 1
    known.requested = None
    st.rerun()


def _arrived(job: Job) -> None:
    """Take over what a reading has found; the whole page follows."""
    tiles, job.partial_result = job.partial_result, None
    session_state().take(tiles)
    session_state().requested = None
    limit = number_type(Spec, "gsd_m")
    session.update_and_publish(SLUG, gsd_m=min(max(tiles.gsd_m, limit.low), limit.high))
    st.rerun()


def _reading() -> None:
    known = session_state()
    if known.requested is None:
        return
    job = jobs.current(SLUG, "read", known.requested)
    if job is None:
        return
    if job.state == DONE:
        if job.partial_result is not None:
            _arrived(job)
    elif job.is_live:
        jobs.panel(job, "Reading the tiles", lambda found: None)
    elif job.state == FAILED:
        st.error(job.error)


def _asked() -> None:
    left, middle, right = st.columns([0.5, 0.25, 0.25])
    file = left.file_uploader(
        "A .zip of labelled tiles", type=["zip"], key=_key("file"), max_upload_size=MOST_MB
    )
    middle.number_input(
        "Metres per pixel",
        GSDS_M[0],
        GSDS_M[1],
        value=None,
        format="%g",
        placeholder="as the files say",
        key=_key("gsd"),
    )
    right.text_input(
        "Bands", key=_key("bands"), placeholder="the first three",
        help="Which three serve as red, green and blue, counted from 0, as 3,2,1.",
    )  # fmt: skip
    st.button(
        "Read the tiles",
        key=f"{SLUG}/own/read",
        disabled=file is None,
        on_click=_read,
    )


def _there() -> None:
    tiles = session_state().tiles
    assert tiles is not None
    side = tiles.images.shape[-1]
    said = (
        f"{len(tiles.labels)} tiles of {side} x {side} px at {significant_digits(tiles.gsd_m)} m per pixel: "
        f"{', '.join(tiles.classes)}."
    )
    paragraphs(said)
    for sentence in tiles.notes:
        note(sentence)


def fields() -> None:
    """The fields; they are drawn when they are unfolded."""
    known = session_state()
    folded = live_fold(
        "Use your own labelled tiles", key=f"{SLUG}/own", opened=known.tiles is not None
    )
    if folded is None:
        return
    with folded:
        _asked()
        _reading()
        if page_state.session_state().tiles is not None:
            _there()
        st.caption(f"{LAYOUT} {PROMISE}")
        if known.tiles is not None or known.requested is not None:
            st.button("Forget my tiles", key=f"{SLUG}/own/forget", on_click=_forget)
