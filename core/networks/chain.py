"""Sequential networks: every layer depends on the layer before it only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torch import Tensor, nn

from .normalize import Normalize
from .pooled_features import LOGITS

Step = Callable[[Tensor], Tensor]


class Chain(nn.Module):
    """A sequence of steps from layer to layer, each a sliding-window operation."""

    normalize: Normalize

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Yield every layer's name and the step that computes it from the layer before.

        A step maps (n, channels, rows, columns) to the next layer's and leaves its input unchanged;
        the first takes normalized pictures.
        """
        raise NotImplementedError

    def classify(self, maps: Tensor) -> Tensor | None:
        """Compute logits (n, classes) from the last layer's maps; None without classes."""
        return None

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, maps) for every layer in order, then ("logits", (n, classes)) if any.

        ``images``: float (n, 3, rows, columns) in [0, 1]; maps: (n, channels, rows, columns).
        """
        maps = self.normalize(images)
        for name, step in self.steps():
            maps = step(maps)
            yield name, maps
        logits = self.classify(maps)
        if logits is not None:
            yield LOGITS, logits
