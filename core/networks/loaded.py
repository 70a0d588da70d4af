"""A network with its weights: logits, feature maps and pooled features of pictures."""

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

# Pixels in one batch. On a CPU two pictures of 224 px are as fast as four, and their maps are small
# enough for every thread to reuse its memory; one at a time is slower
# (tests/benchmarks/network_sweep.py).
BATCH_PX = {"cpu": 2 * 224 * 224, "cuda": 256 * 224 * 224}
INCREMENTAL_FACTOR = 2  # larger batches for incremental passes


@dataclass(frozen=True)
class Pooled:
    """Pooled features, float32.

    ``probabilities``: (n, classes), None for a network without classes; ``mean``: by layer name,
    (n, channels), the mean over all cells.
    """

    probabilities: Floats | None
    mean: dict[str, Floats]


@dataclass(frozen=True)
class LoadedNetwork:
    """A network that is ready to run; thread-safe.

    Images are float (n, 3, rows, columns) in [0, 1], of any size, on any device; results lie on
    ``device``. Images run in small batches, which bounds the memory. Equal calls give bit-identical
    results; an image gives the same result in another batch up to rounding.
    ``shuffled``: whether the weights are shuffled. ``kernels``: depthwise kernels by block name,
    (channels, rows, columns). ``dtype``: of images, weights and maps, float32 or float16.
    ``compiled``: replaces the module where only pooled features are needed. ``background_cache``:
    reuses activations of a background, (3, rows, columns), where one is given.
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
        """Compute logits (n, classes); raises UserError for a network without classes."""
        output, _ = self.record(images, ())
        if output is None:
            raise UserError(f"{self.network.title} has no classes; ask for its layers.")
        return output

    def record(
        self, images: Tensor, layers: Sequence[str], background: Tensor | None = None
    ) -> tuple[Tensor | None, dict[str, Tensor]]:
        """Compute logits and the feature maps of some layers.

        ``images``: (n, 3, rows, columns) in [0, 1]; ``background``: (3, rows, columns), what they
        show around an object. Returns logits (n, classes), None without classes, and maps (n,
        channels, rows, columns) by layer name. Raises UserError for an unknown layer.
        """
        wanted = [self.network.layer(name).name for name in layers]
        chunks: dict[str, list[Tensor]] = {name: [] for name in [*wanted, LOGITS]}
        with torch.inference_mode(), closing(self._outputs(images, chunks, background)) as outputs:
            for name, maps in outputs:
                if name in chunks:
                    chunks[name].append(maps)
            joined = {name: concatenate(parts) for name, parts in chunks.items() if parts}
        return joined.pop(LOGITS, None), joined

    def features(
        self, images: Tensor, background: Tensor | None = None, box: Box | None = None
    ) -> Tensor:
        """Compute pooled features in one pass, float32 (n, width); :attr:`columns` names them.

        ``background``: (3, rows, columns), what the images show around an object; ``box``: where
        the object is, if known. Does not synchronize with a GPU.
        """
        with torch.inference_mode():
            if self.compiled is not None and self.compiled.accepts(images):
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
            return concatenate(parts)

    def blank(self, background: Tensor) -> Tensor:
        """Features of a background, (3, rows, columns), with probabilities 0: float32 (width,).

        Subtracting them changes activations only.
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

    def shared_box(self, box: Box, side_px: int) -> Box | None:
        """The box that images of a square side can share in one batch, by where their object is.

        None for full passes; a box on a GPU only, where batches need one shape.
        """
        return (
            None
            if self.background_cache is None or self.device == "cpu"
            else center_box(box, side_px)
        )

    def batch(self, side_px: int) -> int:
        """The batch size for squares of this side."""
        if self.compiled is not None and self.compiled.side_px == side_px:
            return self.compiled.batches[0]
        return max(1, BATCH_PX[self.device] // side_px**2)

    @property
    def columns(self) -> dict[str, slice]:
        """The columns of :meth:`features`: by layer name, probabilities under :data:`LOGITS`."""
        widths = {layer.name: layer.channels for layer in self.network.layers}
        if self.network.classes:
            widths[LOGITS] = CLASSES
        ends = list(accumulate(widths.values()))
        return {
            name: slice(end - width, end)
            for (name, width), end in zip(widths.items(), ends, strict=True)
        }

    def pooled(self, images: Tensor) -> Pooled:
        """Compute class probabilities and every layer's channel means in one pass."""
        rows: Floats = self.features(images).cpu().numpy()
        mean = {name: rows[:, part] for name, part in self.columns.items()}
        return Pooled(mean.pop(LOGITS, None), mean)

    def _outputs(
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
        together = max(1, BATCH_PX[self.device] // pixels)
        if self.device == "cpu" and self.background_cache is not None and background is not None:
            together *= INCREMENTAL_FACTOR
        for start in range(0, len(images), together):
            chunk = images[start : start + together]
            yield chunk.to(self.device, self.dtype)


def concatenate(parts: Sequence[Tensor]) -> Tensor:
    """Concatenate tensors (n, ...) along axis 0; a single one is not copied."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))
