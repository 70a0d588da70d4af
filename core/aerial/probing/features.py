"""What a network makes of tiles: the mean activation of every unit of every layer.

Tiles are enlarged or reduced before the network sees them. A *factor* of 2 makes a tile of 32 px
one of 64 px, so that a pixel of the network's input spans half as many metres of ground.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ...errors import UserError
from ...networks import NETWORKS, LoadedNetwork, load
from ...networks.untrained import load_untrained

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Features = dict[str, Halves]

WEIGHTS = ("trained", "shuffled", "untrained")
LEAST_SIDE_PX, MOST_SIDE_PX = 8, 256  # of a tile that is enlarged or reduced
TOGETHER = 32  # tiles that are resized at once, which bounds the memory
MOST_HALF = 6e4  # below what 16 bits can hold
KEPT_BYTES = 192 * 2**20


def kin(slug: str, device: str = "cpu") -> dict[str, LoadedNetwork]:
    """A network of the table by :data:`WEIGHTS`: trained, shuffled and untrained.

    Raises :class:`core.networks.NetworkMissing` where its weights or the device are not here.
    """
    assert slug in NETWORKS
    trained, shuffled = load(slug, False, device), load(slug, True, device)
    return dict(zip(WEIGHTS, (trained, shuffled, load_untrained(slug, device)), strict=True))


def side_px(side: int, factor: float) -> int:
    """The side in px of a resized tile."""
    return max(1, round(side * factor))


def fitting(side: int, factors: Iterable[float]) -> tuple[float, ...]:
    """The factors, ascending, that give tiles from 8 to 256 px; 1 is always among them."""
    good = {one for one in factors if LEAST_SIDE_PX <= side_px(side, one) <= MOST_SIDE_PX}
    return tuple(sorted(good | {1.0}))


def resized(images: Tensor, factor: float) -> Tensor:
    """Images float32 (n, 3, side, side) in [0, 1] enlarged or reduced, likewise.

    Bicubic, and anti-aliased where they are reduced; the side is rounded to whole pixels.
    """
    side = side_px(images.shape[-1], factor)
    if side == images.shape[-1]:
        return images
    made = functional.interpolate(images, (side, side), mode="bicubic", antialias=True)
    return made.clamp(0, 1)


def features(loaded: LoadedNetwork, images: Floats, factor: float = 1.0) -> Features:
    """The mean over all cells of every unit, by layer: float16 (n, channels).

    ``images`` is float32 (n, 3, side, side) in [0, 1]. Half precision, 3 digits, is far more than
    a probe needs. Raises ValueError where the network cannot take tiles so small.
    """
    parts: dict[str, list[Halves]] = {layer.name: [] for layer in loaded.network.layers}
    for start in range(0, len(images), TOGETHER):
        some = torch.from_numpy(images[start : start + TOGETHER])
        for name, rows in _pooled(loaded, resized(some.to(loaded.device), factor)).items():
            parts[name].append(np.clip(rows, -MOST_HALF, MOST_HALF).astype(np.float16))
    return {name: np.concatenate(rows) for name, rows in parts.items()}


def _pooled(loaded: LoadedNetwork, images: Tensor) -> dict[str, Floats]:
    try:
        return loaded.pooled(images).mean
    except RuntimeError as error:  # of torch: a map smaller than the next layer's kernel
        side = images.shape[-1]
        raise FeaturesError(
            f"{loaded.network.title} cannot take tiles of {side} x {side} pixels."
        ) from error


class FeaturesError(UserError):
    """Tiles that a network cannot take, in one sentence."""


class Store:
    """Features that were computed once, the last ones used, up to a number of bytes."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Features] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Features]) -> Features:
        """What is kept under the key, or else what ``make`` gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += _size(made)
            while self._bytes > self._most:
                self._bytes -= _size(self._kept.popitem(last=False)[1])
        return made


def _size(made: Features) -> int:
    return sum(rows.nbytes for rows in made.values())


SCENES = Store()  # of what is drawn, for everybody; a person's own tiles get a store of their own
