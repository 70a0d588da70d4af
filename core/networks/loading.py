"""Networks of the table with their weights: read once for everybody."""

from __future__ import annotations

import threading

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
    """A network of :data:`NETWORKS`, or its ``shuffled`` twin with shuffled weights.

    Read once for all threads. ``device`` is "cpu" or "cuda". On a GPU weights and maps may be made
    of ``half`` precision, and whole batches be run by torch's compiler (``compile``). Raises
    :class:`NetworkMissing`, one sentence, where there is no such network, its weights are not
    installed or not the ones that were tested, or there is no such device.
    """
    if slug not in NETWORKS:
        raise NetworkMissing(f"There is no network '{slug}'; there are {', '.join(NETWORKS)}.")
    check_device(device)
    key = (slug, bool(shuffled), device, half, compile)
    if key not in _CACHE:  # who wants what is there does not wait for who reads something else
        with _LOCK:
            if key not in _CACHE:
                network = NETWORKS[slug]
                _CACHE[key] = prepare(
                    network, build_trained(network, read_weights(network)), *key[1:]
                )
    return _CACHE[key]


def check_device(device: str) -> None:
    """Raises :class:`NetworkMissing` for a device that is not here."""
    if device not in ("cpu", "cuda"):
        raise NetworkMissing(f"There is no device '{device}'; there are cpu and cuda.")
    if device == "cuda" and not torch.cuda.is_available():
        raise NetworkMissing("There is no GPU here that torch can use; the device can be cpu.")


def build_trained(network: Network, state: State) -> MobileNet | Trunk:
    """The network's module with these weights, as they were published: nothing is folded."""
    module = Trunk() if network.layout is None else MobileNet(network.layout)
    found = module.load_state_dict(state, strict=False)
    assert all(name.endswith("num_batches_tracked") for name in found.missing_keys)
    return module.eval()


def prepare(
    network: Network,
    module: MobileNet | Trunk,
    shuffled: bool,
    device: str,
    half: bool = False,
    compile: bool = False,
) -> LoadedNetwork:
    """A module as it is used: folded, on its device, channels last; or its twin."""
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
    """Weights and maps of half precision; pictures are normalised before, in float32."""
    for child in module.children():
        if child is not module.normalize:
            child.half()
    module.normalize.precision = torch.float16


def depthwise_kernels(module: MobileNet | Trunk) -> dict[str, Floats]:
    """The depthwise kernels of every block, (channels, rows, columns), by the block's place."""
    return {
        name: block.depthwise.convolution.weight.detach()[:, 0].numpy()
        for name, block in module.named_modules()
        if isinstance(block, Bottleneck)
    }
