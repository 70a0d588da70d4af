"""A run as one file: saved with a button, loaded through a field."""

from __future__ import annotations

import re

import streamlit as st

from ....core.experiments.training.result import Result
from ...live.fold import live_fold
from .state import MOST_RUNS, SLUG, Run, kept, take

TYPE = "safetensors"
FAULT = f"{SLUG}/file-fault"


def file_name(title: str) -> str:
    """'scalescope-zoom-10-to-56-px.safetensors'."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"scalescope-{plain}.{TYPE}"


def download(result: Result, title: str, key: str) -> None:
    """A button that gives the run as a file, which is made when it is pressed."""

    def made() -> bytes:
        from ....core.experiments.training.run_file import write

        return write(result)

    st.download_button(
        "Save",
        made,
        file_name(title),
        "application/octet-stream",
        key=key,
        on_click="ignore",
        help="One safetensors file: the controls, the curves and the weights.",
    )


def save_button(run: Run) -> None:
    """:func:`download` of a run that is done."""
    assert run.result is not None
    download(run.result, run.title, f"{SLUG}/save/{run.number}")


def _key() -> str:
    return f"{SLUG}/load/{kept().loaded}"


def _arrived() -> None:
    """A file was given: it becomes a run, or gets one sentence."""
    from ....core.experiments.training.run_file import RunFileError, read

    file = st.session_state[_key()]
    if file is None:
        return
    st.session_state[FAULT] = ""
    try:
        take(read(file.getvalue()))
    except RunFileError as error:
        st.session_state[FAULT] = str(error)
    kept().loaded += 1
    st.rerun()


def load_field() -> None:
    """The field through which a saved run comes; it is read once, when it arrives."""
    from ....core.experiments.training.run_file import MAX_BYTES

    box = live_fold("Load a run from a file", key=f"{SLUG}/load-box")
    if box is None:
        return
    with box:
        full = len(kept().runs) >= MOST_RUNS
        st.file_uploader(
            "A run that was saved here",
            type=[TYPE],
            key=_key(),
            max_upload_size=MAX_BYTES // 2**20,
            on_change=_arrived,
            disabled=full,
        )
        if full:
            st.caption(f"Remove one of your {MOST_RUNS} runs first.")
        if st.session_state.get(FAULT):
            st.error(st.session_state[FAULT])
