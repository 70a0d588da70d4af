"""Inputs that only the command line can name: files, external networks and the device.

None of these fits into a link, so they are no fields of a spec.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..imaging import decode
from ..imaging.stretch import STRETCHES
from ..imaging.subjects import SUBJECTS, Picture
from ..specs.spec import SpecError
from . import NETWORKS, NetworkMissing
from .compute import ComputeOptions
from .notation import AUTO

if TYPE_CHECKING:
    from . import LoadedNetwork

DEVICES = (AUTO, "cpu", "cuda")
GPU_OPTIONS = {
    "precision": (("float16", "float32"), "one of float16, float32"),
    "compiled": (("yes", "no"), "yes or no"),
}


def _picture(path: str, stretch: str) -> Picture:
    allowed = f"one of {', '.join(SUBJECTS)}, or the path of a picture file"
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SpecError("image", path, allowed) from None
    try:
        decoded = decode.decode(data, stretch=stretch)
    except decode.PictureError as error:
        reason = str(error).rstrip(".")
        raise SpecError("image", path, f"another file ({reason})") from None
    for remark in decoded.remarks:
        print(f"image: '{path}': {remark}", file=sys.stderr)
    return decoded.levels


def _stretch(name: str) -> str:
    if name not in (AUTO, *STRETCHES):
        raise SpecError("stretch", name, f"one of {', '.join((AUTO, *STRETCHES))}")
    return name


def parse_device(name: str) -> str:
    """Resolve auto, cpu or cuda to cpu or cuda.

    Raises SpecError for another name, and for cuda where torch finds no GPU.
    """
    if name not in DEVICES:
        raise SpecError("device", name, f"one of {', '.join(DEVICES)}")
    if name == "cpu":
        return name
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if name == AUTO:
        return "cpu"
    raise SpecError("device", name, "cpu: torch finds no GPU here")


def _gpu_option(name: str, value: str, possible: Callable[[], bool]) -> str:
    """Check an option whose first value needs a network of the table on a GPU."""
    (on_gpu, anywhere), allowed = GPU_OPTIONS[name]
    if value not in (on_gpu, anywhere):
        raise SpecError(name, value, allowed)
    if value == on_gpu and not possible():
        allowed = f"{anywhere}; {on_gpu} needs a network of the table on a GPU"
        raise SpecError(name, value, allowed)
    return value


def open_network(name: str, device: str) -> LoadedNetwork:
    """Load an external network; raises SpecError where it cannot be loaded."""
    from . import load_external

    try:
        return load_external(name, device)
    except NetworkMissing as error:
        allowed = f"one of {', '.join(NETWORKS)}, or another network"
        raise SpecError("network", name, f"{allowed} ({str(error).rstrip('.')})") from None


def _compute_options(
    options: dict[str, str], device: Callable[[], str], from_table: bool
) -> ComputeOptions:
    def possible() -> bool:
        return from_table and device() == "cuda"

    checked = {
        name: _gpu_option(name, options[name], possible) for name in GPU_OPTIONS if name in options
    }
    precision, compiled = checked.get("precision", "float32"), checked.get("compiled") == "yes"
    return ComputeOptions(options["device"], precision, compiled)


def parse_inputs(
    values: dict[str, str], default_device: str = "cpu"
) -> tuple[dict[str, str], dict[str, Any]]:
    """Split option values into spec fields and keyword inputs of ``run``.

    ``image`` may be the path of a picture (input ``picture``; ``stretch`` says how its values are
    shown, and remarks about it go to standard error), ``network`` a file, torchvision:NAME
    or timm:NAME (input ``network``); ``device``, ``precision`` and ``compiled`` become the input
    ``compute``, a :class:`ComputeOptions`. Raises SpecError for an input that cannot be opened.
    """
    left, inputs = dict(values), dict[str, Any]()
    stretch = _stretch(left.pop("stretch", AUTO))
    options = {name: left.pop(name) for name in ("device", *GPU_OPTIONS) if name in left}
    if "device" in options:
        options["device"] = parse_device(options["device"])

    def device() -> str:
        return options.get("device") or parse_device(default_device)

    if left.get("image", "chelsea") not in SUBJECTS:
        inputs["picture"] = _picture(left.pop("image"), stretch)
    if left.get("network", "efficientnet-lite0") not in NETWORKS:
        inputs["network"] = open_network(left.pop("network"), device())
    if options:
        with_device = {"device": default_device, **options}
        inputs["compute"] = _compute_options(with_device, device, "network" not in inputs)
    return left, inputs
