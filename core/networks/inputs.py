"""What only the command line may name: files, networks from elsewhere and the device.

None of these fits into a link, so they are no fields of the spec.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..imaging import decode
from ..imaging.subjects import SUBJECTS, Picture
from ..specs.spec import SpecError
from . import NETWORKS, NetworkMissing
from .notation import AUTO

DEVICES = (AUTO, "cpu", "cuda")  # auto: a GPU where torch finds one
OF_GPU = {
    "precision": (("float16", "float32"), "one of float16, float32"),
    "compiled": (("yes", "no"), "yes or no"),
}


def _picture(path: str) -> Picture:
    allowed = f"one of {', '.join(SUBJECTS)}, or the path of a picture file"
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SpecError("image", path, allowed) from None
    try:
        return decode.decode(data)
    except decode.PictureError as error:
        reason = str(error).rstrip(".")
        raise SpecError("image", path, f"another file ({reason})") from None


def device(name: str) -> str:
    """cpu or cuda; raises SpecError for another name, or for a GPU where torch finds none."""
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


def _of_gpu(name: str, word: str, possible: Callable[[], bool]) -> str:
    """A choice whose first word is for a network of the table on a GPU, its second for all."""
    (quick, plain), allowed = OF_GPU[name]
    if word not in (quick, plain):
        raise SpecError(name, word, allowed)
    if word == quick and not possible():
        raise SpecError(name, word, f"{plain}, but for a network of the table on a GPU")
    return word


def _network(name: str, device: str) -> Any:
    from . import outside

    try:
        return outside(name, device)
    except NetworkMissing as error:
        allowed = f"one of {', '.join(NETWORKS)}, or another network"
        raise SpecError("network", name, f"{allowed} ({str(error).rstrip('.')})") from None


def given(values: dict[str, str], otherwise: str = "cpu") -> tuple[dict[str, str], dict[str, Any]]:
    """Takes what is no field out of ``values``: what is left, and keyword arguments for ``run``.

    ``image`` may be the path of a picture (``picture``, decoded as any picture from a person is),
    ``network`` a file or 'torchvision:NAME' or 'timm:NAME' (``network``), ``device`` auto, cpu or
    cuda, ``otherwise`` where there is none; ``precision`` float16 or float32 and ``compiled`` yes
    or no, both of a GPU. Raises SpecError, one sentence, for what cannot be read or found.
    """
    left, found = dict(values), dict[str, Any]()
    if "device" in left:
        found["device"] = device(left.pop("device"))

    def where() -> str:
        return found.get("device") or device(otherwise)

    if left.get("image", "chelsea") not in SUBJECTS:
        found["picture"] = _picture(left.pop("image"))
    if left.get("network", "efficientnet-lite0") not in NETWORKS:
        found["network"] = _network(left.pop("network"), where())

    def possible() -> bool:
        return "network" not in found and where() == "cuda"

    if "precision" in left:
        found["precision"] = _of_gpu("precision", left.pop("precision"), possible)
    if "compiled" in left:
        found["compiled"] = _of_gpu("compiled", left.pop("compiled"), possible) == "yes"
    return left, found
