"""The words of page `transfer` above its sections: what is on screen, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....core.experiments.transfer.spec import CROWNS, SCENES, Spec
from ....core.formatting import significant_digits
from . import state

if TYPE_CHECKING:
    from ....core.experiments.transfer.result import Result

NOTHING = "Nothing has been measured of these tiles yet; 'Measure' below does it."


def chosen_results(result: Result | None) -> Mapping[float, Result]:
    """The measurements whose choices are drawn: all that are finished, or this one alone."""
    from ....core.experiments.transfer.precomputed import precomputed_results

    if result is None:
        return {}
    if state.session_state().tiles is not None:
        return {result.protocol.tile_set.gsd_m: result}
    known = precomputed_results(result.protocol.spec.data)
    if any(result is one for one in known.values()):
        return known
    return {result.protocol.tile_set.gsd_m: result}


def _tile_size(spec: Spec) -> tuple[int, float]:
    """Pixels across a tile, and metres."""
    if state.missing_reason(spec):
        return 0, 0.0
    seen = state.pictures(spec)
    return seen.side_px(seen.drawn_m(spec.gsd_m) if _is_given(spec) else spec.gsd_m), seen.side_m


def _is_given(spec: Spec) -> bool:
    return state.session_state().tiles is not None or spec.data != SCENES


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The tile in metres and pixels, and the gain where one is known."""
    side, metres = _tile_size(spec)
    rows: list[tuple[str, ...]] = [
        ("tile", f"{significant_digits(metres)} m, {side} px" if side else "not installed"),
    ]
    result = state.shown(spec)
    if result is not None and result.choice is not None:
        picked = result.choice
        rows += [
            ("measured at", f"{significant_digits(result.protocol.tile_set.gsd_m)} m"),
            ("chosen layer", picked.layer),
            ("resize by", significant_digits(picked.factor)),
            (
                "gain, points",
                f"{picked.gain.points:+.1f}" if not picked.rejection_reason else "not sure",
            ),
        ]
    return rows


def _seen(spec: Spec) -> str:
    side, metres = _tile_size(spec)
    said = f"At {significant_digits(spec.gsd_m)} m per pixel a tile of {significant_digits(metres)} m has {side} px a side."
    drawn = state.pictures(spec).drawn_m(spec.gsd_m)
    if drawn > spec.gsd_m * 1.01:
        what = "The tiles show nothing finer than" if _is_given(spec) else "Drawn here at"
        said += f" {what} {significant_digits(drawn)} m."
    return said


def caption(spec: Spec) -> tuple[str, str]:
    """The advice, and what is on screen with the size of the evidence."""
    from ....core.experiments.transfer import precomputed, sentences

    result, seen = state.shown(spec), _seen(spec)
    there = state.on_screen(spec)
    if there is None:
        return f"{seen} {NOTHING}", ""
    if there.choice is None:
        return f"{seen} What is measured so far is drawn.", ""
    if result is None:
        return (
            f"{seen} {sentences.recommendation(there)}",
            f"Measured with {there.protocol.network.title} and the other controls at their "
            "defaults. What your controls ask for has not been measured; 'Measure' below does it.",
        )
    near = "" if _is_given(spec) or precomputed.is_at_gsd(result, spec) else _nearest(result)
    return f"{seen} {near}{sentences.recommendation(result)}", sentences.describe_evidence(result)


def _nearest(result: Result) -> str:
    return f"The nearest measured is {significant_digits(result.protocol.tile_set.gsd_m)} m. "


def sources(spec: Spec) -> str:
    """Where the tiles and the weights are from, with their licences."""
    user_tiles = state.session_state().tiles
    weights = f"Weights: {spec.net.title} from {spec.net.package}, {spec.net.license}."
    if user_tiles is not None:
        return f"Tiles: your own. {weights}"
    if spec.data == CROWNS:
        from ....core.aerial.tiles.neon_crowns import LICENSE, SOURCE

        return f"Tiles: {SOURCE}. {LICENSE} {weights}"
    from ....core.aerial.landscape.scenes import SOURCE

    return f"Tiles: {SOURCE}. {weights}"
