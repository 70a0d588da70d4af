"""The fields for a picture of one's own, run by AppTest with uploads of its own making."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components.widgets import user_picture
from scalescope.core.imaging.decode import decode
from tests.core.imaging.picture_corpus import encoded, pattern

CAT = ("cat.png", encoded(pattern(24, 36, 3), "PNG"), "image/png")
DOG = ("dog.jpg", encoded(pattern(32, 20, 3), "JPEG"), "image/jpeg")
DEEP = ("tile.png", encoded(np.linspace(0, 3000, 32 * 20).reshape(32, 20).astype("u2"), "PNG"),
        "image/png")  # fmt: skip
TEXT = ("cat.gif", b"this is no picture", "image/gif")


def _script() -> None:
    import streamlit as st

    from scalescope.components.widgets.user_picture import (
        session_cached,
        user_picture,
        user_picture_fields,
        user_picture_id,
        user_picture_note,
    )

    user_picture_note("scale-space", st.session_state.get("shown", ()))
    user_picture_fields("scale-space", "The curves are not about it.")
    picture = st.session_state["found"] = user_picture("scale-space")
    st.session_state["number"] = user_picture_id("scale-space")
    if picture is not None:
        spec = st.session_state.get("spec", 1)
        counted = st.session_state.setdefault("counted", [])
        session_cached("scale-space", "sum", spec, lambda: counted.append(float(picture.sum())))
    st.button("something else")


@pytest.fixture
def page() -> AppTest:
    return unfolded(AppTest.from_function(_script, default_timeout=30), "scale-space")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the files that were decoded."""
    sizes: list[int] = []

    def counted(data: bytes, **options: Any) -> Any:
        sizes.append(len(data))
        return decode(data, **options)

    monkeypatch.setattr(user_picture, "decode", counted)
    return sizes


def unfolded(page: AppTest, slug: str) -> AppTest:
    """The page with its fields for a picture in sight."""
    page.session_state[f"{slug}/own-picture"] = True
    return page.run()


def upload(page: AppTest, file: tuple[str, bytes, str] | None) -> AppTest:
    return page.file_uploader[0].set_value(file).run()


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def shape(page: AppTest) -> tuple[int, ...] | None:
    assert not page.exception
    result = page.session_state["found"]
    return None if result is None else result.shape


def test_at_first_there_is_no_picture_no_camera_and_a_promise(page: AppTest) -> None:
    assert shape(page) is None
    assert len(page.file_uploader) == 1 and len(page.camera_input) == 0
    assert not page.error
    (promise,) = [caption.value for caption in page.caption]
    for words in ("this session's memory", "never written to disk", "never shared", "the link"):
        assert words in promise


def test_the_field_names_the_limits_of_the_reader(page: AppTest) -> None:
    assert {".png", ".jpg", ".webp", ".tiff", ".gif", ".bmp", ".jp2", ".avif", ".heic"} <= set(
        page.file_uploader[0].allowed_type
    )
    assert page.file_uploader[0].proto.max_upload_size_mb == 20


def test_an_upload_is_decoded_once_however_often_the_page_runs(
    page: AppTest, decoded: list[int]
) -> None:
    upload(page, CAT)
    assert shape(page) == (3, 24, 36) and decoded == [len(CAT[1])]
    for _ in range(3):
        press(page, "something else")
    assert shape(page) == (3, 24, 36) and len(decoded) == 1
    np.testing.assert_allclose(
        page.session_state["found"].transpose(1, 2, 0), pattern(24, 36, 3) / 255, atol=1e-6
    )


def test_the_page_cannot_change_the_picture(page: AppTest) -> None:
    with pytest.raises(ValueError, match="read-only"):
        upload(page, CAT).session_state["found"][:] = 0


def test_a_refused_file_gets_one_sentence_and_the_picture_stays(page: AppTest) -> None:
    upload(page, CAT)
    upload(page, TEXT)
    assert shape(page) == (3, 24, 36)
    assert [error.value for error in page.error] == [
        "This file holds no picture that can be read here; "
        "give a PNG, JPEG, WebP, TIFF, GIF, BMP, JPEG 2000, AVIF or HEIC picture."
    ]
    press(page, "something else")
    assert len(page.error) == 1
    upload(page, None)
    assert not page.error and shape(page) == (3, 24, 36)
    upload(page, DOG)
    assert not page.error and shape(page) == (3, 32, 20)


def test_taking_the_file_out_takes_the_picture_out(page: AppTest) -> None:
    upload(page, CAT)
    assert shape(upload(page, None)) is None


def test_forgetting_empties_the_field_too(page: AppTest) -> None:
    upload(page, CAT)
    press(page, "Forget my picture")
    assert shape(page) is None
    assert page.file_uploader[0].value is None
    assert "Forget my picture" not in [button.label for button in page.button]
    assert shape(upload(page, CAT)) == (3, 24, 36)


def test_the_camera_opens_when_asked_and_its_picture_takes_over(
    page: AppTest, decoded: list[int]
) -> None:
    upload(page, CAT)
    page.toggle[0].set_value(True).run()
    page.camera_input[0].set_value(DOG).run()
    assert shape(page) == (3, 32, 20) and len(decoded) == 2
    page.toggle[0].set_value(False).run()
    assert not page.camera_input and shape(page) == (3, 32, 20) and len(decoded) == 2


def test_what_is_made_of_a_picture_is_made_once_for_each_spec_and_picture(page: AppTest) -> None:
    upload(page, CAT)
    press(page, "something else")
    assert len(page.session_state["counted"]) == 1
    page.session_state["spec"] = 2
    press(page.run(), "something else")
    assert len(page.session_state["counted"]) == 2
    upload(page, DOG)
    assert len(page.session_state["counted"]) == 3
    press(page, "Forget my picture")
    upload(page, DOG)
    assert len(page.session_state["counted"]) == 4, "nothing outlives its picture"


def test_pictures_are_numbered_so_that_jobs_can_tell_them_apart(page: AppTest) -> None:
    numbers = [page.session_state["number"]]
    for file in (CAT, DOG, TEXT, None):
        numbers.append(upload(page, file).session_state["number"])
    press(page, "Forget my picture")
    numbers += [page.session_state["number"], upload(page, CAT).session_state["number"]]
    assert numbers == [0, 1, 2, 2, 2, 0, 3]


def notes(page: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in page.get("html"))


def test_a_deep_picture_says_its_stretch_which_can_be_changed(page: AppTest) -> None:
    upload(page, DEEP)
    stretched = page.session_state["found"]
    assert "16-bit values 0 to 3000, shown from 59.9 (black) to 2939 (white)" in notes(page)
    (choice,) = page.selectbox
    assert choice.value == "percentiles" and len(choice.options) == 3
    choice.set_value("type").run()
    assert shape(page) == (3, 32, 20) and page.session_state["number"] == 2
    np.testing.assert_allclose(page.session_state["found"].max(), 3000 / 65535, atol=1e-6)
    assert "shown from 0 (black) to 65535 (white)" in notes(page)
    page.selectbox[0].set_value("percentiles").run()
    np.testing.assert_array_equal(page.session_state["found"], stretched)
    upload(page, CAT)
    assert not page.selectbox and "16-bit" not in notes(page)


def test_the_choice_of_a_picture_that_is_gone_does_nothing(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser may send it once more, when another file has taken the picture's place."""
    upload(page, DEEP)
    state = page.session_state["scalescope-picture/scale-space"]
    monkeypatch.setattr(user_picture, "_state", lambda slug: state)
    stale = user_picture._stretch_key("scale-space")
    for other in (DEEP, CAT, None):
        upload(page, other)
        monkeypatch.setattr(user_picture, "_read", lambda *_: pytest.fail("read again"))
        user_picture._on_stretch("scale-space", stale)
        monkeypatch.undo()
        monkeypatch.setattr(user_picture, "_state", lambda slug: state)
    assert not page.error


def test_an_enlarged_picture_is_said_to_be_so(page: AppTest) -> None:
    page.session_state["shown"] = (48, 72)
    assert "Your picture" not in notes(page.run())
    upload(page, CAT)
    assert "Its 36 x 24 px are enlarged to 72 x 48 px" in notes(page)
    page.session_state["shown"] = (24, 36)
    assert "Your picture" not in notes(page.run())


def test_only_a_file_whose_stretch_can_change_is_held(page: AppTest) -> None:
    state = "scalescope-picture/scale-space"
    assert upload(page, DEEP).session_state[state].file == DEEP[1]
    assert upload(page, CAT).session_state[state].file == b""
    upload(page, DEEP)
    assert press(page, "Forget my picture").session_state[state].file == b""


def test_the_page_adds_its_own_sentence_to_the_promise(page: AppTest) -> None:
    assert page.caption[0].value.endswith("The curves are not about it.")


def test_nothing_reaches_the_link_or_another_session(page: AppTest) -> None:
    upload(page, CAT)
    assert dict(page.query_params) == {}
    other = AppTest.from_function(_script, default_timeout=30).run()
    assert shape(other) is None and shape(page) == (3, 24, 36)
