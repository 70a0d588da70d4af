"""Reading a picture file; :mod:`core.imaging.decode` has it done in a worker process."""

from __future__ import annotations

import contextlib
import json
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from ..formatting import percent
from ..jobs.worker_main import Handler
from . import deep_codecs, tiff_bands
from .opening import Opened, opened
from .picture_errors import (
    DAMAGED,
    LIMITS,
    MAX_SIDE_PX,
    NO_VALUE,
    TOO_HEAVY,
    PictureError,
    check_sides,
)
from .stored import NoValue, Stored, to_picture
from .stretch import AUTO

__all__ = ("LIMITS", "DecodedPicture", "from_reply", "levels_of", "read", "to_argument", "worker")

Picture = NDArray[np.float32]

TRANSPARENT = "Its transparent pixels are blended with a gray of {paper}."
REDUCED = "Its {0} x {1} px are reduced to {2} x {3} px."
FIRST_FRAME = "The file has several frames; the first is shown."

_TURN = Image.Transpose
_TURNS = {  # EXIF orientation -> what makes it upright
    2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90,
}  # fmt: skip


@dataclass(frozen=True)
class DecodedPicture:
    """A picture file as it is shown.

    ``levels``: float32 (3, rows, columns) in [0, 1]. ``remarks``: sentences about what was chosen,
    changed or left out. ``stretch``: what of :data:`core.imaging.stretch.STRETCHES` gave its black
    and white, empty for a picture of 8 bits, whose values are shown as they are. ``stored``: its
    (rows, columns) before it was reduced.
    """

    levels: Picture
    remarks: tuple[str, ...] = ()
    stretch: str = ""
    stored: tuple[int, int] = (0, 0)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # the pixels are sound; only the note on how to hold them is not
        return 1


def _small(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """Reduced where it is too large, anti-aliased, and upright."""
    longest = max(picture.size)
    if longest > MAX_SIDE_PX:
        wide, tall = (max(1, round(side * MAX_SIDE_PX / longest)) for side in picture.size)
        picture = picture.resize((wide, tall), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture if turn is None else picture.transpose(turn)


def levels_of(picture: Image.Image, paper: float) -> Picture:
    """A loaded picture's levels of 8 bits in [0, 1], float32 (3, rows, columns)."""
    turn = _TURNS.get(_orientation(picture))
    if picture.mode == "La":
        picture = picture.convert("LA")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode == "LAB":
        picture = _from_lab(picture)
    same = picture if picture.mode == mode else picture.convert(mode)  # a copy would cost memory
    levels = np.asarray(_small(same, turn), dtype=np.float32) / np.float32(255)
    if mode == "RGBA":
        cover = levels[..., 3:]
        levels = levels[..., :3] * cover + np.float32(paper) * (1 - cover)
    return np.ascontiguousarray(np.clip(levels, 0, 1).transpose(2, 0, 1))


def _from_lab(picture: Image.Image) -> Image.Image:
    """CIE L*a*b* with white D50, as in color profiles, to sRGB."""
    from PIL import ImageCms

    lab, srgb = (ImageCms.createProfile(name) for name in ("LAB", "sRGB"))
    converted = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    assert converted is not None  # it is None only for inPlace=True
    return converted


def _shows_paper(picture: Image.Image) -> bool:
    """Whether any pixel may be transparent: where there is a band of opacity, by that."""
    *_, last = bands = picture.getbands()
    if last not in ("A", "a"):
        return picture.has_transparency_data
    lowest, _ = picture.getchannel(len(bands) - 1).getextrema()
    return lowest != 255


def _of_8_bits(loaded: Opened, paper: float) -> DecodedPicture:
    picture = loaded.picture
    levels = levels_of(picture, paper)
    remarks = list(loaded.remarks)
    if picture.mode == "LAB":
        remarks.append("Its Lab colors are converted to RGB.")
    if _shows_paper(picture):
        remarks.append(TRANSPARENT.format(paper=percent(paper)))
    with contextlib.suppress(Exception):  # of frames that are not shown
        if getattr(picture, "is_animated", False):
            remarks.append(FIRST_FRAME)
    return DecodedPicture(levels, tuple(remarks), "", loaded.size[::-1])


def _of_bands(stored: Stored, loaded: Opened, paper: float, stretch: str) -> DecodedPicture:
    turn = _TURNS.get(stored.orientation)

    def reduced(plane: Picture) -> Picture:
        return np.asarray(_small(Image.fromarray(plane), turn), dtype=np.float32)

    try:
        levels, sentence, span = to_picture(stored, paper, stretch, reduced)
    except NoValue:
        raise PictureError(NO_VALUE) from None
    remarks = [*loaded.remarks, *stored.remarks, sentence]
    if stored.cover is not None and stored.cover.min() < 1:
        remarks.append(TRANSPARENT.format(paper=percent(paper)))
    used = "" if stored.has_levels_of_8_bits else span.stretch
    return DecodedPicture(levels, tuple(filter(None, remarks)), used, stored.values.shape[1:])


def _deep_bands(loaded: Opened) -> Stored | None:
    """The bands of more than 8 bits of a file that Pillow has opened; None where it has none."""
    try:
        stored = deep_codecs.read(loaded.data, loaded.picture)
    except MemoryError:
        raise
    except Exception:  # imagecodecs raises many kinds for a damaged file
        raise PictureError(DAMAGED) from None
    return replace(stored, orientation=_orientation(loaded.picture)) if stored else None


def _tiff_bands(data: bytes) -> Stored | None:
    """The bands of a TIFF that Pillow does not read with all of their bits; None for any other."""
    try:
        return tiff_bands.read(data) if data.startswith(tiff_bands.SIGNATURES) else None
    except (PictureError, MemoryError):
        raise
    except Exception:  # tifffile raises many kinds for a damaged file
        raise PictureError(DAMAGED) from None


def _decoded(data: bytes, paper: float, stretch: str) -> DecodedPicture:
    stored = _tiff_bands(data)
    if stored is not None:
        return _of_bands(stored, Opened(), paper, stretch)
    loaded = opened(data)
    with loaded.picture:
        stored = _deep_bands(loaded)
        if stored is not None:
            return _of_bands(stored, loaded, paper, stretch)
        return _of_8_bits(loaded, paper)


@contextlib.contextmanager
def _only_own_limits() -> Iterator[None]:
    """Turn off warnings and Pillow's limit on pixels: those here are lower, with sentences."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def read(data: bytes, paper: float, stretch: str = AUTO) -> DecodedPicture:
    """Decode a picture in this process, of any size and without a bound on time.

    See :func:`core.imaging.decode.decode`. Not for threads, because it sets the process's warning
    filters while it runs.
    """
    with _only_own_limits():
        try:
            decoded = _decoded(data, paper, stretch)
        except MemoryError:
            raise PictureError(TOO_HEAVY) from None
    if max(decoded.stored) <= MAX_SIDE_PX:
        return decoded
    rows, columns = decoded.levels.shape[1:]
    reduced = REDUCED.format(*decoded.stored[::-1], columns, rows)
    return replace(decoded, remarks=(*decoded.remarks, reduced))


def worker(argument: str) -> Handler:
    """Pictures of files, for :mod:`core.jobs.worker_main`; see :func:`to_argument`."""
    paper, stretch = json.loads(argument)

    def handle(data: bytes, stop: threading.Event) -> Iterator[bytes]:
        decoded = read(data, paper, stretch)
        shape = decoded.levels.shape[1:]
        check_sides(decoded.stored, shape)
        about = {**vars(decoded), "levels": shape}
        yield json.dumps(about).encode() + b"\n" + decoded.levels.tobytes()

    return handle


def to_argument(paper: float, stretch: str) -> str:
    """The argument of the worker."""
    return json.dumps([paper, stretch])


def from_reply(reply: bytes) -> DecodedPicture:
    """The picture in a reply of the worker."""
    line, _, pixels = reply.partition(b"\n")
    about = json.loads(line)
    levels = np.frombuffer(pixels, "<f4").reshape(3, *about["levels"]).astype(np.float32)
    rows, columns = about["stored"]
    return DecodedPicture(levels, tuple(about["remarks"]), about["stretch"], (rows, columns))
