"""Read the user's pictures in a subprocess, which is ended if one of them takes too long."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

from ...errors import UserError, report_fault
from ...jobs.worker_process import WorkerEnded, WorkerFault, WorkerProcess
from .archive import Unreadable
from .geotiff import Raster
from .reader_worker import LIMITS
from .tiles import TilesError

WORKER = "scalescope.core.aerial.tiles.reader_worker"
MAX_FAILURES = 4


@dataclass(frozen=True)
class Read:
    """A picture of three bands as stored; its file has ``bands`` bands of ``whole`` px."""

    raster: Raster
    bands: int
    whole: tuple[int, int]


class Reader:
    """``with Reader(bands) as reader: reader.read(data)``. Not thread-safe.

    ``bands``: which three to read; None for the first three.
    """

    def __init__(self, bands: tuple[int, int, int] | None) -> None:
        self._bands = bands
        self._worker: WorkerProcess | None = None
        self._failures = 0

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
        """Read a picture file. Raises :class:`Unreadable` for this picture, and :class:`TilesError`
        if too many pictures have crashed the subprocess or exceeded its limits."""
        worker = self._worker or self._start()
        try:
            return _read(worker.request(data))
        except UserError as error:
            raise Unreadable(str(error)) from None
        except WorkerFault as fault:
            reason = report_fault(fault).rstrip(".")
            self._count()
            raise Unreadable(f"could not be read ({reason})") from None
        except WorkerEnded:
            self._end()
            self._count()
            raise Unreadable(
                f"could not be read within {LIMITS.reply_s:g} seconds and the memory limit"
            ) from None

    def _count(self) -> None:
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            raise TilesError(
                f"{MAX_FAILURES} pictures took more than {LIMITS.reply_s:g} seconds or too much "
                "memory each; give smaller ones."
            )

    def _start(self) -> WorkerProcess:
        try:
            self._worker = WorkerProcess(WORKER, LIMITS, argument=json.dumps(self._bands))
        except OSError:
            raise TilesError(
                "The process that reads pictures could not be started; try again."
            ) from None
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def _read(message: bytes) -> Read:
    line, _, pixels = message.partition(b"\n")
    about = json.loads(line)
    shape = tuple(about["shape"])
    values = np.frombuffer(pixels, about["kind"], int(np.prod(shape))).reshape(shape)
    bits = np.frombuffer(pixels, np.uint8, offset=values.nbytes)
    valid = np.unpackbits(bits, count=shape[1] * shape[2]).reshape(shape[1:]).astype(np.bool_)
    raster = Raster(values, valid, about["gsd_m"], about["gsd_source"])
    return Read(raster, about["bands"], (about["whole"][0], about["whole"][1]))
