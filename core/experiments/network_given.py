"""What only the command line may name: files, networks from elsewhere and the device.

None of these fits into a link, so they are no fields of the spec.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import pictures
from core.experiments.network_written import AUTO
from core.networks import NETWORKS, NetworkMissing
from core.spec import SpecError
from core.subjects import SUBJECTS, Picture

DEVICES = (AUTO, "cpu", "cuda")  # auto: a GPU where torch finds one
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


def _precision(name: str, possible: Callable[[], bool]) -> str:
    if name not in PRECISIONS:
        raise SpecError("precision", name, f"one of {', '.join(PRECISIONS)}")
    if name == "float16" and not possible():
        raise SpecError("precision", name, "float32, but for a network of the table on a GPU")
    return name


def _compiled(answer: str, possible: Callable[[], bool]) -> bool:
    if answer not in ("yes", "no"):
        raise SpecError("compiled", answer, "yes or no")
    if answer == "yes" and not possible():
        raise SpecError("compiled", answer, "no, but for a network of the table on a GPU")
    return answer == "yes"


def _network(name: str, device: str) -> Any:
    from core.networks import outside

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
    if left.get("image", "chelsea") not in SUBJECTS:
        found["picture"] = _picture(left.pop("image"))
    if left.get("network", "efficientnet-lite0") not in NETWORKS:
        found["network"] = _network(left.pop("network"), found.get("device") or device(otherwise))

    def possible() -> bool:
        return "network" not in found and (found.get("device") or device(otherwise)) == "cuda"

    if "precision" in left:
        found["precision"] = _precision(left.pop("precision"), possible)
    if "compiled" in left:
        found["compiled"] = _compiled(left.pop("compiled"), possible)
    return left, found
