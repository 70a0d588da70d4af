"""What a moved control does: AppTest cannot move one of ours, so a button stands in for it."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from scalescope.core.experiments import EXPERIMENTS

MOVES = {
    "choose": ("pool", "average", True),
    "refused": ("sizes_px", "2,4,banana", True),
    "mended": ("sizes_px", "2,4", True),
    "drag": ("depth", 3, False),
    "rest": ("depth", 3, True),
    "too deep": ("pool_stride", 4, True),
}


def _script(moves: dict) -> None:  # type: ignore[type-arg]
    import streamlit as st

    from scalescope.components import controls, page_frame, session
    from scalescope.components.pages import PAGES

    page = next(page for page in PAGES if page.slug == "pooling")
    declared = page.load()
    session.sync_from_url(declared.experiment)
    st.button("carried", on_click=controls.chart_move_handler("pooling"), args=("depth", 3))
    st.button(
        "carried text", on_click=controls.chart_move_handler("pooling"), args=("pool", "average")
    )
    st.button(
        "carried stranger", on_click=controls.chart_move_handler("pooling"), args=("depht", 3)
    )
    st.button(
        "carried too far", on_click=controls.chart_move_handler("pooling"), args=("depth", 300)
    )
    for text, move in moves.items():
        st.button(text, on_click=controls.on_control_change, args=(declared, *move))
    page_frame.render_page(page)


def opened(**query: str) -> AppTest:
    run = AppTest.from_function(_script, args=(MOVES,), default_timeout=30)
    for name, value in query.items():
        run.query_params[name] = value
    return run.run()


def after(run: AppTest, *moves: str) -> tuple[Any, dict[str, str]]:
    """The page's state and its address when a hand has made these moves."""
    for move in moves:
        next(button for button in run.button if button.label == move).click().run()
        assert not run.exception
    state = run.session_state["scalescope/pooling"]
    pairs = run.query_params.items()
    return state, {k: v if isinstance(v, str) else v[0] for k, v in pairs}


def test_a_choice_changes_the_spec_and_the_address() -> None:
    state, address = after(opened(), "choose")
    assert state.spec.pool == "average" and address == {"pool": "average"}


def test_a_slider_is_published_when_it_rests_and_not_before() -> None:
    state, address = after(opened(), "drag")
    assert state.spec.depth == 3 and address == {}
    state, address = after(opened(), "rest")
    assert state.spec.depth == 3 and address == {"depth": "3"}


def test_a_move_that_the_chart_carries_is_taken_and_not_published() -> None:
    state, address = after(opened(), "carried")
    assert state.spec.depth == 3 and address == {}


def test_the_chart_carries_moves_of_sliders_alone() -> None:
    state, address = after(opened(), "carried text", "carried stranger")
    assert state.spec == EXPERIMENTS["pooling"].spec() and address == {} and not state.notes


def test_what_is_to_be_said_of_a_carried_move_is_said() -> None:
    run = opened()
    state, _ = after(run, "carried too far")
    assert state.spec.depth < 300 and run.warning[0].value == " ".join(state.notes)


def test_a_text_that_cannot_be_used_is_kept_and_explained() -> None:
    run = opened()
    state, address = after(run, "refused")
    written, why = state.drafts["sizes_px"]
    assert written == "2,4,banana" and "2 to 64" in why
    assert "banana" in run.warning[0].value and address == {}
    assert state.spec == EXPERIMENTS["pooling"].spec()


def test_a_mended_text_is_taken_and_the_draft_forgotten() -> None:
    state, address = after(opened(), "refused", "mended")
    assert state.spec.sizes_px == (2, 4) and not state.drafts and not state.notes
    assert address == {"sizes_px": "2,4"}


def test_what_no_longer_fits_is_lowered_and_said() -> None:
    run = opened(depth="6")
    state, address = after(run, "too deep")
    assert state.spec.depth == 3 and address == {"pool_stride": "4", "depth": "3"}
    assert "depth: 6 was lowered to 3" in run.warning[0].value


def _other_network() -> None:
    from scalescope.components import session
    from scalescope.core.experiments.network import EXPERIMENT

    session.sync_from_url(EXPERIMENT)
    session.update("network", network="vgg16-hed")


def test_a_field_that_no_longer_fits_goes_back_to_its_default_and_this_is_said() -> None:
    run = AppTest.from_function(_other_network, default_timeout=30)
    run.query_params["layer"] = "blocks.8"
    run.run()
    state = run.session_state["scalescope/network"]
    assert (state.spec.network, state.spec.layer) == ("vgg16-hed", "auto")
    assert "blocks.8" in state.notes[0] and "back at its default" in state.notes[0]


def _other_picture() -> None:
    from scalescope.components import session
    from scalescope.core.experiments.network import EXPERIMENT

    session.sync_from_url(EXPERIMENT)
    session.update("network", box="10,10,60,60", near_px=99.0)
    session.update("network", image="coffee")


def test_a_box_about_one_picture_does_not_stay_on_another() -> None:
    run = AppTest.from_function(_other_picture, default_timeout=30)
    run.run()
    spec = run.session_state["scalescope/network"].spec
    assert (spec.image, spec.box, spec.near_px) == ("coffee", "auto", 99.0)
    assert not run.session_state["scalescope/network"].notes
