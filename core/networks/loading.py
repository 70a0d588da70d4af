"""Load the networks of the table; each is read once per process."""

from __future__ import annotations

import threading
from dataclasses import replace

import torch
from torch.nn.utils import convert_conv2d_weight_memory_format

from .compiled import Compiled
from .dirty_region import BackgroundCache
from .folding import fold_batch_norm
from .loaded import Floats, LoadedNetwork
from .mobile import Bottleneck, MobileNet
from .shuffled import shuffled_copy
from .table import NETWORKS, Network, NetworkMissing
from .trunk import Trunk
from .weights import State, read_weights

_LOCK = threading.Lock()
_CACHE: dict[tuple[str, bool, str, bool, bool], LoadedNetwork] = {}


def load(
    slug: str,
    shuffled: bool = False,
    device: str = "cpu",
    half: bool = False,
    compile: bool = False,
) -> LoadedNetwork:
    """Load a network of :data:`NETWORKS`, or its control with ``shuffled`` weights.

    Cached for all threads. ``device``: cpu or cuda. On a GPU, weights and maps may have ``half``
    precision, and torch's compiler may run first (``compile``). Raises :class:`NetworkMissing` for
    an unknown network, weights that are not installed or not the tested ones, or a missing device.
    """
    if slug not in NETWORKS:
        raise NetworkMissing(f"There is no network '{slug}'; there are {', '.join(NETWORKS)}.")
    check_device(device)
    key = (slug, bool(shuffled), device, half, compile)
    if key not in _CACHE:  # a cached network needs no lock
        with _LOCK:
            if key not in _CACHE:
                network = NETWORKS[slug]
                _CACHE[key] = prepare(
                    network, build_trained(network, read_weights(network)), *key[1:]
                )
    return _CACHE[key]


def load_shuffled(slug: str, seed: int, device: str = "cpu") -> LoadedNetwork:
    """Load the control of a network whose weights are in the random order of ``seed``.

    Not cached, unlike that of :func:`load`, which is that of seed 0. Raises as :func:`load`.
    """
    check_device(device)
    network = load(slug).network
    module = shuffled_copy(build_trained(network, read_weights(network)), seed)
    return replace(prepare(network, module, False, device), shuffled=True)


def check_device(device: str) -> None:
    """Raise :class:`NetworkMissing` for a device that is not available."""
    if device not in ("cpu", "cuda"):
        raise NetworkMissing(f"There is no device '{device}'; there are cpu and cuda.")
    if device == "cuda" and not torch.cuda.is_available():
        raise NetworkMissing("There is no GPU here that torch can use; the device can be cpu.")


def build_trained(network: Network, state: State) -> MobileNet | Trunk:
    """Build the network's module with these weights, as published (nothing folded).

    ``state``: by our module's names, convolutions (out, in, rows, columns).
    """
    module = Trunk() if network.layout is None else MobileNet(network.layout)
    keys = module.load_state_dict(state, strict=False)
    assert all(name.endswith("num_batches_tracked") for name in keys.missing_keys)
    return module.eval()


def prepare(
    network: Network,
    module: MobileNet | Trunk,
    shuffled: bool,
    device: str,
    half: bool = False,
    compile: bool = False,
) -> LoadedNetwork:
    """Prepare a module for use: folded, on its device, channels last; shuffled if asked."""
    source = shuffled_copy(module) if shuffled else module
    quick = fold_batch_norm(source).to(device)
    if device != "cpu":
        torch.backends.cudnn.allow_tf32 = False  # float32 is to be float32
    if half:
        to_half(quick)
    quick.normalize.memory_format = torch.channels_last
    convert_conv2d_weight_memory_format(quick, torch.channels_last)
    dtype = torch.float16 if half else torch.float32
    batches = Compiled(quick, network.input_px) if compile else None
    background_cache = BackgroundCache(quick, network.layers)
    return LoadedNetwork(
        network,
        shuffled,
        device,
        quick,
        depthwise_kernels(source),
        dtype,
        batches,
        background_cache,
    )


def to_half(module: MobileNet | Trunk) -> None:
    """Convert weights and maps to float16; pictures are normalized in float32 before."""
    for child in module.children():
        if child is not module.normalize:
            child.half()
    module.normalize.precision = torch.float16


def depthwise_kernels(module: MobileNet | Trunk) -> dict[str, Floats]:
    """The depthwise kernels by block name, float32 (channels, rows, columns)."""
    return {
        name: block.depthwise.convolution.weight.detach()[:, 0].numpy()
        for name, block in module.named_modules()
        if isinstance(block, Bottleneck)
    }
