"""Networks that are not in the table, for the command line: other libraries and one's own files.

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
from .loaded import Loaded
from .loading import check_device, ready, trained
from .stages import Staged, chained, described, normalised, normalising, probed, staged
from .table import NetworkMissing
from .weights import State, matching, renamed

FORMS = (
    "a name of the table, torchvision:NAME, timm:NAME, a TorchScript file (.pt or .ts) or a file "
    "of weights (.safetensors)"
)
PICKLES = (".pth", ".pkl", ".pickle", ".bin", ".ckpt", ".tar", ".npy")

_READING = threading.Lock()
_KEPT: dict[tuple[str, str, bool], Loaded] = {}


def outside(name: str, device: str = "cpu", control: bool = False) -> Loaded:
    """A network of another library or file, with its weights; kept like those of the table.

    ``torchvision:NAME`` and ``timm:NAME`` take pretrained weights that are already on this machine;
    the places are the network's outermost stages. A TorchScript file gives logits, and places where
    its outermost module is a sequence. Both are given ImageNet's normalisation, and their logits
    count as classes only if there are 1000. A ``.safetensors`` file holds weights for a network of
    the table. Raises :class:`NetworkMissing`, one sentence, for all that cannot be loaded.
    """
    check_device(device)
    key = (name, device, bool(control))
    with _READING:
        if key not in _KEPT:
            _KEPT[key] = _opened(*key)
    return _KEPT[key]


def _opened(name: str, device: str, control: bool) -> Loaded:
    library, colon, model = name.partition(":")
    if colon and library in LIBRARIES:
        return _from_library(library, model, device, control)
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
        return _from_weights(path, device, control)
    if control:
        raise NetworkMissing("A TorchScript file has no control twin; leave the control out.")
    return _from_script(path, device)


def _from_script(path: Path, device: str) -> Loaded:
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
    answers = chained(normalising().to(device), parts)
    with _takes_pictures(path.name):
        network = described(path.name, path.name, probed(answers, device))
    return Loaded(network, False, device, Staged(answers, network))


def _from_weights(path: Path, device: str, control: bool) -> Loaded:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: State = load_file(path)
    except SafetensorError as error:
        raise NetworkMissing(f"{path.name} is no safetensors file.") from error
    network = matching(state)
    if network is None:
        raise NetworkMissing(
            f"The names of the weights in {path.name} fit none of the networks of the table."
        )
    try:
        module = trained(network, renamed(network, state))
    except RuntimeError as error:
        raise NetworkMissing(
            f"The shapes of the weights in {path.name} are not those of {network.title}."
        ) from error
    own = replace(
        network, slug=path.name, title=f"{network.title} with the weights of {path.name}",
        licence="the file's own", package=path.name, source=None,
    )  # fmt: skip
    return ready(own, module, control, device)


def _from_library(library: str, model: str, device: str, control: bool) -> Loaded:
    from .control import twin

    if importlib.util.find_spec(library) is None:
        raise NetworkMissing(
            f"{library}:{model} needs the package {library}, which is not installed; "
            f"'pip install {library}' adds it."
        )
    module = LIBRARIES[library](model)
    if control:
        module = twin(normalised(module))[1]
    with _takes_pictures(f"{library}:{model}"):
        found = staged(f"{library}:{model}", library, module, device)
    return Loaded(found.network, control, device, found)


@contextmanager
def _takes_pictures(name: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        raise NetworkMissing(f"{name} does not take pictures of 224 x 224 pixels.") from error
