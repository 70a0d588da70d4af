"""The scenes of a measurement, drawn once as finely as they are wanted and kept for the next."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.ground import CLASSES, ground, render
from ...aerial.landscape.scenes import NOISE, SOURCE, coarser, noisy
from ...aerial.tiles.tiles import Tiles

KEPT = 2  # sets of scenes; one of 360 tiles of 192 px takes 80 MB

Key = tuple[int, int, float, float]  # scenes of a class, seed, gsd_m, side of a scene in metres

_LOCK = threading.Lock()
_DRAWN: OrderedDict[Key, NDArray[np.float16]] = OrderedDict()


def drawing(key: Key) -> Iterator[float]:
    """Draw the scenes of every class, one by one; the share that is done after each.

    The same pictures as :func:`core.aerial.landscape.scenes.draw` without noise. Nothing is left to be done
    where they are kept from the last time.
    """
    if key in _DRAWN:
        return
    count, seed, gsd_m, side_m = key
    images = []
    whole = count * len(CLASSES)
    for index in range(whole):
        place = ground(CLASSES[index // count], seed, index % count, side_m)
        images.append(render(place, gsd_m).astype(np.float16))
        yield (index + 1) / whole
    with _LOCK:
        _DRAWN[key] = np.stack(images)
        while len(_DRAWN) > KEPT:
            _DRAWN.popitem(last=False)


def seen(key: Key, at_m: float) -> NDArray[np.float32]:
    """The scenes at ``at_m`` per pixel, with a sensor's noise: float32 (n, 3, side, side)."""
    with _LOCK:
        images = _DRAWN.get(key)
    if images is None:  # forgotten since, for those of somebody else
        deque(drawing(key), maxlen=0)
        return seen(key, at_m)
    count, seed, gsd_m, _ = key
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count)
    clean = Tiles(images.astype(np.float32), labels, CLASSES, gsd_m, labels, SOURCE)
    return noisy(coarser(clean, at_m), NOISE, seed).images
