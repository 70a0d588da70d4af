"""What only the command line may name: tiles of one's own, networks from elsewhere, the device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...networks import NETWORKS, NetworkMissing, inputs
from ...specs.spec import SpecError
from .spec import CROWNS, SCENES

if TYPE_CHECKING:
    from ...aerial.tiles.tiles import Tiles
    from ...jobs.progress import Progress
    from ...networks import LoadedNetwork

BANDS = 3
BESIDE = {
    "data": "a folder or .zip of tiles with a sub-folder per class; --gsd-m is then theirs",
    "bands": "which three bands of one's own tiles serve as red, green and blue, as 3,2,1",
    "device": "auto, cpu or cuda; cpu unless told",
}


@dataclass(frozen=True)
class Own:
    """A folder or zip of labelled tiles; ``bands``: which three of them, or None for the first.

    ``gsd_m``: metres per pixel as typed, or None.
    """

    path: Path
    bands: tuple[int, ...] | None = None
    gsd_m: float | None = None

    def read(self, gsd_m: float | None = None, progress: Progress | None = None) -> Tiles:
        """The tiles; without metres per pixel of its own ``gsd_m`` holds, and where that is None
        too, what the files say. ``progress`` hears the share done.

        Raises :class:`core.aerial.tiles.tiles.TilesError`, one sentence, for all that cannot be read.
        """
        from ...aerial.tiles.labelled_folder import read

        return read(self.path, self.gsd_m or gsd_m, self.bands, progress)


def _path(written: str) -> Path:
    path = Path(written)
    if "\0" in written or not path.exists():
        allowed = f"{SCENES}, {CROWNS}, or the path of a folder or .zip with a sub-folder per class"
        raise SpecError("data", written, allowed)
    return path


def bands_of(written: str) -> tuple[int, ...]:
    """The three bands of a text such as '3,2,1'; raises SpecError."""
    parts = written.replace(" ", "").split(",")
    if len(parts) != BANDS or not all(part.isascii() and part.isdigit() for part in parts):
        raise SpecError("bands", written, "three numbers from 0, as 0,1,2 for red, green and blue")
    return tuple(int(part) for part in parts)


def _gsd(written: str) -> float:
    try:
        gsd_m = float(written)
    except ValueError:
        gsd_m = 0.0
    if not 0 < gsd_m < float("inf"):
        raise SpecError("gsd_m", written, "metres per pixel of the tiles, as 0.5")
    return gsd_m


def _others(name: str, loaded: LoadedNetwork, device: str) -> dict[str, LoadedNetwork]:
    """A network from elsewhere, with its control twin where it can have one."""
    from ...networks import load_external

    try:
        return {"trained": loaded, "shuffled": load_external(name, device, shuffled=True)}
    except NetworkMissing:  # a TorchScript file
        return {"trained": loaded}


def given(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Takes what is no field out of ``values``: what is left, and keyword arguments for ``run``.

    ``data`` may be the path of a folder or zip of tiles (``own``), whose ``bands`` may be chosen;
    ``gsd_m`` beside it is then theirs, in place of what the files say;
    ``network`` and ``device`` are as :func:`core.networks.inputs.parse_inputs` has them.
    Raises SpecError, one sentence, for what cannot be found.
    """
    left, found = dict(values), dict[str, Any]()
    bands = bands_of(left.pop("bands")) if "bands" in left else None
    if left.get("data", SCENES) not in (SCENES, CROWNS):
        path = _path(left.pop("data"))
        found["own"] = Own(path, bands, _gsd(left.pop("gsd_m")) if "gsd_m" in left else None)
    if "device" in left:
        found["device"] = inputs.parse_device(left.pop("device"))
    if left.get("network", "efficientnet-lite0") not in NETWORKS:
        name, device = left.pop("network"), found.get("device", "cpu")
        found["networks"] = _others(name, inputs.open_network(name, device), device)
    return left, found
