"""A network with its weights: logits, maps and pooled activations of pictures."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.networks.gate import FORWARDS
from core.networks.table import Network

Floats = NDArray[np.float32]

LOGITS = "logits"

# Pixels of pictures in one pass: four pictures of 224 px are a little quicker than one at a time on
# a CPU, and eight slower (tests/benchmarks/network_forward.py).
TOGETHER_PX = {"cpu": 4 * 224 * 224, "cuda": 128 * 224 * 224}


class Walks(Protocol):
    """What a network must do: say what every place answers, then the logits if it has any."""

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]: ...


@dataclass(frozen=True)
class Pooled:
    """Activations without positions, float32.

    ``probabilities`` (n, classes), None for a network without classes; ``mean``: per place (n,
    channels), over all cells of a map.
    """

    probabilities: Floats | None
    mean: dict[str, Floats]


@dataclass(frozen=True)
class Loaded:
    """A network that is ready to look at pictures; may be used from any thread.

    Images are float32 (n, 3, rows, columns) in [0, 1], of any size, on any device. Tensors that are
    given back lie on ``device``. Pictures go through a few at a time, so memory is bounded by what
    is kept. The same question has the same answer to the last bit; a picture that is asked for with
    others has the same answer up to rounding. ``control``: whether its weights are shuffled.
    ``kernels``: by the place of each block its depthwise kernels as they are stored, (channels,
    rows, columns).
    """

    network: Network
    control: bool
    device: str
    module: Walks = field(repr=False)
    kernels: dict[str, Floats] = field(default_factory=dict, repr=False)

    def logits(self, images: Tensor) -> Tensor:
        """(n, classes); raises ValueError for a network without classes."""
        answer, _ = self.record(images, ())
        if answer is None:
            raise ValueError(f"{self.network.title} has no classes; ask for its places.")
        return answer

    def record(
        self, images: Tensor, places: Sequence[str]
    ) -> tuple[Tensor | None, dict[str, Tensor]]:
        """The logits, None without classes, and the maps (n, channels, rows, columns) per place.

        Raises ValueError for a place that the network does not have.
        """
        wanted = [self.network.place(name).name for name in places]
        kept: dict[str, list[Tensor]] = {name: [] for name in [*wanted, LOGITS]}
        with torch.inference_mode(), closing(self._answers(images)) as answers:
            for name, maps in answers:
                if name in kept:
                    kept[name].append(maps)
            joined = {name: joint(parts) for name, parts in kept.items() if parts}
        return joined.pop(LOGITS, None), joined

    def pooled(self, images: Tensor) -> Pooled:
        """Class probabilities, and the mean of every unit at every place, in one pass."""
        probabilities: list[Tensor] = []
        mean: dict[str, list[Tensor]] = {place.name: [] for place in self.network.places}
        with torch.inference_mode(), closing(self._answers(images)) as answers:
            for name, maps in answers:
                if name == LOGITS:
                    probabilities.append(maps.softmax(1))
                else:
                    mean[name].append(maps.mean((2, 3)))
        return Pooled(
            _array(probabilities) if self.network.classes else None,
            {name: _array(parts) for name, parts in mean.items()},
        )

    def _answers(self, images: Tensor) -> Generator[tuple[str, Tensor], None, None]:
        for chunk in self._chunks(images):
            with FORWARDS.seat():
                yield from self.module.walk(chunk)

    def _chunks(self, images: Tensor) -> Iterable[Tensor]:
        if images.ndim != 4 or images.shape[1] != 3 or 0 in images.shape:
            raise ValueError(
                f"images: shape {tuple(images.shape)} is not allowed; give (n, 3, rows, columns)."
            )
        pixels = images.shape[2] * images.shape[3]
        together = max(1, TOGETHER_PX[self.device] // pixels)
        for start in range(0, len(images), together):
            chunk = images[start : start + together]
            yield chunk.to(self.device, torch.float32)


def joint(parts: Sequence[Tensor]) -> Tensor:
    """Chunks of a batch as one; a single one is not copied."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


def _array(parts: Sequence[Tensor]) -> Floats:
    array: Floats = joint(parts).cpu().numpy()
    return array
