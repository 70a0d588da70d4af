"""Networks in which every place follows from the one before it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torch import Tensor, nn

from .normalize import Normalize
from .pooled_features import LOGITS

Step = Callable[[Tensor], Tensor]


class Chain(nn.Module):
    """Steps from place to place; each looks at windows of what it is given."""

    normalize: Normalize

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Every place's name, and what makes its maps of those of the place before, in order.

        The first step takes the normalised pictures. A step does not change what it is given.
        """
        raise NotImplementedError

    def classify(self, maps: Tensor) -> Tensor | None:
        """The logits (n, classes) from the last place's maps; None for a network without them."""
        return None

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """(name, maps) for every place in order, then ("logits", (n, classes)) if it has any.

        ``images`` are float (n, 3, rows, columns) in [0, 1]; maps (n, channels, rows, columns).
        """
        maps = self.normalize(images)
        for name, step in self.steps():
            maps = step(maps)
            yield name, maps
        logits = self.classify(maps)
        if logits is not None:
            yield LOGITS, logits
