"""Preferred wavelengths by depth: trained, and with several shuffled copies of the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....evidence.phrases import interval_phrase
from ....evidence.verdict import NO, YES, Basis, Estimate, Line, Verdict, judge, no_verdict
from ....networks import NETWORKS
from ....networks.layout import layer_of
from ..tolerance.measure import COPIES
from .gratings import WAVELENGTHS_PX, Gratings, middle_of
from .study import TRAINED, Seed, load

Values = NDArray[np.float64]

QUESTION = "deeper-units-prefer-longer-waves"
RISE = Line("the difference from which on training counts", 0.5, "octaves")
DEPTHWISE_UNITS, OUTPUTS = "depthwise units", "outputs of the layers"
MIN_PLACES = 5  # with fewer, there is no trend over depth once one is left out


@dataclass(frozen=True, eq=False)
class Step:
    """A part of the work; ``medians``: None until all wavelengths of a copy have been shown."""

    seed: Seed
    medians: dict[str, float | None] | None = None


@dataclass(frozen=True, eq=False)
class GratingStudy:
    """Median preferred wavelengths in px; nan where too few units prefer one.

    ``names``: layers and, before each block, its depthwise units, in the order of the network.
    ``trained`` float64 (names,); ``shuffled`` (networks, names).
    """

    network: str
    names: tuple[str, ...]
    trained: Values
    shuffled: Values

    @property
    def is_complete(self) -> bool:
        """Whether there is something to compare with all controls."""
        return len(self.shuffled) == COPIES

    def group(self, name: str) -> list[int]:
        """Where :data:`DEPTHWISE_UNITS` or :data:`OUTPUTS` stand among the names."""
        depthwise = name == DEPTHWISE_UNITS
        return [at for at, one in enumerate(self.names) if (layer_of(one) != one) == depthwise]

    @property
    def groups(self) -> list[str]:
        """The groups that the network has."""
        return [name for name in (DEPTHWISE_UNITS, OUTPUTS) if self.group(name)]

    @property
    def is_inside(self) -> NDArray[np.bool_]:
        """Whether only cells out of the border's reach were measured, (names,)."""
        network = NETWORKS[self.network]
        return np.array(
            [
                middle_of(network, layer_of(name), network.input_px, 1).is_inside
                for name in self.names
            ]
        )


def steps(slug: str) -> Iterator[Step]:
    """Show all gratings to every copy of a network."""
    from . import gratings

    for seed in (TRAINED, *range(COPIES)):
        loaded, shown = load(slug, seed), []
        for one in gratings.steps(loaded):
            shown.append(one)
            yield Step(seed)
        found: Gratings = gratings.collect(loaded, shown)
        yield Step(seed, found.medians_px())


def count_steps() -> int:
    """How many steps there are."""
    return (1 + COPIES) * (1 + len(WAVELENGTHS_PX))


def collect(slug: str, done: Sequence[Step]) -> GratingStudy | None:
    """Put the copies together that have been shown everything; None before the first."""
    medians = [step.medians for step in done if step.medians is not None]
    if not medians:
        return None
    names = tuple(medians[0])
    rows = np.array([[one[name] for name in names] for one in medians], dtype=np.float64)
    return GratingStudy(slug, names, rows[0], rows[1:])


def to_json(study: GratingStudy) -> dict[str, Any]:
    """Encode all numbers of a study."""

    def encode(row: Values) -> list[float | None]:
        return [None if np.isnan(value) else round(value, 3) for value in row.tolist()]

    return {
        "names": list(study.names),
        "trained": encode(study.trained),
        "shuffled": [encode(row) for row in study.shuffled],
    }


def from_json(slug: str, values: Mapping[str, Any]) -> GratingStudy:
    """Decode what :func:`to_json` wrote."""
    trained, shuffled = (
        np.array(values[name], dtype=np.float64) for name in ("trained", "shuffled")
    )
    return GratingStudy(slug, tuple(values["names"]), trained, shuffled)


def _rise(medians: Values) -> float:
    """Octaves by which the deeper half exceeds the shallower; the middle one belongs to it."""
    half = len(medians) // 2
    return float(np.log2(np.median(medians[half:]) / np.median(medians[:half])))


def longer_waves(study: GratingStudy, group: str) -> Verdict:
    """Answer whether training lets deeper units prefer longer waves, relative to shallow ones.

    The interval: over the shuffled networks, with any one place left out.
    """
    places = study.group(group)
    rows = np.concatenate((study.trained[None], study.shuffled))[:, places]
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    if rows.shape[1] < MIN_PLACES or len(rows) < 2:
        reason = "Too few layers have units that prefer a wavelength."
        return no_verdict(QUESTION, RISE, Basis(), reason, group)

    def gains(medians: Values) -> list[float]:
        return [_rise(medians[0]) - _rise(shuffled) for shuffled in medians[1:]]

    every = [gain for out in range(rows.shape[1]) for gain in gains(np.delete(rows, out, axis=1))]
    value = float(np.median(gains(rows)))
    estimate = Estimate(value, min(value, *every), max(value, *every))
    basis = Basis(sizes=len(WAVELENGTHS_PX), networks=1, seeds=len(study.shuffled))
    return judge(QUESTION, estimate, RISE, basis, group)


def describe_middle(study: GratingStudy) -> str:
    """Say in which layers receptive fields are larger than the canvas."""
    places = study.group(OUTPUTS)
    reached = [study.names[at] for at in places if not study.is_inside[at]]
    if not reached:
        return "In all layers, receptive fields lie within the canvas, out of the border's reach."
    return (
        f"From {reached[0]} on ({len(reached)} of {len(places)} layers), receptive fields are "
        "larger than the canvas, so the middle third counts, which the border still reaches."
    )


def describe(study: GratingStudy, group: str) -> str:
    """Say how the preferred wavelength changes with depth, and what training has to do with it."""
    places = study.group(group)
    known = [at for at in places if np.isfinite(study.trained[at])]
    if not known:
        return f"There are no {group} here that prefer a wavelength."
    first, last = (formatting.pixels(study.trained[at]) for at in (known[0], known[-1]))
    start = f"Median preferred wavelength of the {group}: {first} in the first, {last} in the last."
    return f"{start} {describe_rise(longer_waves(study, group))}"


def describe_rise(verdict: Verdict) -> str:
    """Say what a verdict of :func:`longer_waves` answers."""
    if verdict.estimate is None:
        return verdict.reason
    much = interval_phrase(verdict.estimate, RISE.unit)
    compared = (
        f"From the shallower to the deeper half it rises by {much} more with trained than with "
        f"shuffled weights ({verdict.rests_on.seeds} shuffled networks, any one layer left out)"
    )
    answer = {YES: "more", NO: "no more"}.get(verdict.verdict, "undecided")
    line = formatting.significant_digits(RISE.value)
    return f"{compared}: {answer}, by the line of {line} octaves."
