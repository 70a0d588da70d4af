"""Are some kernels of a layer scaled copies of others? The depthwise kernels themselves.

Each kernel is resized about its middle by a few factors, as far as it fits its own window, and
compared with every other kernel of the layer by normalized correlation. Hundreds of small smooth
kernels always hold good matches by chance, so the best match of each is compared with those among
kernels that were turned and mirrored one by one, which keeps what each looks like and breaks what
they have to do with each other, and among kernels with shuffled entries. Matches of one layer are
not independent, so how many there are by chance is counted for each turned copy of the layer, and
the limit of chance holds for all layers at once.

Two traps. Behind a stride of 2 with one-sided padding all kernels stand half a cell off their
window's middle, and turning them moves them: such a layer is cut to the square about its own
middle. And kernels that repeat each other at one size look like copies: so what matches without
resizing is counted as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....errors import UserError
from .kernel_standing import CHANCE, MIN_KERNELS, REPEATS, KernelShares

Kernels = NDArray[np.float64]
Line = NDArray[np.float64]

FACTORS = (3 / 5, 2 / 3, 3 / 2, 5 / 3)  # 3/5: into the middle 3 x 3; 5/3: the middle 3 x 3 alone
SIDE = 5  # cells of a kernel that can be shrunk and still has a shape
DRAWS = 20  # controls of each kind
EMPTY = 1e-4  # a kernel shorter than this share of its layer's longest is a dead channel


@dataclass(frozen=True)
class Chance:
    """A control: percentiles of its kernels' best matches, and the real kernels' share above."""

    at_95: float
    at_99: float
    above_95: float
    above_99: float


@dataclass(frozen=True, eq=False)
class Copies:
    """The best matches of one layer's kernels.

    ``kernels`` float64 (n, side, side): all but those of dead channels, cut to the square about the
    layer's middle; ``channels`` (n,): their channels. ``best`` (n,): the largest correlation of the
    kernel, once resized, with another that is more like it resized than as it is; -1 where there is
    none. ``partner`` (n,): that other, an index into ``kernels``; ``factor`` (n,): the resizing.
    ``rotated`` and ``shuffled``: the two controls; ``repeats``: the best matches without resizing,
    against those among turned kernels. ``control``: as in :class:`KernelShares`.
    """

    layer: str
    kernels: Kernels
    channels: NDArray[np.intp]
    best: Line
    partner: NDArray[np.intp]
    factor: Line
    rotated: Chance
    shuffled: Chance
    repeats: Chance
    control: Line

    @property
    def shares(self) -> KernelShares:
        """How many kernels match another, with the control."""
        count = len(self.kernels)
        above, repeated = self.rotated.above_95, self.repeats.above_95
        return KernelShares(self.layer, count, above, repeated, self.control)


def center_kernels(kernels: Kernels) -> Kernels:
    """The largest square about the layer's own middle, to half a cell: (n, side, side).

    The middle is that of the kernels' squared entries, added up over the layer.
    """
    side = kernels.shape[1]
    energy = (kernels * kernels).sum(axis=0)
    middles = [energy.sum(axis=axis) @ np.arange(side) / energy.sum() for axis in (1, 0)]
    starts = [round(2 * middle - (side - 1)) for middle in middles]  # 0 for a centered layer
    cut = max(abs(start) for start in starts)
    rows, columns = (slice(max(0, start), max(0, start) + side - cut) for start in starts)
    return kernels[:, rows, columns]


def _interpolation(side: int, factor: float) -> Kernels:
    """(side, side): linear interpolation about the middle, zero outside.

    Where it shrinks, the triangle is widened to the new spacing, which is what anti-aliasing with
    a linear filter is.
    """
    offsets = np.arange(side) - (side - 1) / 2  # of cells from the middle
    width = max(1.0, 1 / factor)
    away = np.abs(offsets[:, None] / factor - offsets[None, :]) / width
    return np.asarray(np.maximum(0, 1 - away) / width)


def resize_kernels(kernels: Kernels, factor: float) -> Kernels:
    """Enlarge kernels, float64 (n, side, side), by ``factor`` on a window of the same side."""
    weights = _interpolation(kernels.shape[1], factor)
    return np.asarray(weights @ kernels @ weights.T)


def _unit(kernels: Kernels) -> Kernels:
    """Flat, (n, cells), each of length 1; an empty one stays zero."""
    flat = kernels.reshape(len(kernels), -1)
    length = np.sqrt((flat * flat).sum(axis=1, keepdims=True))
    return np.asarray(flat / np.maximum(length, 1e-12))


def best_matches(kernels: Kernels, others: Kernels) -> tuple[Line, NDArray[np.intp], Line]:
    """For each of ``kernels``: correlation with its best of ``others``, which one, which factor.

    Both are (n, side, side), and number i of one is never matched with number i of the other. Only
    those count that are more like the resized kernel than like the kernel itself.
    """
    targets = _unit(others)
    plain = _unit(kernels) @ targets.T
    best, partner = np.full(len(kernels), -1.0), np.zeros(len(kernels), dtype=np.intp)
    factor = np.ones(len(kernels))
    for resized_by in FACTORS:
        alike = _unit(resize_kernels(kernels, resized_by)) @ targets.T
        alike[alike <= plain] = -1
        np.fill_diagonal(alike, -1)
        highest = alike.max(axis=1)
        better = highest > best
        partner[better] = alike.argmax(axis=1)[better]
        best[better], factor[better] = highest[better], resized_by
    return best, partner, factor


def repeats(kernels: Kernels, others: Kernels) -> Line:
    """For each of ``kernels``: correlation with its best of ``others``, number i left out.

    Both are float64 (n, side, side); returns float64 (n,).
    """
    alike = _unit(kernels) @ _unit(others).T
    np.fill_diagonal(alike, -1)
    return np.asarray(alike.max(axis=1))


def rotate_kernels(kernels: Kernels, random: np.random.Generator) -> Kernels:
    """Rotate each kernel by quarter turns, mirror it, or both; none stays as it is.

    Kernels are float64 (n, side, side).
    """
    ways = random.integers(1, 8, len(kernels))  # 0 would be the kernel as it is
    rotated = kernels.copy()
    for way in range(1, 8):
        some = np.rot90(kernels[ways == way], way % 4, axes=(1, 2))
        rotated[ways == way] = some[:, :, ::-1] if way >= 4 else some
    return rotated


def shuffle_entries(kernels: Kernels, random: np.random.Generator) -> Kernels:
    """Shuffle the entries within each kernel, float64 (n, side, side)."""
    flat = kernels.reshape(len(kernels), -1)
    return random.permuted(flat, axis=1).reshape(kernels.shape)


def _chance(best: Line, controls: list[Line]) -> Chance:
    at_95, at_99 = np.percentile(np.concatenate(controls), (95, 99)).tolist()
    return Chance(at_95, at_99, float((best > at_95).mean()), float((best > at_99).mean()))


def copies(layer: str, kernels: NDArray[np.float32], seed: int = 0) -> Copies:
    """Match the kernels of one layer with one another, and with the controls.

    ``kernels``: float32 (channels, side, side), as :attr:`core.networks.LoadedNetwork.kernels`
    gives them. Raises ValueError for kernels of fewer than :data:`SIDE` cells a side, and UserError
    where fewer than two are not empty.
    """
    if kernels.ndim != 3 or kernels.shape[1] != kernels.shape[2] or kernels.shape[1] < SIDE:
        raise ValueError(
            f"kernels of shape {kernels.shape} are not allowed; give (channels, {SIDE}, {SIDE})"
        )
    length = np.sqrt((kernels.astype(np.float64) ** 2).sum(axis=(1, 2)))
    channels = np.flatnonzero(length > EMPTY * length.max())
    if len(channels) < 2:
        raise UserError("fewer than two of these kernels are not empty; give at least two")
    alive = center_kernels(kernels[channels] / length[channels, None, None])
    best, partner, factor = best_matches(alive, alive)
    return Copies(layer, alive, channels, best, partner, factor, *_chances(alive, best, seed))


def _chances(alive: Kernels, best: Line, seed: int) -> tuple[Chance, Chance, Chance, Line]:
    random = np.random.default_rng(seed)
    turned = [rotate_kernels(alive, random) for _ in range(DRAWS)]
    shuffled = [shuffle_entries(alive, random) for _ in range(DRAWS)]
    resized = [best_matches(alive, others)[0] for others in turned]
    as_they_are = [repeats(alive, others) for others in turned]
    rotated = _chance(best, resized)
    repeated = _chance(repeats(alive, alive), as_they_are)
    control = [
        [float((values > chance.at_95).mean()) for values in draws]
        for draws, chance in ((resized, rotated), (as_they_are, repeated))
    ]
    by_entry = _chance(best, [best_matches(one, one)[0] for one in shuffled])
    return rotated, by_entry, repeated, np.array(control).T


def find_all_copies(
    kernels: Mapping[str, NDArray[np.float32]], seed: int = 0
) -> tuple[Copies, ...]:
    """Apply :func:`copies` to every layer whose kernels are large enough, in order.

    ``kernels``: float32 (channels, side, side) by layer name.
    """
    return tuple(
        copies(layer, values, seed) for layer, values in kernels.items() if values.shape[-1] >= SIDE
    )


def describe(matches: Copies, standing: str) -> str:
    """Say whether the kernels of one layer hold scaled copies (H1).

    ``standing``: the layer's, of :func:`standings` of all layers.
    """
    count = len(matches.kernels)
    if count < MIN_KERNELS:
        return f"{matches.layer} has {count} kernels, too few to tell copies from chance."
    above_95, above_99 = (
        formatting.percent(fraction)
        for fraction in (matches.rotated.above_95, matches.rotated.above_99)
    )
    return (
        f"At {matches.layer}, {above_95} of {count} kernels match another kernel, resized, better "
        f"than 95 % of rotated or mirrored kernels do (chance level: 5 %). {above_99} match better "
        f"than 99 % of them (chance level: 1 %). {_conclusion(matches, standing)} Compared with "
        f"shuffled entries, it is {formatting.percent(matches.shuffled.above_95)} (chance level: "
        "5 %)."
    )


def _conclusion(matches: Copies, standing: str) -> str:
    repeated = formatting.percent(matches.repeats.above_95)
    if standing == CHANCE:
        return f"That is no more than chance gives in {DRAWS} rotated copies of the layers."
    if standing == REPEATS:
        return (
            f"But about as many ({repeated}) match another kernel without resizing, so these "
            "kernels repeat one another at the same size."
        )
    return (
        f"That is more than chance gives in {DRAWS} rotated copies of the layers; {repeated} match "
        "another kernel without resizing."
    )
