"""A network with its weights: logits, maps and pooled activations of pictures."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..errors import UserError
from .compiled import Compiled
from .dirty_region import BackgroundCache, Box, IncrementalPass, center_box
from .gate import FORWARD_SLOTS
from .pooled_features import LOGITS, StagedNetwork, pooled_features
from .table import CLASSES, Network

Floats = NDArray[np.float32]

# Pixels of pictures in one pass. On a CPU two pictures of 224 px are as quick as four, and their
# maps are small enough for every thread to keep the memory they need; one at a time is slower
# (tests/benchmarks/network_sweep.py).
TOGETHER_PX = {"cpu": 2 * 224 * 224, "cuda": 256 * 224 * 224}
TOGETHER_ON_GROUND = 2  # times as many, where only what differs from the ground goes through


@dataclass(frozen=True)
class Pooled:
    """Activations without positions, float32.

    ``probabilities`` (n, classes), None for a network without classes; ``mean``: per place (n,
    channels), over all cells of a map.
    """

    probabilities: Floats | None
    mean: dict[str, Floats]


@dataclass(frozen=True)
class LoadedNetwork:
    """A network that is ready to look at pictures; may be used from any thread.

    Images are float (n, 3, rows, columns) in [0, 1], of any size, on any device. Tensors that are
    given back lie on ``device``. Pictures go through a few at a time, so memory is bounded by what
    is kept. The same question has the same answer to the last bit; a picture that is asked for with
    others has the same answer up to rounding. ``shuffled``: whether its weights are shuffled.
    ``kernels``: by the place of each block its depthwise kernels as they are stored, (channels,
    rows, columns). ``dtype``: the numbers that pictures, weights and maps are made of, float32 or
    float16. ``compiled``: takes the place of the module where only sums are wanted. ``background_cache``:
    looks only at what an object changes of its ground, (3, rows, columns), where one is given.
    """

    network: Network
    shuffled: bool
    device: str
    module: StagedNetwork = field(repr=False)
    kernels: dict[str, Floats] = field(default_factory=dict, repr=False)
    dtype: torch.dtype = torch.float32
    compiled: Compiled | None = field(default=None, repr=False)
    background_cache: BackgroundCache | None = field(default=None, repr=False)

    def logits(self, images: Tensor) -> Tensor:
        """(n, classes); raises UserError for a network without classes."""
        answer, _ = self.record(images, ())
        if answer is None:
            raise UserError(f"{self.network.title} has no classes; ask for its places.")
        return answer

    def record(
        self, images: Tensor, layers: Sequence[str], background: Tensor | None = None
    ) -> tuple[Tensor | None, dict[str, Tensor]]:
        """The logits, None without classes, and the maps (n, channels, rows, columns) per place.

        ``background``: what the pictures show around an object. Raises ValueError for a place that the
        network does not have.
        """
        wanted = [self.network.layer(name).name for name in layers]
        kept: dict[str, list[Tensor]] = {name: [] for name in [*wanted, LOGITS]}
        with torch.inference_mode(), closing(self._answers(images, kept, background)) as answers:
            for name, maps in answers:
                if name in kept:
                    kept[name].append(maps)
            joined = {name: joint(parts) for name, parts in kept.items() if parts}
        return joined.pop(LOGITS, None), joined

    def features(
        self, images: Tensor, background: Tensor | None = None, box: Box | None = None
    ) -> Tensor:
        """Means and probabilities in one pass, float32 (n, width); :attr:`columns` names them.

        ``background``: what the pictures show around an object; ``box``: where the object is, if that
        is known. Does not wait for a GPU.
        """
        with torch.inference_mode():
            if self.compiled is not None and self.compiled.takes(images):
                with FORWARD_SLOTS.slot():
                    chunk = images.to(self.device, self.dtype)
                    return self.compiled(chunk, self._pass(chunk, background, box))
            parts = []
            for chunk in self._chunks(images, background):
                with FORWARD_SLOTS.slot():
                    incremental = self._pass(chunk, background, box)
                    parts.append(
                        pooled_features(self.module, chunk)
                        if incremental is None
                        else incremental.features(chunk)
                    )
            return joint(parts)

    def blank(self, background: Tensor) -> Tensor:
        """The sums of a ground, (3, rows, columns), by itself: (width,); its probabilities are 0.

        What is taken off with it are activations alone.
        """
        known = (
            self.background_cache.cached(background) if self.background_cache is not None else None
        )
        if known is not None:
            row = torch.cat([one.means for one in known.layers[1:]])
            return functional.pad(row, [0, CLASSES if self.network.classes else 0])
        row = self.features(background[None])[0].clone()
        row[self.columns.get(LOGITS, slice(0))] = 0
        return row

    def lane(self, box: Box, side_px: int) -> Box | None:
        """Which pictures of a square side may go through together, by where their object is.

        On a GPU those that can take the same short way; None for the way of whole pictures.
        """
        return (
            None
            if self.background_cache is None or self.device == "cpu"
            else center_box(box, side_px)
        )

    def batch(self, side_px: int) -> int:
        """How many squares of this side go through at once."""
        if self.compiled is not None and self.compiled.side_px == side_px:
            return self.compiled.batches[0]
        return max(1, TOGETHER_PX[self.device] // side_px**2)

    @property
    def columns(self) -> dict[str, slice]:
        """Where in :meth:`features` each place stands, and the probabilities under :data:`LOGITS`."""
        widths = {layer.name: layer.channels for layer in self.network.layers}
        if self.network.classes:
            widths[LOGITS] = CLASSES
        ends = list(accumulate(widths.values()))
        return {
            name: slice(end - width, end)
            for (name, width), end in zip(widths.items(), ends, strict=True)
        }

    def pooled(self, images: Tensor) -> Pooled:
        """Class probabilities, and the mean of every unit at every place, in one pass."""
        rows: Floats = self.features(images).cpu().numpy()
        found = {name: rows[:, part] for name, part in self.columns.items()}
        return Pooled(found.pop(LOGITS, None), found)

    def _answers(
        self, images: Tensor, names: Container[str], background: Tensor | None
    ) -> Generator[tuple[str, Tensor], None, None]:
        for chunk in self._chunks(images, background):
            with FORWARD_SLOTS.slot():
                incremental = self._pass(chunk, background)
                yield from (
                    self.module.walk(chunk)
                    if incremental is None
                    else incremental.walk(chunk, names)
                )

    def _pass(
        self, chunk: Tensor, background: Tensor | None, box: Box | None = None
    ) -> IncrementalPass | None:
        if self.background_cache is None or background is None:
            return None
        return self.background_cache.incremental_pass(chunk, background, box)

    def _chunks(self, images: Tensor, background: Tensor | None = None) -> Iterable[Tensor]:
        if images.ndim != 4 or images.shape[1] != 3 or 0 in images.shape:
            raise ValueError(
                f"images: shape {tuple(images.shape)} is not allowed; give (n, 3, rows, columns)."
            )
        pixels = images.shape[2] * images.shape[3]
        together = max(1, TOGETHER_PX[self.device] // pixels)
        if self.device == "cpu" and self.background_cache is not None and background is not None:
            together *= TOGETHER_ON_GROUND
        for start in range(0, len(images), together):
            chunk = images[start : start + together]
            yield chunk.to(self.device, self.dtype)


def joint(parts: Sequence[Tensor]) -> Tensor:
    """Chunks of a batch as one; a single one is not copied."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))
