"""Load networks that are not in the table: from other libraries and from files.

Nothing is downloaded, and no file is read that could run code of its own (no pickles).
"""

from __future__ import annotations

import importlib.util
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch

from .libraries import LIBRARIES
from .loaded import LoadedNetwork
from .loading import build_trained, check_device, prepare
from .stages import (
    ExternalStages,
    describe_network,
    imagenet_normalization,
    probe,
    record_sequence,
    record_stages,
    with_normalization,
)
from .table import NetworkMissing
from .weights import State, match_network, rename_weights

FORMS = (
    "a name of the table, torchvision:NAME, timm:NAME, a TorchScript file (.pt or .ts) or a file "
    "of weights (.safetensors)"
)
PICKLES = (".pth", ".pkl", ".pickle", ".bin", ".ckpt", ".tar", ".npy")

_LOCK = threading.Lock()
_CACHE: dict[tuple[str, str, bool], LoadedNetwork] = {}


def load_external(name: str, device: str = "cpu", shuffled: bool = False) -> LoadedNetwork:
    """Load a network of another library or a file, with its weights; cached.

    ``torchvision:NAME`` and ``timm:NAME`` take pretrained weights that are already on this machine;
    the layers are the network's outermost stages. A TorchScript file gives logits, and layers where
    its outermost module is a sequence. Both get ImageNet's normalization, and their logits count
    as classes only if there are 1000. A ``.safetensors`` file holds weights for a network of the
    table. Raises :class:`NetworkMissing` for a network that cannot be loaded.
    """
    check_device(device)
    key = (name, device, bool(shuffled))
    with _LOCK:
        if key not in _CACHE:
            _CACHE[key] = _opened(*key)
    return _CACHE[key]


def _opened(name: str, device: str, shuffled: bool) -> LoadedNetwork:
    library, colon, model = name.partition(":")
    if colon and library in LIBRARIES:
        return _from_library(library, model, device, shuffled)
    path = Path(name)
    if path.suffix in PICKLES:
        raise NetworkMissing(
            f"{path.name} may be a pickle, which could run code when read; give {FORMS}."
        )
    if path.suffix not in (".pt", ".ts", ".safetensors"):
        raise NetworkMissing(f"There is no network '{name}'; give {FORMS}.")
    if not path.is_file():
        raise NetworkMissing(f"There is no file {name}; give {FORMS}.")
    if path.suffix == ".safetensors":
        return _from_weights(path, device, shuffled)
    if shuffled:
        raise NetworkMissing(
            "The weights of a TorchScript file cannot be shuffled; use them as trained."
        )
    return _from_script(path, device)


def _from_script(path: Path, device: str) -> LoadedNetwork:
    try:
        with warnings.catch_warnings():  # of torch, which would rather have other kinds of file
            warnings.simplefilter("ignore", DeprecationWarning)
            module = torch.jit.load(  # type: ignore[no-untyped-call]
                str(path), map_location=device
            ).eval()
    except (RuntimeError, ValueError) as error:
        raise NetworkMissing(f"{path.name} is no TorchScript file that torch can read.") from error
    # Hooks do not work within TorchScript; a sequence can be run part by part instead.
    parts = dict(module.named_children()) if module.original_name == "Sequential" else {"": module}
    outputs = record_sequence(imagenet_normalization().to(device), parts)
    with _takes_pictures(path.name):
        network = describe_network(path.name, path.name, probe(outputs, device))
    return LoadedNetwork(network, False, device, ExternalStages(outputs, network))


def _from_weights(path: Path, device: str, shuffled: bool) -> LoadedNetwork:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: State = load_file(path)
    except SafetensorError as error:
        raise NetworkMissing(f"{path.name} is no safetensors file.") from error
    network = match_network(state)
    if network is None:
        raise NetworkMissing(
            f"The names of the weights in {path.name} fit none of the networks of the table."
        )
    try:
        module = build_trained(network, rename_weights(network, state))
    except RuntimeError as error:
        raise NetworkMissing(
            f"The shapes of the weights in {path.name} are not those of {network.title}."
        ) from error
    own = replace(
        network, slug=path.name, title=f"{network.title} with the weights of {path.name}",
        license="the file's own", package=path.name, source=None,
    )  # fmt: skip
    return prepare(own, module, shuffled, device)


def _from_library(library: str, model: str, device: str, shuffled: bool) -> LoadedNetwork:
    from .shuffled import shuffled_copy

    if importlib.util.find_spec(library) is None:
        raise NetworkMissing(
            f"{library}:{model} needs the package {library}, which is not installed; "
            f"'pip install {library}' adds it."
        )
    module = LIBRARIES[library](model)
    if shuffled:
        module = shuffled_copy(with_normalization(module))[1]
    with _takes_pictures(f"{library}:{model}"):
        stages = record_stages(f"{library}:{model}", library, module, device)
    return LoadedNetwork(stages.network, shuffled, device, stages)


@contextmanager
def _takes_pictures(name: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        raise NetworkMissing(f"{name} does not take pictures of 224 x 224 pixels.") from error
