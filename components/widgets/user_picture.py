"""The fields through which a person gives a page a picture of their own.

The picture lives in this session's state and nowhere else: in no cache, on no disk, in no link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ...core.imaging.decode import MOST_BYTES, Picture, PictureError, decode
from .. import cached
from ..live.fold import live_fold

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
    keys; ``arrived`` counts the pictures; ``made`` is what was made of the present one, by name,
    each with its spec.
    """

    picture: Picture | None = None
    source: str = ""
    error: str = ""
    forgotten: int = 0
    arrived: int = 0
    made: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def take(self, picture: Picture | None, source: str) -> None:
        """Put a picture, or none, in place of the one before and all that was made of it."""
        self.picture, self.source, self.error, self.made = picture, source, "", {}
        self.arrived += picture is not None


def _own(slug: str) -> Own:
    found: Own = st.session_state.setdefault(f"scalescope-picture/{slug}", Own())
    return found


def _key(slug: str, source: str) -> str:
    return f"{slug}/own-picture/{source}/{_own(slug).forgotten}"


def _taken_away(known: Own, source: str) -> None:
    """A field was emptied: of a refused file, which leaves the picture, or of the picture."""
    if known.source == source and not known.error:
        known.take(None, "")
    known.error = ""


def _read(known: Own, source: str, data: bytes) -> None:
    """Take a file in; one that is refused leaves the picture before it."""
    try:
        picture = decode(data)
    except PictureError as error:
        known.error = str(error)
        return
    picture.setflags(write=False)
    known.take(picture, source)


def _arrived(slug: str, source: str) -> None:
    """A field has changed; the whole page follows."""
    known, file = _own(slug), st.session_state[_key(slug, source)]
    if hasattr(file, "getvalue"):
        _read(known, source, file.getvalue())
    else:
        _taken_away(known, source)
    st.rerun()


def _forget(slug: str) -> None:
    known = _own(slug)
    known.take(None, "")
    known.forgotten += 1
    st.rerun()


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
    """One page's own picture, or None while there is none.

    float32 (3, rows, columns) in [0, 1], read-only, as from :func:`core.imaging.decode.decode`. It stays
    while the person visits other pages, until it is replaced, taken out of its field or forgotten.
    """
    return _own(slug).picture


def own_number(slug: str) -> int:
    """Which of the session's pictures that is, counted from 1; 0 while there is none.

    With the spec it names what is on screen, as the key of a job.
    """
    known = _own(slug)
    return 0 if known.picture is None else known.arrived


def made(slug: str, name: str, spec: Any, compute: Callable[[], Any]) -> Any:
    """What ``compute()`` makes of the own picture and a spec; the last one of each name is kept.

    In this session alone, and only as long as that picture.
    """
    kept = _own(slug).made
    if name not in kept or kept[name][0] != spec:
        kept[name] = (spec, compute())
    return kept[name][1]


def last(slug: str, name: str) -> Any:
    """What :func:`made` made last under that name, of the same picture; None if nothing."""
    return _own(slug).made.get(name, (None, None))[1]


def kept(
    slug: str,
    name: str,
    spec: Any,
    compute: Callable[[Picture | None], Any],
    keep: Callable[[str, Any, Callable[[], Any]], Any] | None = None,
) -> Any:
    """What ``compute(picture)`` makes of a spec and the own picture, or None, computed once.

    Of a bundled picture for all sessions, by ``keep`` (:func:`components.cached.derived` unless
    told); of an own one as :func:`made` keeps it.
    """
    own = own_picture(slug)
    if own is None:
        return (keep or cached.derived)(f"{slug}/{name}", spec, lambda: compute(None))
    return made(slug, name, spec, lambda: compute(own))


def own_fields(slug: str, note: str = "") -> None:
    """The fields through which that picture comes; the page follows when it comes or goes.

    ``note`` is the page's own sentence about it. A file is read once, when it arrives; one that is
    refused gets one sentence and leaves the picture before it. They are drawn when they are
    unfolded: together they take as long as a chart.
    """
    known = _own(slug)
    folded = live_fold(
        "Use your own picture", key=f"{slug}/own-picture", opened=known.picture is not None
    )
    if folded is None:
        return
    with folded:
        _upload(slug)
        _camera(slug)
        if known.error:
            st.error(known.error)
        st.caption(f"{PROMISE} {note}".strip())
        if known.picture is not None:
            st.button("Forget my picture", key=f"{slug}/forget", on_click=_forget, args=(slug,))
