"""Batch normalisation folded into the convolutions: the same network, quicker."""

from __future__ import annotations

import copy
from typing import TypeVar

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .mobile import ConvBlock

Module = TypeVar("Module", bound=nn.Module)


def fold_batch_norm(module: Module) -> Module:
    """A copy with every batch normalisation multiplied into the convolution before it.

    In exact arithmetic the same function; in float32 the logits differ by about 1e-5 of the largest
    (a test holds them to 1e-4). A network without batch normalisation comes back as a copy.
    """
    quick = copy.deepcopy(module).eval()
    for unit in quick.modules():
        if isinstance(unit, ConvBlock):
            assert isinstance(unit.norm, nn.BatchNorm2d)
            unit.convolution = fuse_conv_bn_eval(unit.convolution, unit.norm)
            unit.norm = nn.Identity()
    return quick.requires_grad_(False)
