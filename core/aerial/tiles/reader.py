"""One process that reads a person's pictures, and is ended where one of them takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np

from ...paths import import_folder
from .archive import Unreadable
from .geotiff import Raster
from .tiles import TilesError

MOST_SECONDS = 15.0  # for one picture; the first waits for the process to start
MOST_ENDED = 4


@dataclass(frozen=True)
class Read:
    """A picture of three bands as stored; it has ``bands`` in its file, of ``whole`` px."""

    raster: Raster
    bands: int
    whole: tuple[int, int]


class Reader:
    """``with Reader(bands) as reader: reader.read(data)``. For one thread.

    ``bands``: which three to take; None for the first.
    """

    def __init__(self, bands: tuple[int, int, int] | None) -> None:
        self._bands = bands
        self._worker: subprocess.Popen[bytes] | None = None
        self._ended = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, data: bytes) -> Read:
        """A picture file's pixels. Raises :class:`Unreadable` for this one, and
        :class:`TilesError` where too many have ended the process."""
        worker = self._worker or self._start()
        watch = threading.Timer(MOST_SECONDS, worker.kill)
        watch.start()
        try:
            return _read(_asked(worker, data))
        except (OSError, struct.error):  # it is gone, or was ended
            self._end()
            self._count()
            raise Unreadable(
                f"could not be read within {MOST_SECONDS:g} seconds and the memory that there is"
            ) from None
        finally:
            watch.cancel()

    def _count(self) -> None:
        self._ended += 1
        if self._ended >= MOST_ENDED:
            raise TilesError(
                f"{MOST_ENDED} pictures took more than {MOST_SECONDS:g} seconds or too much memory "
                "each; give simpler ones."
            )

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            self._worker = subprocess.Popen(
                [
                    sys.executable,
                    "-B",
                    "-m",
                    "scalescope.core.aerial.tiles.reader_worker",
                    json.dumps(self._bands),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=import_folder(),
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # its threads count as memory
            )
        except OSError:
            raise TilesError("No process to read pictures could be started; try again.") from None
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            with contextlib.suppress(OSError), worker:  # waits, and closes the pipes
                pass


def _asked(worker: subprocess.Popen[bytes], data: bytes) -> bytes:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(struct.pack("<Q", len(data)))
    worker.stdin.write(data)
    worker.stdin.flush()
    return _exactly(worker.stdout, struct.unpack("<Q", _exactly(worker.stdout, 8))[0])


def _exactly(file: Any, count: int) -> bytes:
    data: bytes = file.read(count)
    if len(data) < count:
        raise BrokenPipeError
    return data


def _read(message: bytes) -> Read:
    line, _, pixels = message.partition(b"\n")
    about = json.loads(line)
    if "refused" in about:
        raise Unreadable(about["refused"])
    shape = tuple(about["shape"])
    values = np.frombuffer(pixels, about["kind"], int(np.prod(shape))).reshape(shape)
    bits = np.frombuffer(pixels, np.uint8, offset=values.nbytes)
    valid = np.unpackbits(bits, count=shape[1] * shape[2]).reshape(shape[1:]).astype(np.bool_)
    raster = Raster(values, valid, about["gsd_m"], about["how"])
    return Read(raster, about["bands"], (about["whole"][0], about["whole"][1]))
