"""What is done of a sweep, kept beside its table until that is whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from ..options import UsageError

OURS = re.compile(r"[0-9a-f]{64}\.(json|\d+\.partial)")


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


class Parts:
    """The folder ``TABLE.parquet.parts``: one file per part, named by the part's digest.

    Made at once, so that a table that cannot be written is known before anything is computed:
    raises :class:`UsageError`.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out.with_name(out.name + ".parts")
        if out.is_dir():
            raise UsageError(f"out: '{out}' is a folder; give a file, as TABLE.parquet.")
        with self._writing():
            self._try(out.parent)
            self.folder.mkdir(exist_ok=True)
            self._try(self.folder)

    @contextlib.contextmanager
    def _writing(self) -> Any:
        try:
            yield
        except OSError as error:
            raise UsageError(f"out: '{self.out}' cannot be written ({error.strerror})") from None

    def _try(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder):
            pass

    def read(self, digest: str) -> Any | None:
        """A part's numbers; None where there is no such part or its file is damaged."""
        try:
            text = (self.folder / f"{digest}.json").read_bytes().decode()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        check, _, body = text.partition("\n")
        return json.loads(body) if check == _check(body) else None

    def write(self, digest: str, body: str) -> None:
        """Keep a part's numbers, JSON text: whole or not at all."""
        with self._writing():
            partial = self.folder / f"{digest}.{os.getpid()}.partial"
            partial.write_bytes(f"{_check(body)}\n{body}".encode())
            partial.replace(self.folder / f"{digest}.json")

    def remove(self) -> None:
        """Remove the parts, those of other sweeps to the same table as well."""
        for path in self.folder.iterdir():
            if OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def remove_folder(self) -> None:
        """Remove the folder if nothing lies in it."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()
