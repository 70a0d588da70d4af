"""How far objects may shrink in every layer: over all pictures, and the picture on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.network.recognition import object_name
from ....core.experiments.network.spec import Spec
from ....core.experiments.network.sweep import Result
from ....core.experiments.network.tolerance.table import Tolerances
from ....core.imaging.subjects import SUBJECTS, Picture
from ....core.networks.notation import AUTO
from .. import theme
from .study import SHUFFLED, TRAINED, ChartText, by_layer, line, short_layer_name

ON_SCREEN = theme.LINES[1]
CUT_OFF = "or more, beyond the sizes tried"
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """The tolerance of every layer, float64 (layers,), infinite where the sizes tried end first."""

    name: str
    octaves: Numbers


def curve_on_screen(
    spec: Spec, table: Tolerances, picture: Picture | None, sweep: Result | None
) -> Curve | None:
    """The picture on screen, from its own sweep where there is one; None where not measured.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1].
    """
    if sweep is not None and sweep.complete and sweep.layers:
        known = [layer.tolerance_octaves for layer in sweep.layers.values()]
        octaves = np.array([np.inf if value is None else value for value in known])
        return Curve(object_name(sweep), octaves)
    if picture is not None or spec.box != AUTO or spec.image not in table.protocol.objects:
        return None
    return Curve(
        SUBJECTS[spec.image].title, table.trained[table.protocol.objects.index(spec.image)]
    )


def _line(curve: Curve, range_octaves: float, color: str, **options: Any) -> dict[str, Any]:
    """A line with open markers where the sizes that were tried end before the tolerance does."""
    is_cut_off = np.isinf(curve.octaves)
    values = np.where(is_cut_off, range_octaves, curve.octaves)
    trace = line(curve.name, values.tolist(), color, **options)
    trace["marker"] |= {"symbol": ["circle-open" if cut else "circle" for cut in is_cut_off]}
    trace["customdata"] = [CUT_OFF if cut else "" for cut in is_cut_off]
    trace["hovertemplate"] = "%{y:.2f} octaves %{customdata}<extra>%{fullData.name}</extra>"
    return trace


def _summary(octaves: Numbers) -> Numbers:
    """Lowest, median and highest of (n,) where defined, (3,); NaN where nothing is."""
    known = octaves[~np.isnan(octaves)]
    if not len(known):
        return np.full(3, np.nan)
    return np.array([known.min(), np.median(known), known.max()])


def _group(name: str, octaves: Numbers, range_octaves: float, color: str) -> list[dict[str, Any]]:
    """The median of float64 (n, layers) as a line, with a band from the lowest to the highest."""
    lowest, median, highest = np.stack([_summary(column) for column in octaves.T], axis=1)
    across = list(range(octaves.shape[1]))
    names = (f"{name}, lowest", f"{name}, highest")
    low, high = (
        [None if np.isnan(end) else float(min(end, range_octaves)) for end in ends]
        for ends in (lowest, highest)
    )
    band = theme.band(names, across, low, high, theme.translucent(color), legendgroup=name)
    return [*band, _line(Curve(name, median), range_octaves, color, legendgroup=name)]


def tolerance_figure(table: Tolerances, on_screen: Curve | None) -> theme.Figure:
    """Draw how far objects may shrink until each layer's corrected similarity halves.

    Medians and ranges over all pictures, with trained weights and over all shuffled copies; the
    picture on screen is a thin line among them.
    """
    octaves, pictures = table.protocol.range_octaves, len(table.trained)
    traces = _group(f"trained, median of {pictures} pictures", table.trained, octaves, TRAINED)
    if table.copies:
        shuffled = table.shuffled.reshape(-1, len(table.layers))
        name = f"shuffled weights, {table.copies} {'copy' if table.copies == 1 else 'copies'}"
        traces = [*_group(name, shuffled, octaves, SHUFFLED), *traces]
    if on_screen is not None:
        style = {"line": {"color": ON_SCREEN, "width": 1.5, "dash": "dot"}}
        traces.append(_line(on_screen, octaves, ON_SCREEN, **style))
    return by_layer(
        [short_layer_name(name) for name in table.layers],
        traces,
        ChartText(
            "network-tolerance",
            "shrinking until the corrected similarity is one half; bands: all pictures (open: "
            "beyond the sizes tried)",
            "By layer, the octaves that an object may shrink until its similarity halves: the "
            "median and the range over all pictures, trained and shuffled.",
        ),
        title={"text": "tolerance, octaves"},
        rangemode="tozero",
    )
