"""Text of page `transfer` above its sections: captions, readouts and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ....core.experiments.transfer.spec import CROWNS, SCENES, Spec
from ....core.formatting import significant_digits
from ....core.specs.spec import to_query
from . import state

if TYPE_CHECKING:
    from ....core.evidence.finding import Finding
    from ....core.experiments.transfer.result import Result
    from ....core.experiments.transfer.selection import Choice

NOT_MEASURED = "These tiles have not been measured yet; use 'Measure' below."


def chosen_results(result: Result | None) -> Mapping[float, Result]:
    """Results whose choices are drawn: all precomputed ones, or this one alone."""
    from ....core.experiments.transfer.precomputed import precomputed_results

    if result is None:
        return {}
    alone = {result.protocol.tile_set.gsd_m: result}
    if state.session_state().tiles is not None:
        return alone
    precomputed = precomputed_results(result.protocol.spec.data)
    return precomputed if any(result is other for other in precomputed.values()) else alone


def _tile_size(spec: Spec) -> tuple[int, float]:
    """Pixels across a tile, and meters."""
    if state.missing_reason(spec):
        return 0, 0.0
    pictures = state.pictures(spec)
    gsd_m = pictures.drawn_m(spec.gsd_m) if _are_photographs(spec) else spec.gsd_m
    return pictures.side_px(gsd_m), pictures.side_m


def _are_photographs(spec: Spec) -> bool:
    return state.session_state().tiles is not None or spec.data != SCENES


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Size of a tile in meters and pixels, and the choice with its gain if there is one."""
    side, meters = _tile_size(spec)
    rows: list[tuple[str, ...]] = [
        ("tile", f"{significant_digits(meters)} m, {side} px" if side else "not installed"),
    ]
    result = state.chosen_result(spec)
    if result is not None and result.choice is not None:
        choice = result.choice
        rows += [
            ("measured at", f"{significant_digits(result.protocol.tile_set.gsd_m)} m per pixel"),
            ("chosen layer", choice.layer),
            ("resize factor", significant_digits(choice.factor)),
            *_gains(result, choice),
        ]
    return rows


def _gains(result: Result, choice: Choice) -> list[tuple[str, ...]]:
    """The whole gain and its parts, each with its answer where that is not yes."""
    from ....core.experiments.transfer import verdicts

    found = {
        "gain in accuracy": ("whole", verdicts.recommendation(result, choice)),
        "of the layer": ("layer", verdicts.gain_verdict(result, choice, "layer")),
        "of resizing": ("resize", verdicts.gain_verdict(result, choice, "resize")),
    }
    rows: list[tuple[str, ...]] = []
    for title, (name, verdict) in found.items():
        if verdict.estimate is None:
            rows.append((title, "none to measure"))
            continue
        answer = {"yes": "", "no": ", counts as none", "undecided": ", undecided"}[verdict.verdict]
        rows.append((title, f"{choice.gains[name].points:+.1f} points{answer}"))
    return rows


def _describe_tile(spec: Spec) -> str:
    side, meters = _tile_size(spec)
    gsd_m, size_m = significant_digits(spec.gsd_m), significant_digits(meters)
    sentence = f"At {gsd_m} m per pixel, a tile of {size_m} m has {side} px on each side."
    drawn_m = state.pictures(spec).drawn_m(spec.gsd_m)
    if drawn_m <= spec.gsd_m * 1.01:
        return sentence
    limit = "The finest resolution of the tiles is" if _are_photographs(spec) else "Drawn here at"
    return f"{sentence} {limit} {significant_digits(drawn_m)} m."


def caption(spec: Spec) -> tuple[str, str]:
    """The recommendation with the parts of its gain, and the evidence for it."""
    from ....core.experiments.transfer import precomputed

    result, tile = state.chosen_result(spec), _describe_tile(spec)
    visible = state.visible_result(spec)
    if visible is None:
        return f"{tile} {NOT_MEASURED}", ""
    if visible.choice is None:
        return f"{tile} The chart shows what has been measured so far.", ""
    if result is None:
        return (
            f"{tile} {_headline(visible)}",
            f"Measured with {visible.protocol.network.title} and default settings. "
            "Your settings have not been measured; use 'Measure' below.",
        )
    is_exact = _are_photographs(spec) or precomputed.is_at_gsd(result, spec)
    nearest = "" if is_exact else _nearest(result)
    return f"{tile} {nearest}{_headline(result)}", _remark(result)


def _headline(result: Result) -> str:
    from ....core.experiments.transfer import sentences

    parts = (
        sentences.recommendation(result),
        sentences.describe_layer_gain(result),
        sentences.describe_resize_gain(result),
    )
    return " ".join(filter(None, parts))


def _remark(result: Result) -> str:
    from ....core.experiments.transfer import accuracy_sentences, sentences

    mean_color = sentences.describe_control_gain(result, "over_mean_color")
    return f"{mean_color} {accuracy_sentences.describe_evidence(result)}"


def findings(spec: Spec) -> list[Finding]:
    """What the page says of the result that it shows, and of fine-tuning where that is measured."""
    result = state.visible_result(spec)
    if result is None or result.choice is None:
        return []
    from ....core.experiments.transfer.findings import findings as findings_of

    command = _command(result)
    found = [replace(finding, command=command) for finding in findings_of(result)]
    return [*found, *state.tuning_findings(spec)]


def _command(result: Result) -> str:
    """The command that measures a result again, whatever the controls are set to now."""
    spec = result.protocol.spec
    fields = to_query(spec)
    if state.session_state().tiles is not None:
        fields |= {"data": "PATH", "gsd_m": significant_digits(result.protocol.tile_set.gsd_m)}
    words = [f"--{name.replace('_', '-')} {text}" for name, text in fields.items()]
    return " ".join(["python -m core run transfer", *words, "--json"])


def _nearest(result: Result) -> str:
    return f"The nearest measured GSD is {significant_digits(result.protocol.tile_set.gsd_m)} m. "


def sources(spec: Spec) -> str:
    """Sources of the tiles and the weights, with their licenses."""
    weights = f"Weights: {spec.net.title} from {spec.net.package}, {spec.net.license}."
    if state.session_state().tiles is not None:
        return f"Tiles: your own. {weights}"
    if spec.data == CROWNS:
        from ....core.aerial.tiles.neon_crowns import LICENSE, SOURCE

        return f"Tiles: {SOURCE}. {LICENSE} {weights}"
    from ....core.aerial.landscape.scenes import SOURCE

    return f"Tiles: {SOURCE}. {weights}"
