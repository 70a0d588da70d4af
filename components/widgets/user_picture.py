"""The fields through which a user gives a page a picture.

The picture lives in this session's state and nowhere else: in no cache, on no disk, in no link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from ...core.imaging.decode import (
    MAX_FILE_BYTES,
    DecodedPicture,
    Picture,
    PictureError,
    decode,
)
from ...core.imaging.stretch import AUTO, STRETCHES
from .. import cached
from ..live.fold import live_fold
from .text import note

Value = TypeVar("Value")

TYPES = ("png", "jpg", "jpeg", "jfif", "mpo", "webp", "tif", "tiff", "gif", "bmp", "jp2", "j2k",
         "avif", "heic", "heif")  # fmt: skip
PROMISE = (
    "Your picture stays in this session's memory: it is never written to disk, never shared with "
    "anyone and not part of the link."
)

ENLARGED = (
    "Its {0} x {1} px are enlarged to {2} x {3} px: smaller ones leave no room for the filters and "
    "pooling layers."
)


@dataclass
class UserPicture:
    """One page's picture in this session.

    ``remarks`` are sentences about how it was read, ``stretch`` what its black and white are, and
    ``file`` its bytes where that can be changed; ``source`` is the field that it came through;
    ``error`` the sentence about the last file where that was refused; ``forgotten`` counts how
    often the fields were emptied, so that they get new keys; ``arrived`` counts the pictures;
    ``values`` is what was computed from the present one, by name, each with its key.
    """

    picture: Picture | None = None
    remarks: tuple[str, ...] = ()
    stretch: str = ""
    file: bytes = b""
    source: str = ""
    error: str = ""
    forgotten: int = 0
    arrived: int = 0
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def show(self, decoded: DecodedPicture, file: bytes, source: str) -> None:
        """Put a picture in place of the one before and all computed from it."""
        self.clear()
        self.picture, self.remarks, self.stretch = decoded.levels, decoded.remarks, decoded.stretch
        self.file, self.source = file if decoded.stretch else b"", source
        self.arrived += 1

    def clear(self) -> None:
        """Forget the picture and all computed from it."""
        self.picture, self.remarks, self.stretch, self.file = None, (), "", b""
        self.source, self.error, self.values = "", "", {}


def _state(slug: str) -> UserPicture:
    state: UserPicture = st.session_state.setdefault(f"scalescope-picture/{slug}", UserPicture())
    return state


def _key(slug: str, source: str) -> str:
    return f"{slug}/own-picture/{source}/{_state(slug).forgotten}"


def _on_removal(state: UserPicture, source: str) -> None:
    """A field was emptied: of a refused file, which leaves the picture, or of the picture."""
    if state.source == source and not state.error:
        state.clear()
    state.error = ""


def _read(state: UserPicture, source: str, data: bytes, stretch: str = AUTO) -> None:
    """Read a file; one that is refused leaves the picture before it."""
    try:
        decoded = decode(data, stretch=stretch)
    except PictureError as error:
        state.error = str(error)
        return
    decoded.levels.setflags(write=False)
    state.show(decoded, data, source)


def _on_file(slug: str, source: str) -> None:
    """A field has changed; the whole page follows."""
    state, file = _state(slug), st.session_state[_key(slug, source)]
    if hasattr(file, "getvalue"):
        _read(state, source, file.getvalue())
    else:
        _on_removal(state, source)
    st.rerun()


def _forget(slug: str) -> None:
    state = _state(slug)
    state.clear()
    state.forgotten += 1
    st.rerun()


def _stretch_key(slug: str) -> str:
    """Of the choice for the present picture: another picture, or stretch, has another."""
    return f"{_key(slug, 'stretch')}/{_state(slug).arrived}"


def _on_stretch(slug: str, key: str) -> None:
    state = _state(slug)
    if not state.file or key != _stretch_key(slug):
        return  # the browser still names the choice for a picture that is gone
    _read(state, state.source, state.file, st.session_state[key])
    st.rerun()


def _stretch(slug: str) -> None:
    """The choice of which values are black and white, for a file of more than 8 bits."""
    state, key = _state(slug), _stretch_key(slug)
    st.selectbox(
        "Black and white in your picture",
        list(STRETCHES),
        list(STRETCHES).index(state.stretch),
        key=key,
        format_func=lambda name: STRETCHES[name],
        on_change=_on_stretch,
        args=(slug, key),
    )


def _upload(slug: str) -> None:
    st.file_uploader(
        "Your own picture",
        type=TYPES,
        key=_key(slug, "upload"),
        max_upload_size=MAX_FILE_BYTES // 2**20,
        on_change=_on_file,
        args=(slug, "upload"),
    )


def _camera(slug: str) -> None:
    if st.toggle("Use the camera", key=f"{slug}/own-picture/camera-wanted"):
        st.camera_input(
            "A picture from the camera",
            key=_key(slug, "camera"),
            on_change=_on_file,
            args=(slug, "camera"),
        )


def user_picture(slug: str) -> Picture | None:
    """Return the user's picture on one page, or None while there is none.

    float32 (3, rows, columns) in [0, 1], read-only, as from :func:`core.imaging.decode.decode`. It
    stays while the person visits other pages, until it is replaced, taken out of its field or
    forgotten.
    """
    return _state(slug).picture


def user_picture_id(slug: str) -> int:
    """Return which of the session's pictures that is, counted from 1; 0 while there is none.

    With the spec it names what is on screen, as the key of a job.
    """
    state = _state(slug)
    return 0 if state.picture is None else state.arrived


def session_cached(slug: str, name: str, key: Any, compute: Callable[[], Value]) -> Value:
    """Call ``compute()`` once for a key and the user's picture, in this session alone.

    The last one of each name stays, as long as the picture does.
    """
    values = _state(slug).values
    if name not in values or values[name][0] != key:
        values[name] = (key, compute())
    value: Value = values[name][1]
    return value


def previous(slug: str, name: str) -> Any:
    """Return the last :func:`session_cached` value of that name and picture; None if none."""
    return _state(slug).values.get(name, (None, None))[1]


def cached_for_picture(
    slug: str,
    name: str,
    key: Any,
    compute: Callable[[Picture | None], Value],
    *,
    large: bool = False,
) -> Value:
    """Call ``compute(picture)`` once for a key; ``picture`` is the user's, or None.

    Without a user's picture it is cached for all sessions, as in :mod:`components.cached` (with
    ``large`` only the last few); with one as :func:`session_cached` does.
    """
    picture = user_picture(slug)
    if picture is not None:
        return session_cached(slug, name, key, lambda: compute(picture))
    cache = cached.cached_large_value if large else cached.cached_value
    return cache(f"{slug}/{name}", key, lambda: compute(None))


def user_picture_note(slug: str, shown: tuple[int, ...] = ()) -> None:
    """Say how the user's picture was read, and where it is shown enlarged; nothing without one.

    To be drawn beside the picture. ``shown``: the (rows, columns) that the page shows of it.
    """
    state = _state(slug)
    if state.picture is None:
        return
    sentences, (_, rows, columns) = list(state.remarks), state.picture.shape
    if shown and shown[0] > rows:
        sentences.append(ENLARGED.format(columns, rows, shown[1], shown[0]))
    if sentences:
        note("Your picture: " + " ".join(sentences))


def user_picture_fields(slug: str, promise: str = "") -> None:
    """Draw the fields through which that picture comes; the page follows when it comes or goes.

    ``promise`` is the page's sentence about it. A file is read once, when it arrives; one that is
    refused gets one sentence and leaves the picture before it. They are drawn when they are
    unfolded: together they take as long as a chart.
    """
    state = _state(slug)
    folded = live_fold(
        "Use your own picture", key=f"{slug}/own-picture", opened=state.picture is not None
    )
    if folded is None:
        return
    with folded:
        _upload(slug)
        _camera(slug)
        if state.stretch:
            _stretch(slug)
        if state.error:
            st.error(state.error)
        st.caption(f"{PROMISE} {promise}".strip())
        if state.picture is not None:
            st.button("Forget my picture", key=f"{slug}/forget", on_click=_forget, args=(slug,))
