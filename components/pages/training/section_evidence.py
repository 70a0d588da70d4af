"""How the sentences of the sections about single networks are known, once they are unfolded."""

from __future__ import annotations

import streamlit as st

from ....core.evidence.finding import Finding
from ....core.experiments.training import features as inside
from ....core.experiments.training.spec import Spec
from . import features
from .state import SLUG

COMMAND = "python -m scripts.measure_inside"


def _is_open(section: int) -> bool:
    return bool(st.session_state.get(f"{SLUG}/inside/{section}"))


def _channels(spec: Spec) -> list[Finding]:
    subject = features.selected(spec)
    if subject is None:
        return []
    definition = (
        "The channels of one network, the weakest seed whose weights were saved, on its first "
        f"{inside.MAX_OBJECTS} test objects at each size; confidence is the highest probability of "
        "a channel."
    )
    told = features.channel_sentences(
        *features.contributions(features.with_channels(spec, subject))
    )
    return [Finding(text, definition, command=COMMAND) for text in told]


def _faces() -> list[Finding]:
    from ....core.experiments.training.face_detector.findings import findings as of_faces

    responses = features.face_responses()
    return [] if isinstance(responses, str) else of_faces(responses, COMMAND)


def findings(spec: Spec) -> list[Finding]:
    """Say how the sentences of the sections that are unfolded are known."""
    found = _channels(spec) if _is_open(features.CHANNEL_SECTION) else []
    return found + (_faces() if _is_open(len(features.SECTIONS)) else [])
