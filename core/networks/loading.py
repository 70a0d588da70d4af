"""Networks of the table with their weights: read once for everybody."""

from __future__ import annotations

import threading

import torch
from torch.nn.utils import convert_conv2d_weight_memory_format

from .compiled import Compiled
from .control import twin
from .dirty_region import Grounds
from .folding import folded
from .loaded import Floats, Loaded
from .mobile import Bottleneck, Mobile
from .table import NETWORKS, Network, NetworkMissing
from .trunk import Trunk
from .weights import State, read

_READING = threading.Lock()
_KEPT: dict[tuple[str, bool, str, bool, bool], Loaded] = {}


def load(
    slug: str, control: bool = False, device: str = "cpu", half: bool = False, compile: bool = False
) -> Loaded:
    """A network of :data:`NETWORKS`, or its ``control`` twin with shuffled weights.

    Read once for all threads. ``device`` is "cpu" or "cuda". On a GPU weights and maps may be made
    of ``half`` precision, and whole batches be run by torch's compiler (``compile``). Raises
    :class:`NetworkMissing`, one sentence, where there is no such network, its weights are not
    installed or not the ones that were tested, or there is no such device.
    """
    if slug not in NETWORKS:
        raise NetworkMissing(f"There is no network '{slug}'; there are {', '.join(NETWORKS)}.")
    check_device(device)
    key = (slug, bool(control), device, half, compile)
    if key not in _KEPT:  # who wants what is there does not wait for who reads something else
        with _READING:
            if key not in _KEPT:
                network = NETWORKS[slug]
                _KEPT[key] = ready(network, trained(network, read(network)), *key[1:])
    return _KEPT[key]


def check_device(device: str) -> None:
    """Raises :class:`NetworkMissing` for a device that is not here."""
    if device not in ("cpu", "cuda"):
        raise NetworkMissing(f"There is no device '{device}'; there are cpu and cuda.")
    if device == "cuda" and not torch.cuda.is_available():
        raise NetworkMissing("There is no GPU here that torch can use; the device can be cpu.")


def trained(network: Network, state: State) -> Mobile | Trunk:
    """The network's module with these weights, as they were published: nothing is folded."""
    module = Trunk() if network.layout is None else Mobile(network.layout)
    found = module.load_state_dict(state, strict=False)
    assert all(name.endswith("num_batches_tracked") for name in found.missing_keys)
    return module.eval()


def ready(
    network: Network,
    module: Mobile | Trunk,
    control: bool,
    device: str,
    half: bool = False,
    compile: bool = False,
) -> Loaded:
    """A module as it is used: folded, on its device, channels last; or its twin."""
    source = twin(module) if control else module
    quick = folded(source).to(device)
    if device != "cpu":
        torch.backends.cudnn.allow_tf32 = False  # float32 is to be float32
    if half:
        halve(quick)
    quick.normalise.memory_format = torch.channels_last
    convert_conv2d_weight_memory_format(quick, torch.channels_last)
    dtype = torch.float16 if half else torch.float32
    batches = Compiled(quick, network.input_px) if compile else None
    grounds = Grounds(quick, network.places)
    return Loaded(network, control, device, quick, depthwise(source), dtype, batches, grounds)


def halve(module: Mobile | Trunk) -> None:
    """Weights and maps of half precision; pictures are normalised before, in float32."""
    for child in module.children():
        if child is not module.normalise:
            child.half()
    module.normalise.precision = torch.float16


def depthwise(module: Mobile | Trunk) -> dict[str, Floats]:
    """The depthwise kernels of every block, (channels, rows, columns), by the block's place."""
    return {
        name: block.depthwise.convolution.weight.detach()[:, 0].numpy()
        for name, block in module.named_modules()
        if isinstance(block, Bottleneck)
    }
