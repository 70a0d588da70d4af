"""Errors on a page: a person reads one sentence, and the log has the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from ..core.errors import error_sentence


def show_error(error: Exception) -> bool:
    """Show the sentence of an error where the page is being drawn.

    True, which tells ``st.App(on_script_error=...)`` to show nothing else.
    """
    st.error(error_sentence(error))
    return True


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show an error that is raised inside, so that the rest of the page is still drawn.

    Streamlit's requests to stop or to run again pass, since they are no ``Exception``; so does an
    error that a fragment inside has shown already.
    """
    try:
        yield
    except FragmentHandledException:
        raise
    except Exception as error:
        show_error(error)
