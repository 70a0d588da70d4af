"""The computed parts of a sweep, in a folder beside its table until that is whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from ..errors import UsageError

PART_FILE = re.compile(r"[0-9a-f]{64}\.(json|\d+\.partial)")


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


class Parts:
    """The folder ``TABLE.parquet.parts``: one file per part, named by the part's digest.

    Created at once, so that a table that cannot be written is refused before anything is computed:
    raises :class:`UsageError`.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out.with_name(out.name + ".parts")
        if out.is_dir():
            raise UsageError(f"out: '{out}' is a folder; give a file, as TABLE.parquet.")
        with self._writing():
            self._require_writable(out.parent)
            self.folder.mkdir(exist_ok=True)
            self._require_writable(self.folder)

    @contextlib.contextmanager
    def _writing(self) -> Any:
        try:
            yield
        except OSError as error:
            raise UsageError(f"out: '{self.out}' cannot be written ({error.strerror})") from None

    def _require_writable(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder):
            pass

    def read(self, digest: str) -> Any | None:
        """A part's numbers as JSON values; None where its file is missing or damaged."""
        try:
            text = (self.folder / f"{digest}.json").read_bytes().decode()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        checksum, _, body = text.partition("\n")
        return json.loads(body) if checksum == _checksum(body) else None

    def write(self, digest: str, body: str) -> None:
        """Write a part's numbers, JSON text, atomically."""
        with self._writing():
            partial = self.folder / f"{digest}.{os.getpid()}.partial"
            partial.write_bytes(f"{_checksum(body)}\n{body}".encode())
            partial.replace(self.folder / f"{digest}.json")

    def remove(self) -> None:
        """Remove all parts, also those of other sweeps to the same table."""
        for path in self.folder.iterdir():
            if PART_FILE.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def remove_folder(self) -> None:
        """Remove the folder if it is empty."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()
