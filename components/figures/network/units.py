"""Preferred sizes of units and scaled copies among them, trained and with shuffled weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ....core.experiments.network.units import grating_study
from ....core.experiments.network.units.agreement import Agreements
from ....core.experiments.network.units.grating_study import GratingStudy
from ....core.experiments.network.units.kernel_copies import Copies, resize_kernels
from ....core.experiments.network.units.kernel_standing import KernelShares
from ....core.experiments.network.units.scaled_copies import ScaledCopies
from ....core.experiments.network.units.tuning import Tuning
from ....core.networks.layout import layer_of
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


def _shuffled_line(name: str, values: NDArray[np.float64], color: str) -> dict[str, Any]:
    """The mean over shuffled networks, float64 (networks, layers), and their range."""
    known = np.isfinite(values).all(axis=0)
    mean = np.where(known, values.mean(axis=0), np.nan)
    trace = line(name, mean.tolist(), color)
    above, below = (
        np.where(known, part, 0.0) for part in (values.max(0) - mean, mean - values.min(0))
    )
    bars = {"symmetric": False, "array": above.tolist(), "arrayminus": below.tolist()}
    trace["error_y"] = {**bars, "width": 3, "thickness": 1}
    return trace


def agreement_figure(found: Agreements) -> theme.Figure:
    """Draw how well preferred sizes on one half of the photographs predict the other half."""
    count = len(found.shuffled)
    traces = [
        line(WEIGHTS[0], found.trained.tolist(), TRAINED),
        _shuffled_line(WEIGHTS[1], found.shuffled, SHUFFLED),
    ]
    for trace in traces:
        trace["hovertemplate"] = "rho = %{y:.2f}<extra>%{fullData.name}</extra>"
    return by_layer(
        [short_layer_name(name) for name in found.layers],
        traces,
        ChartText(
            "network-agreement",
            f"bars: range over {count} shuffled networks; no point where units prefer one size",
            "By layer, the rank correlation of preferred sizes between halves of the photographs.",
        ),
        title={"text": "rank correlation between halves"},
    )


def _waves(study: GratingStudy, group: str, layers: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of the depthwise units or of the outputs, trained and shuffled."""
    places = study.group(group)
    dash = "solid" if group == grating_study.DEPTHWISE_UNITS else "dot"
    symbols = ["circle" if study.is_inside[place] else "circle-open" for place in places]
    traces = [
        line(f"{group}, {WEIGHTS[0]}", study.trained[places].tolist(), TRAINED),
        _shuffled_line(f"{group}, {WEIGHTS[1]}", study.shuffled[:, places], SHUFFLED),
    ]
    for trace in traces:
        trace["x"] = [layers.index(layer_of(study.names[place])) for place in places]
        trace["line"] |= {"dash": dash}
        trace["marker"] |= {"symbol": symbols}
        trace["hovertemplate"] = "%{y:.3g} px<extra>%{fullData.name}</extra>"
    return traces


def gratings_figure(study: GratingStudy) -> theme.Figure:
    """Draw the median preferred wavelength of every layer and of its depthwise units."""
    layers = [study.names[place] for place in study.group(grating_study.OUTPUTS)]
    return by_layer(
        [short_layer_name(name) for name in layers],
        [trace for group in study.groups for trace in _waves(study, group, layers)],
        ChartText(
            "network-gratings",
            "median over units (open: receptive field larger than the canvas); bars: range",
            "By layer, the median preferred wavelength of its units.",
        ),
        title={"text": "preferred wavelength, px (log2)"},
        type="log",
        tickvals=[2, 4, 8, 16, 32, 64, 128],
    )


def partners_figure(found: ScaledCopies) -> theme.Figure:
    """Draw the fraction of units that have a scaled copy, with the limit of chance."""
    traces = []
    shades = {1: ("solid", "circle"), 2: ("dot", "square")}
    octaves_of, layers = np.array(found.octaves), list(dict.fromkeys(found.layers))
    for octaves in sorted(set(found.octaves)):
        dash, symbol = shades.get(octaves, ("dash", "diamond"))
        by = "1 octave" if octaves == 1 else f"{octaves} octaves"
        for name, values, color in (
            ("trained", found.copies, TRAINED),
            ("limit of chance", found.limit, SHUFFLED),
        ):
            trace = line(f"{name}, {by}", values[octaves_of == octaves].tolist(), color)
            trace["line"] |= {"dash": dash}
            trace["marker"] |= {"symbol": symbol}
            trace["hovertemplate"] = "%{y:.2%}<extra>%{fullData.name}</extra>"
            traces.append(trace)
    return by_layer(
        [short_layer_name(name) for name in layers],
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


def kernel_shares_figure(kernels: Sequence[KernelShares]) -> theme.Figure:
    """Draw the fraction of kernels that match another, resized or not, beyond chance."""
    traces = []
    for name, field, color in (
        ("match another, resized", "share", TRAINED),
        ("match another, not resized", "repeats", theme.LINES[1]),
    ):
        values = [getattr(layer, field) for layer in kernels]
        trace = line(name, values, color)
        trace["hovertemplate"] = "%{y:.1%}<extra>%{fullData.name}</extra>"
        traces.append(trace)
    chance = line("chance level", [0.05] * len(kernels), CHANCE, mode="lines")
    return by_layer(
        [short_layer_name(layer.layer) for layer in kernels],
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
