"""The one way in for pictures from people, and the photographs that scikit-image carries.

:func:`decode` opens no picture in the process that calls it, but in a worker process of its own. A
pixel limit alone would not bound the time: half a megabyte of scans can keep a decoder busy for
minutes. The worker is held to :data:`core.jobs.worker_limits.PICTURE_LIMITS`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from ..errors import UserError, report_fault
from ..jobs.worker_process import WorkerEnded, WorkerFault, WorkerProcess
from .decode_worker import DecodedPicture, Picture, from_reply, levels_of, to_argument
from .opening import FORMATS, load
from .picture_errors import GIVE, LIMITS, MAX_PIXELS, MAX_SIDE_PX, TOO_HEAVY, PictureError
from .stretch import AUTO, STRETCHES

__all__ = (
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE_PX",
    "SAMPLES",
    "DecodedPicture",
    "Picture",
    "PictureError",
    "Sample",
    "decode",
    "gray",
    "sample",
)

WORKER = "scalescope.core.imaging.decode_worker"
MAX_FILE_BYTES = LIMITS.request_bytes
MAX_WAITING_S = 30.0

EMPTY = f"This file is empty; {GIVE}."
TOO_MANY_BYTES = f"This file is too large; it may have at most {MAX_FILE_BYTES // 2**20} MB."
BUSY = "Too many pictures are being read at the moment; try again in a minute."

_WORKERS = threading.BoundedSemaphore(2)  # at a time, for all sessions together


@dataclass(frozen=True)
class Sample:
    """A photograph in scikit-image's wheel: its file name, title and license."""

    file: str
    title: str
    license: str


SAMPLES = {
    "chelsea": Sample("chelsea.png", "Chelsea the cat", "CC0, Stefan van der Walt"),
    "coffee": Sample("coffee.png", "A cup of coffee", "CC0, Rachel Michetti"),
    "camera": Sample("camera.png", "A photographer with a camera", "CC0, Lav Varshney"),
    "retina": Sample("retina.jpg", "The back of an eye", "CC0 1.0, Mikael Häggström"),
    "brick": Sample("brick.png", "A brick wall", "CC0, CC0Textures"),
    "grass": Sample("grass.png", "Grass", "CC0, linolafett"),
    "gravel": Sample("gravel.png", "Gravel", "CC0, CC0Textures"),
    "astronaut": Sample("astronaut.png", "Eileen Collins, astronaut", "public domain, NASA"),
    "rocket": Sample("rocket.jpg", "The launch of a rocket", "public domain, SpaceX"),
    "hubble": Sample("hubble_deep_field.jpg", "Hubble's deep field", "public domain, NASA"),
}


def _by_worker(data: bytes, argument: str) -> DecodedPicture:
    """As :func:`decode`, by a worker process; raises what that raises."""
    with WorkerProcess(WORKER, LIMITS, argument=argument) as worker:
        return from_reply(worker.request(data))


def _check(data: bytes, paper: float, stretch: str) -> None:
    if not 0 <= paper <= 1:
        raise ValueError(f"paper: {paper} is not allowed; give a number from 0 to 1.")
    if stretch not in (AUTO, *STRETCHES):
        raise ValueError(f"stretch: '{stretch}' is not one of {', '.join((AUTO, *STRETCHES))}")
    if not data:
        raise PictureError(EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise PictureError(TOO_MANY_BYTES)


def decode(data: bytes, paper: float = 0.5, stretch: str = AUTO) -> DecodedPicture:
    """Decode a picture file from a person: float32 (3, rows, columns) in [0, 1], RGB.

    ``data`` is a PNG, JPEG, WebP, GIF, BMP, TIFF, JPEG 2000, AVIF or, with an optional package,
    HEIC picture (the first frame or page), whatever its name was: of 8 bits or more, of floats,
    gray, palette, RGB, CMYK or Lab. Values of more than 8 bits and floats are shown as ``stretch``
    says, see :func:`core.imaging.stretch.span_of`. Of more than three bands those are shown that
    the tags name, else the first three. Transparent pixels are blended with the gray level
    ``paper``, in [0, 1]. The picture is turned upright (EXIF), and reduced with a Lanczos filter
    where a side is longer than :data:`MAX_SIDE_PX`. Color profiles are not applied. The picture's
    ``remarks`` say all of this that was done.

    Bounded: :data:`MAX_FILE_BYTES` before anything; :data:`MAX_PIXELS` from the header, before
    decoding; then the limits on time and memory of a worker process. At most two workers run at a
    time; waiting for one is bounded too. May be called from any thread. Nothing is written to disk.
    Of a JPEG or PNG whose last rows are missing the others are shown, if they are at least half; a
    GIF whose data end in good order before the last row is black from there on.

    Raises :class:`PictureError` for a file that is not taken, also where a side is below
    :data:`core.imaging.picture_errors.MIN_SIDE_PX`, and ValueError for a ``paper`` outside [0, 1]
    and another ``stretch``.
    """
    _check(data, paper, stretch)
    if not _WORKERS.acquire(timeout=MAX_WAITING_S):
        raise PictureError(BUSY)
    try:
        return _by_worker(data, to_argument(float(paper), stretch))
    except UserError as error:
        raise PictureError(str(error)) from None
    except WorkerEnded:
        raise PictureError(TOO_HEAVY) from None
    except WorkerFault as fault:
        raise PictureError(report_fault(fault)) from None
    except OSError:  # no worker could be started
        raise PictureError(BUSY) from None
    finally:
        _WORKERS.release()


def gray(picture: Picture) -> Picture:
    """Convert RGB to gray, ITU-R BT.601 weights.

    Takes float32 (3, rows, columns) in [0, 1]; returns float32 (rows, columns) in [0, 1].
    """
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.clip(np.tensordot(weights, picture, 1), 0, 1)


@cache
def sample(name: str) -> Picture:
    """Return one of :data:`SAMPLES`, float32 (3, rows, columns) in [0, 1], read-only; read once.

    Reduced like any picture, to :data:`MAX_SIDE_PX`. Raises ValueError for another name.
    """
    from .shapes import picture_path

    if name not in SAMPLES:
        raise ValueError(f"there is no sample '{name}'; there are {', '.join(SAMPLES)}")
    with Image.open(picture_path(SAMPLES[name].file), formats=FORMATS) as picture:
        load(picture)
        levels = levels_of(picture, paper=0.5)
    levels.setflags(write=False)
    return levels
