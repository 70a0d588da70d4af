"""Preferred sizes of units and scaled copies among them, trained and with shuffled weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.network.study.h1 import Tests, Tunings
from ....core.experiments.network.units.gratings import Gratings
from ....core.experiments.network.units.kernel_copies import Copies, resize_kernels
from ....core.experiments.network.units.partners import changes
from ....core.experiments.network.units.tuning import Tuning
from .. import heatmaps as maps
from .. import theme
from .study import (
    COLORS,
    POSITIVE,
    SHUFFLED,
    TRAINED,
    WEIGHTS,
    ChartText,
    by_layer,
    line,
    short_layer_name,
    size_ticks,
)

TALL_PX, NARROW_TALL_PX = 420, 300
PAIRS = 8  # of kernels that are drawn
CHANCE = "#b9b9b9"


def _texts(tuning: Tuning) -> list[list[str]]:
    sizes = [formatting.pixels(size) for size in tuning.sizes_px]
    return [[f"unit {unit} at {size}" for size in sizes] for unit in tuning.order]


def tuning_figure(tunings: Sequence[Tuning]) -> theme.Figure:
    """Draw units by size: sorted on half of the photographs, shown on the other half."""
    layer = short_layer_name(tunings[0].layer)
    units = len(tunings[0].order)
    shown = [
        maps.Heatmap(f"{layer}, {weights}", tuning.sorted_curves, _texts(tuning))
        for weights, tuning in zip(WEIGHTS, tunings, strict=False)
    ]
    colors = maps.ColorRange(
        POSITIVE, 0.0, 1.0, "response to the other half, relative to the unit's maximum"
    )
    ticks = [0, units - 1]
    down = maps.Axis("units, sorted by preferred size on one half", ticks, ["1", str(units)])
    alt = f"The {units} units of {layer} by apparent size, sorted on half of the photographs."
    cells = (TALL_PX / units, NARROW_TALL_PX / units)
    across = size_ticks(tunings[0].sizes_px.tolist())
    return maps.figure(shown, maps.Grid(across, down, colors, cells), "network-tuning", alt)


def histogram_figure(tunings: Sequence[Tuning]) -> theme.Figure:
    """Draw the fraction of active units that prefer each size."""
    traces = []
    for tuning, color, weights in zip(tunings, COLORS, WEIGHTS, strict=False):
        counts = tuning.histogram
        share = counts / max(1, counts.sum())
        traces.append(
            {
                "type": "bar",
                "name": weights,
                "x": list(range(len(share))),
                "y": share.tolist(),
                "customdata": counts.tolist(),
                "marker": {"color": color},
                "hovertemplate": "%{customdata} units<extra>%{fullData.name}</extra>",
            }
        )
    names = [formatting.significant_digits(size) for size in tunings[0].sizes_px]
    figure = by_layer(
        names,
        traces,
        ChartText(
            "network-preferred",
            f"{short_layer_name(tunings[0].layer)}: preferred size on the other half",
            "The fraction of units that prefer each apparent size.",
        ),
        title={"text": "fraction of active units"},
        tickformat=".0%",
    )
    across = {"tickangle": 0, "title": {"text": "preferred apparent size, px", "standoff": 4}}
    figure["layout"]["xaxis"] |= across
    figure["layout"]["meta"]["narrow"]["xaxis"] = {}
    return figure


def _agreement(pairs: Tunings, index: int) -> dict[str, Any]:
    """The line of the trained network (``index`` 0) or of the shuffled weights (1)."""
    tunings = [pair[index] for pair in pairs.values()]
    trace = line(WEIGHTS[index], [tuning.agreement for tuning in tunings], COLORS[index])
    stds = [tuning.agreement_std for tuning in tunings]
    trace["error_y"] = {"array": stds, "width": 3, "thickness": 1}
    trace["hovertemplate"] = "rho = %{y:.2f}<extra>%{fullData.name}</extra>"
    return trace


def agreement_figure(tunings: Tunings) -> theme.Figure:
    """Draw how well preferred sizes on one half of the photographs predict the other half."""
    return by_layer(
        [short_layer_name(name) for name in tunings],
        [_agreement(tunings, index) for index in (0, 1)],
        ChartText(
            "network-agreement",
            "mean and standard deviation over 8 random splits; no point where most are silent",
            "By layer, the rank correlation of preferred sizes between halves of the photographs.",
        ),
        title={"text": "rank correlation between halves"},
    )


def gratings_figure(results: Sequence[Gratings]) -> theme.Figure:
    """Draw the median preferred wavelength of every layer."""
    traces = []
    for result, color, weights in zip(results, COLORS, WEIGHTS, strict=False):
        trace = line(weights, list(result.medians_px().values()), color)
        trace["hovertemplate"] = "%{y:.3g} px<extra>%{fullData.name}</extra>"
        traces.append(trace)
    return by_layer(
        [short_layer_name(name) for name in results[0].response],
        traces,
        ChartText(
            "network-gratings",
            "median over active units, each at its best orientation",
            "By layer, the median preferred wavelength of its units.",
        ),
        title={"text": "preferred wavelength, px (log2)"},
        type="log",
        tickvals=[2, 4, 8, 16, 32, 64, 128],
    )


def partners_figure(tests: Tests) -> theme.Figure:
    """Draw the fraction of units that have a scaled copy, with its two controls."""
    traces = []
    shades = {1: ("solid", "circle"), 2: ("dot", "square")}
    for octaves in changes(next(iter(tests.values()))[0]):
        dash, symbol = shades.get(octaves, ("dash", "diamond"))
        by = "1 octave" if octaves == 1 else f"{octaves} octaves"
        trained = [pair[0].mean(octaves) for pair in tests.values()]
        shuffled = [pair[1].mean(octaves) for pair in tests.values()]
        permuted = [pair[0].mean(octaves, "permuted_copies") for pair in tests.values()]
        for name, values, color in (
            ("trained", trained, TRAINED),
            ("shuffled weights", shuffled, SHUFFLED),
            ("permuted pictures", permuted, theme.LINES[1]),
        ):
            trace = line(f"{name}, {by}", values, color)
            trace["line"] |= {"dash": dash}
            trace["marker"] |= {"symbol": symbol}
            trace["hovertemplate"] = "%{y:.2%}<extra>%{fullData.name}</extra>"
            traces.append(trace)
    return by_layer(
        [short_layer_name(name) for name in tests],
        traces,
        ChartText(
            "network-partners",
            "partner chosen on half of the photographs, scored on the other",
            "By layer, the fraction of units of which another unit is a scaled copy.",
        ),
        title={"text": "fraction of units with a scaled copy"},
        tickformat=".0%",
        rangemode="tozero",
    )


def kernel_shares_figure(kernels: Mapping[str, Copies]) -> theme.Figure:
    """Draw the fraction of kernels that match another, resized or not, beyond chance."""
    traces = []
    for name, field, color in (
        ("match another, resized", "rotated", TRAINED),
        ("match another, not resized", "repeats", theme.LINES[1]),
    ):
        values = [getattr(copies, field).above_95 for copies in kernels.values()]
        trace = line(name, values, color)
        trace["hovertemplate"] = "%{y:.1%}<extra>%{fullData.name}</extra>"
        traces.append(trace)
    chance = line("chance level", [0.05] * len(kernels), CHANCE, mode="lines")
    return by_layer(
        [short_layer_name(name) for name in kernels],
        [chance, *traces],
        ChartText(
            "network-kernels",
            "better than 95 % of rotated or mirrored kernels",
            "By layer, the fraction of kernels that match another kernel, resized, beyond chance.",
        ),
        title={"text": "fraction of kernels"},
        tickformat=".0%",
        rangemode="tozero",
    )


def _columns(copies: Copies, best: Sequence[int]) -> Any:
    """Kernel, the same resized, and its match, each of norm 1; a column of gaps between."""
    side = copies.kernels.shape[1]
    rows = []
    for values in (
        copies.kernels[list(best)],
        np.stack([resize_kernels(copies.kernels[[k]], copies.factor[k])[0] for k in best]),
        copies.kernels[copies.partner[list(best)]],
    ):
        lengths = np.sqrt((values**2).sum(axis=(1, 2), keepdims=True))
        tiles = values / np.maximum(lengths, 1e-12)
        gapped = np.pad(tiles, ((0, 0), (0, 1), (0, 1)), constant_values=np.nan)
        rows.append(np.concatenate(list(gapped), axis=1)[:, :-1])
    return np.concatenate(rows)[:-1], side


def kernel_pairs_figure(copies: Copies) -> theme.Figure:
    """Draw the kernels of a layer with the best matches: kernel, resized, match."""
    best = np.argsort(-copies.best, kind="stable")[:PAIRS].tolist()
    values, side = _columns(copies, best)
    names = [f"channel {copies.channels[kernel]}" for kernel in best]
    texts = [
        [f"{names[min(column // (side + 1), len(best) - 1)]}" for column in range(values.shape[1])]
        for _ in range(values.shape[0])
    ]
    middles = [rank * (side + 1) + side // 2 for rank in range(len(best))]
    marks = [f"{copies.best[kernel]:.2f}" for kernel in best]
    across = maps.Axis("correlation of the resized kernel with its match", middles, marks)
    down = maps.Axis(
        "", [row * (side + 1) + side // 2 for row in range(3)], ["kernel", "resized", "match"]
    )
    span = float(np.nanmax(np.abs(values)))
    colors = maps.ColorRange(theme.SIGNED, -span, span, "weight, each kernel scaled to norm 1")
    shown = maps.Heatmap(
        f"{short_layer_name(copies.layer)}: the {len(best)} best matches", values, texts
    )
    alt = f"The {len(best)} kernels of {copies.layer} that best match another kernel, resized."
    return maps.figure(
        [shown], maps.Grid(across, down, colors, per_row=1), "network-kernel-pairs", alt
    )
