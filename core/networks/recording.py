"""Record the depthwise convolutions of a network beside its layers."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from .gate import FORWARD_SLOTS
from .loaded import LoadedNetwork
from .mobile import MobileNet
from .pooled_features import LOGITS


def record_filters(loaded: LoadedNetwork, images: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Yield (name, maps) for every layer in order; before a block, its depthwise convolution's.

    These come after its activation, under the block's name with
    :data:`core.networks.layout.DEPTHWISE`. ``images``: float (n, 3, rows, columns) in [0, 1], all
    in one batch; maps: (n, channels, rows, columns).
    """
    module = loaded.module
    with torch.inference_mode(), FORWARD_SLOTS.slot():
        batch = images.to(loaded.device, loaded.dtype)
        if isinstance(module, MobileNet):
            yield from module.walk_filters(batch)
        else:
            yield from ((name, maps) for name, maps in module.walk(batch) if name != LOGITS)
