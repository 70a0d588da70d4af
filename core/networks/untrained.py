"""A network of the table before any training: its layout with random weights.

Weights are drawn as He et al. 2015 ('Delving deep into rectifiers') have it: normal, with variance
2 over the number of outputs that an input reaches; biases are zero. The statistics of the batch
normalizations are then estimated on crops of the bundled photographs, as the control's are.
"""

from __future__ import annotations

import threading

import torch
from torch import nn

from .loaded import LoadedNetwork
from .loading import check_device, prepare
from .mobile import MobileNet
from .shuffled import CROPS, random_crops, reestimate_batch_norm
from .table import NETWORKS, Network, NetworkMissing
from .trunk import Trunk

_LOCK = threading.Lock()
_CACHE: dict[tuple[str, str, int], LoadedNetwork] = {}


def load_untrained(slug: str, device: str = "cpu", seed: int = 0) -> LoadedNetwork:
    """Make a network of :data:`NETWORKS` with random weights; cached for all threads.

    The network's own weights need not be installed. Raises :class:`NetworkMissing` where there is
    no such network or device.
    """
    if slug not in NETWORKS:
        raise NetworkMissing(f"There is no network '{slug}'; there are {', '.join(NETWORKS)}.")
    check_device(device)
    key = (slug, device, seed)
    with _LOCK:
        if key not in _CACHE:
            network = NETWORKS[slug]
            _CACHE[key] = prepare(network, _random(network, seed), False, device)
    return _CACHE[key]


def _random(network: Network, seed: int) -> MobileNet | Trunk:
    module = Trunk() if network.layout is None else MobileNet(network.layout)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", generator=generator)
                if layer.bias is not None:
                    layer.bias.zero_()
        if isinstance(module, MobileNet):  # the trunk has no batch normalization
            reestimate_batch_norm(module, random_crops(CROPS, seed))
    return module.eval()
