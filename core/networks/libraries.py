"""Build torchvision's and timm's networks by name, with weights already on this machine."""

from __future__ import annotations

import importlib
import importlib.util
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .table import NetworkMissing


def from_torchvision(name: str) -> nn.Module:
    """Build a torchvision network with its default weights; raises :class:`NetworkMissing`."""
    models: Any = importlib.import_module("torchvision.models")
    try:
        module = models.get_model(name, weights=None)
        weights = models.get_model_weights(name).DEFAULT
    except (KeyError, ValueError, AttributeError) as error:
        raise NetworkMissing(f"torchvision has no network '{name}' with weights.") from error
    return load_pretrained(module, torch_hub_file(weights.url), f"torchvision:{name}")


def from_timm(name: str) -> nn.Module:
    """Build a timm network with its pretrained weights; raises :class:`NetworkMissing`."""
    timm: Any = importlib.import_module("timm")
    try:
        module = timm.create_model(name, pretrained=False)
    except (KeyError, ValueError, RuntimeError) as error:
        raise NetworkMissing(f"timm has no network '{name}'.") from error
    config = module.pretrained_cfg
    path = torch_hub_file(config.get("url") or "") or hugging_face_file(
        config.get("hf_hub_id") or ""
    )
    return load_pretrained(module, path, f"timm:{name}")


def torch_hub_file(url: str) -> Path | None:
    """The file of this URL in torch's download cache; None if not there."""
    path = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    return path if path.is_file() else None


def hugging_face_file(identifier: str) -> Path | None:
    """The file of weights of this model in the Hugging Face cache; None if not there."""
    if not identifier or importlib.util.find_spec("huggingface_hub") is None:
        return None
    hub: Any = importlib.import_module("huggingface_hub")
    tensors = hub.try_to_load_from_cache(identifier, "model.safetensors")
    return Path(tensors) if isinstance(tensors, str) else None


def load_pretrained(module: nn.Module, path: Path | None, name: str) -> nn.Module:
    """Load the weights of a file into a module, in evaluation mode; nothing is downloaded."""
    if path is None:
        raise NetworkMissing(
            f"The weights of {name} are not on this machine, and nothing is downloaded here; "
            "fetch them once with the library itself."
        )
    try:
        module.load_state_dict(read_tensors(path))
    except (RuntimeError, ValueError, pickle.UnpicklingError) as error:
        raise NetworkMissing(f"The weights in {path.name} do not fit {name}.") from error
    return module.eval()


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read tensors by name from a .safetensors file, or from torch's format without running code.

    Weights of convolutions are (out, in, rows, columns), as their module stores them.
    """
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return tensors


LIBRARIES: dict[str, Callable[[str], nn.Module]] = {
    "torchvision": from_torchvision,
    "timm": from_timm,
}
