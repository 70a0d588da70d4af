"""The fields through which a person gives a page a picture of their own.

The picture lives in this session's state and nowhere else: in no cache, on no disk, in no link.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.pictures import MOST_BYTES, Picture, PictureError, decode

TYPES = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "gif")
PROMISE = (
    "Your picture stays in this session's memory: it is never written to disk, never shared with "
    "anyone and not part of the link."
)


@dataclass
class Own:
    """One page's picture in this session.

    ``source`` is the field that it came through; ``error`` the sentence about the last file where
    that was refused; ``forgotten`` counts how often the fields were emptied, so that they get new
    keys.
    """

    picture: Picture | None = None
    source: str = ""
    error: str = ""
    forgotten: int = 0


def _own(slug: str) -> Own:
    found: Own = st.session_state.setdefault(f"scalescope-picture/{slug}", Own())
    return found


def _key(slug: str, source: str) -> str:
    return f"{slug}/own-picture/{source}/{_own(slug).forgotten}"


def _taken_away(known: Own, source: str) -> None:
    """A field was emptied: of a refused file, which leaves the picture, or of the picture."""
    if known.source == source and not known.error:
        known.picture, known.source = None, ""
    known.error = ""


def _read(known: Own, source: str, data: bytes) -> None:
    """Take a file in; one that is refused leaves the picture before it."""
    try:
        picture = decode(data)
    except PictureError as error:
        known.error = str(error)
        return
    picture.setflags(write=False)
    known.picture, known.source, known.error = picture, source, ""


def _arrived(slug: str, source: str) -> None:
    """A field has changed."""
    known, file = _own(slug), st.session_state[_key(slug, source)]
    if hasattr(file, "getvalue"):
        _read(known, source, file.getvalue())
    else:
        _taken_away(known, source)


def _forget(slug: str) -> None:
    known = _own(slug)
    known.picture, known.source, known.error = None, "", ""
    known.forgotten += 1


def _upload(slug: str) -> None:
    st.file_uploader(
        "Your own picture",
        type=TYPES,
        key=_key(slug, "upload"),
        max_upload_size=MOST_BYTES // 2**20,
        on_change=_arrived,
        args=(slug, "upload"),
    )


def _camera(slug: str) -> None:
    if st.toggle("Use the camera", key=f"{slug}/own-picture/camera-wanted"):
        st.camera_input(
            "A picture from the camera",
            key=_key(slug, "camera"),
            on_change=_arrived,
            args=(slug, "camera"),
        )


def own_picture(slug: str) -> Picture | None:
    """The fields for one page's own picture, and that picture, or None while there is none.

    float32 (3, rows, columns) in [0, 1], read-only, as from :func:`core.pictures.decode`. A file is
    read once, when it arrives; one that is refused gets one sentence and leaves the picture before
    it. The picture stays while the person visits other pages, until it is replaced, taken out of
    its field or forgotten.
    """
    known = _own(slug)
    _upload(slug)
    _camera(slug)
    if known.error:
        st.error(known.error)
    st.caption(PROMISE)
    if known.picture is not None:
        st.button("Forget my picture", key=f"{slug}/forget", on_click=_forget, args=(slug,))
    return known.picture
