"""Layer features of tiles: the spatial mean of each channel, float16 (n, channels) per layer.

Tiles are resized before they enter the network. A *factor* of 2 turns a tile of 32 px into one of
64 px, so that a pixel of the network's input spans half as many meters.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ...errors import UserError
from ...networks import NETWORKS, LoadedNetwork, load, load_shuffled
from ...networks.untrained import load_untrained

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Features = dict[str, Halves]
Arrays = dict[str, NDArray[Any]]

WEIGHTS = ("trained", "shuffled", "untrained")
MIN_SIDE_PX, MAX_SIDE_PX = 8, 256  # of a resized tile
BATCH_SIZE = 32  # tiles resized at once, which bounds the memory
MAX_HALF = 6e4  # float16 holds up to 65504
CACHE_BYTES = 192 * 2**20


def with_controls(slug: str, device: str = "cpu", seed: int = 0) -> dict[str, LoadedNetwork]:
    """Load a network of the table with its controls of a seed, by :data:`WEIGHTS`.

    Raises :class:`core.networks.NetworkMissing` if its weights or the device are not available.
    """
    assert slug in NETWORKS
    trained = load(slug, device=device)
    shuffled = load_shuffled(slug, seed, device) if seed else load(slug, True, device)
    untrained = load_untrained(slug, device, seed)
    return dict(zip(WEIGHTS, (trained, shuffled, untrained), strict=True))


def side_px(side: int, factor: float) -> int:
    """Side of a resized tile, in px."""
    return max(1, round(side * factor))


def valid_factors(side: int, factors: Iterable[float]) -> tuple[float, ...]:
    """Keep the factors that give tiles of 8 to 256 px, ascending; 1 is always among them."""
    valid = {factor for factor in factors if MIN_SIDE_PX <= side_px(side, factor) <= MAX_SIDE_PX}
    return tuple(sorted(valid | {1.0}))


def resize(images: Tensor, factor: float) -> Tensor:
    """Resize images float32 (n, 3, side, side) in [0, 1] by ``factor``.

    Bicubic, anti-aliased when reducing; the new side is rounded to whole pixels. Values are clipped
    to [0, 1].
    """
    side = side_px(images.shape[-1], factor)
    if side == images.shape[-1]:
        return images
    resized = functional.interpolate(images, (side, side), mode="bicubic", antialias=True)
    return resized.clamp(0, 1)


def features(loaded: LoadedNetwork, images: Floats, factor: float = 1.0) -> Features:
    """Average each channel over all positions, by layer: float16 (n, channels).

    ``images``: float32 (n, 3, side, side) in [0, 1], resized by ``factor`` first. Half precision (3
    digits) is enough for a probe. Raises FeaturesError if the tiles are too small for the network.
    """
    parts: dict[str, list[Halves]] = {layer.name: [] for layer in loaded.network.layers}
    for start in range(0, len(images), BATCH_SIZE):
        batch = torch.from_numpy(images[start : start + BATCH_SIZE])
        for name, rows in _pooled(loaded, resize(batch.to(loaded.device), factor)).items():
            parts[name].append(np.clip(rows, -MAX_HALF, MAX_HALF).astype(np.float16))
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
    """Tiles or settings that a network does not support."""


class FeatureCache:
    """Least recently used features, and what was computed from them, up to a number of bytes.

    Safe to share between threads.
    """

    def __init__(self, max_bytes: int = CACHE_BYTES) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._lock = threading.Lock()
        self._arrays: OrderedDict[Hashable, Arrays] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a key, computed if they are not cached.

        Any shapes; features are (tiles, channels).
        """
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        computed = compute()
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = computed
                self._bytes += _size(computed)
            while self._bytes > self._max_bytes:
                self._bytes -= _size(self._arrays.popitem(last=False)[1])
        return computed


def _size(computed: Arrays) -> int:
    return sum(rows.nbytes for rows in computed.values())


# Shared by all sessions. The user's tiles never enter it: they get a cache of their own.
SCENE_FEATURES = FeatureCache()
