"""What only the command line may name: files, networks from elsewhere and the device.

None of these fits into a link, so they are no fields of the spec.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core import pictures
from core.networks import NETWORKS, NetworkMissing
from core.spec import SpecError
from core.subjects import SUBJECTS, Picture

DEVICES = ("cpu", "cuda")
PRECISIONS = ("float16", "float32")


def _picture(path: str) -> Picture:
    allowed = f"one of {', '.join(SUBJECTS)}, or the path of a picture file"
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SpecError("image", path, allowed) from None
    try:
        return pictures.decode(data)
    except pictures.PictureError as error:
        reason = str(error).rstrip(".")
        raise SpecError("image", path, f"another file ({reason})") from None


def device(name: str) -> str:
    """The device of that name; raises SpecError for another, or where torch finds no GPU."""
    if name not in DEVICES:
        raise SpecError("device", name, f"one of {', '.join(DEVICES)}")
    if name == "cuda":
        import torch

        if not torch.cuda.is_available():
            raise SpecError("device", name, "cpu: torch finds no GPU here")
    return name


def _precision(name: str, found: dict[str, Any]) -> str:
    if name not in PRECISIONS:
        raise SpecError("precision", name, f"one of {', '.join(PRECISIONS)}")
    if name == "float16" and ("network" in found or found.get("device", "cpu") == "cpu"):
        raise SpecError("precision", name, "float32, but for a network of the table on a GPU")
    return name


def _compiled(answer: str, found: dict[str, Any]) -> bool:
    if answer not in ("yes", "no"):
        raise SpecError("compiled", answer, "yes or no")
    if answer == "yes" and ("network" in found or found.get("device", "cpu") == "cpu"):
        raise SpecError("compiled", answer, "no, but for a network of the table on a GPU")
    return answer == "yes"


def _network(name: str, device: str) -> Any:
    from core.networks import outside

    try:
        return outside(name, device)
    except NetworkMissing as error:
        allowed = f"one of {', '.join(NETWORKS)}, or another network"
        raise SpecError("network", name, f"{allowed} ({str(error).rstrip('.')})") from None


def given(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Takes what is no field out of ``values``: what is left, and keyword arguments for ``run``.

    ``image`` may be the path of a picture (``picture``, decoded as any picture from a person is),
    ``network`` a file or 'torchvision:NAME' or 'timm:NAME' (``network``), ``device`` cpu or cuda,
    ``precision`` float16 or float32 and ``compiled`` yes or no, both of a GPU.
    Raises SpecError, one sentence, for what cannot be read or found.
    """
    left, found = dict(values), dict[str, Any]()
    if "device" in left:
        found["device"] = device(left.pop("device"))
    if left.get("image", "chelsea") not in SUBJECTS:
        found["picture"] = _picture(left.pop("image"))
    if left.get("network", "efficientnet-lite0") not in NETWORKS:
        found["network"] = _network(left.pop("network"), found.get("device", "cpu"))
    for name, read in (("precision", _precision), ("compiled", _compiled)):
        if name in left:
            found[name] = read(left.pop(name), found)
    return left, found
