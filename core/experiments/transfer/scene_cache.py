"""A cache of the scenes of measurements, drawn at the finest ground sample distance wanted."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.scenes import NOISE, SOURCE, add_noise, downsample
from ...aerial.landscape.terrain import CLASSES, make_terrain, render
from ...aerial.tiles.tiles import Tiles

MAX_SETS = 2  # sets of scenes; one of 360 tiles of 192 px takes 80 MB

Key = tuple[int, int, float, float]  # scenes per class, seed, finest GSD in m, side of a scene in m

_LOCK = threading.Lock()
_DRAWN: OrderedDict[Key, NDArray[np.float16]] = OrderedDict()


def draw(key: Key) -> Iterator[float]:
    """Draw the scenes of every class unless cached; yields the fraction done after each scene.

    The same pictures as :func:`core.aerial.landscape.scenes.draw_scenes` without noise.
    """
    if key in _DRAWN:
        return
    count, seed, finest_m, side_m = key
    images = []
    total = count * len(CLASSES)
    for index in range(total):
        landscape = make_terrain(CLASSES[index // count], seed, index % count, side_m)
        images.append(render(landscape, finest_m).astype(np.float16))
        yield (index + 1) / total
    with _LOCK:
        _DRAWN[key] = np.stack(images)
        while len(_DRAWN) > MAX_SETS:
            _DRAWN.popitem(last=False)


def scenes_at(key: Key, gsd_m: float) -> NDArray[np.float32]:
    """Scenes at ``gsd_m`` with sensor noise: float32 (n, 3, side, side) in [0, 1]."""
    with _LOCK:
        images = _DRAWN.get(key)
    if images is None:  # evicted since by another session's scenes
        deque(draw(key), maxlen=0)
        return scenes_at(key, gsd_m)
    count, seed, finest_m, _ = key
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count)
    clean = Tiles(images.astype(np.float32), labels, CLASSES, finest_m, labels, SOURCE)
    return add_noise(downsample(clean, gsd_m), NOISE, seed).images
