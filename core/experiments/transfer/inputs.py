"""Inputs that only the command line may name: the user's tiles, external networks, the device."""

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
INPUT_OPTIONS = {
    "data": "a folder or .zip of tiles with a subfolder per class; --gsd-m then describes them",
    "bands": "three bands of your tiles for red, green and blue, such as 3,2,1",
    "device": "auto, cpu (default) or cuda",
}


@dataclass(frozen=True)
class UserTiles:
    """A folder or zip of labeled tiles; ``bands``: which three, or None for the first three.

    ``gsd_m``: meters per pixel as typed, or None.
    """

    path: Path
    bands: tuple[int, ...] | None = None
    gsd_m: float | None = None

    def read(self, gsd_m: float | None = None, progress: Progress | None = None) -> Tiles:
        """Read the tiles.

        Without meters per pixel of their own, ``gsd_m`` applies; if that is None, what the files
        say. ``progress`` gets the fraction done. Raises
        :class:`core.aerial.tiles.tiles.TilesError` for tiles that cannot be read.
        """
        from ...aerial.tiles.labeled_folder import read

        return read(self.path, self.gsd_m or gsd_m, self.bands, progress)


def _path(text: str) -> Path:
    path = Path(text)
    if "\0" in text or not path.exists():
        allowed = f"{SCENES}, {CROWNS}, or the path of a folder or .zip with a subfolder per class"
        raise SpecError("data", text, allowed)
    return path


def parse_bands(text: str) -> tuple[int, ...]:
    """Parse three band numbers such as '3,2,1'; raises SpecError."""
    parts = text.replace(" ", "").split(",")
    if len(parts) != BANDS or not all(part.isascii() and part.isdigit() for part in parts):
        raise SpecError(
            "bands", text, "three numbers from 0, such as 0,1,2 for red, green and blue"
        )
    return tuple(int(part) for part in parts)


def _gsd(text: str) -> float:
    try:
        gsd_m = float(text)
    except ValueError:
        gsd_m = 0.0
    if not 0 < gsd_m < float("inf"):
        raise SpecError("gsd_m", text, "meters per pixel of the tiles, such as 0.5")
    return gsd_m


def _with_control(name: str, loaded: LoadedNetwork, device: str) -> dict[str, LoadedNetwork]:
    """An external network, with its shuffled copy if it can have one."""
    from ...networks import load_external

    try:
        return {"trained": loaded, "shuffled": load_external(name, device, shuffled=True)}
    except NetworkMissing:  # a TorchScript file
        return {"trained": loaded}


def parse_inputs(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Split option values into spec fields and opened inputs of ``run``.

    ``data`` may be the path of a folder or zip of tiles (``user_tiles``); ``bands`` chooses their
    bands, and ``gsd_m`` then replaces what their files say. ``network`` and ``device`` are as in
    :func:`core.networks.inputs.parse_inputs`. Raises SpecError for an input that cannot be opened.
    """
    fields, opened = dict(values), dict[str, Any]()
    bands = parse_bands(fields.pop("bands")) if "bands" in fields else None
    if fields.get("data", SCENES) not in (SCENES, CROWNS):
        path = _path(fields.pop("data"))
        gsd_m = _gsd(fields.pop("gsd_m")) if "gsd_m" in fields else None
        opened["user_tiles"] = UserTiles(path, bands, gsd_m)
    if "device" in fields:
        opened["device"] = inputs.parse_device(fields.pop("device"))
    if fields.get("network", "efficientnet-lite0") not in NETWORKS:
        name, device = fields.pop("network"), opened.get("device", "cpu")
        opened["networks"] = _with_control(name, inputs.open_network(name, device), device)
    return fields, opened
