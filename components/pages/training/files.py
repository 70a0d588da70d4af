"""A run as a file: saved with a button, loaded through an upload field."""

from __future__ import annotations

import re

import streamlit as st

from ....core.experiments.training.result import Result
from ...live.fold import live_fold
from .state import MAX_RUNS, SLUG, Run, add_result, session_state

TYPE = "safetensors"
FAULT = f"{SLUG}/file-fault"


def file_name(title: str) -> str:
    """'scalescope-zoom-10-to-56-px.safetensors'."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"scalescope-{plain}.{TYPE}"


def download(result: Result, title: str, key: str) -> None:
    """Draw a button that downloads the run; the file is made when it is pressed."""

    def content() -> bytes:
        from ....core.experiments.training.run_file import write

        return write(result)

    st.download_button(
        "Save",
        content,
        file_name(title),
        "application/octet-stream",
        key=key,
        on_click="ignore",
        help="One safetensors file with the settings, curves and weights.",
    )


def save_button(run: Run) -> None:
    """Draw :func:`download` for a finished run."""
    assert run.result is not None
    download(run.result, run.title, f"{SLUG}/save/{run.number}")


def _key() -> str:
    return f"{SLUG}/load/{session_state().load_count}"


def _arrived() -> None:
    """Read an uploaded file: it becomes a run, or an error is shown."""
    from ....core.experiments.training.run_file import RunFileError, read

    file = st.session_state[_key()]
    if file is None:
        return
    st.session_state[FAULT] = ""
    try:
        add_result(read(file.getvalue()))
    except RunFileError as error:
        st.session_state[FAULT] = str(error)
    session_state().load_count += 1
    st.rerun()


def load_field() -> None:
    """Draw the upload field for saved runs; a file is read once, when it arrives."""
    from ....core.experiments.training.run_file import MAX_BYTES

    box = live_fold("Load a run from a file", key=f"{SLUG}/load-box")
    if box is None:
        return
    with box:
        full = len(session_state().runs) >= MAX_RUNS
        st.file_uploader(
            "A run saved with this app",
            type=[TYPE],
            key=_key(),
            max_upload_size=MAX_BYTES // 2**20,
            on_change=_arrived,
            disabled=full,
        )
        if full:
            st.caption(f"Remove one of your {MAX_RUNS} runs first.")
        if st.session_state.get(FAULT):
            st.error(st.session_state[FAULT])
