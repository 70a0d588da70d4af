"""Archives of labeled tiles: a folder or a .zip with one subfolder per class.

A zip is never extracted: its members are read into memory one by one, and nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ...errors import UserError
from ...jobs.worker_limits import TILE_LIMITS
from .tiles import TilesError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff")
SPLIT_FOLDERS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
MAX_FILES = 50_000
MAX_FILE_BYTES = TILE_LIMITS.request_bytes
MAX_BYTES = 8 * 2**30  # of all files, uncompressed
MAX_NAME_LENGTH = 80  # of a class, in characters
MAX_RATIO, RATIO_FROM_BYTES = 100, 64 * 2**20
MAX_DIRECTORY_BYTES = 16 * 2**20  # of a zip's central directory, which is read whole

EXPECTED = "give a folder or .zip with one subfolder of pictures per class"
_END, _WIDE_END = b"PK\x05\x06", b"PK\x06\x07"
_WIDE_BYTES = 20
_END_BYTES = 22 + 65535  # the end record and the longest comment behind it


class Unreadable(UserError):
    """A picture that cannot be read, as the end of a sentence; the others still can."""


@dataclass(frozen=True)
class Member:
    """A picture: its ``name`` below the folder or in the zip, its class (``label``) and ``place``.

    ``place``: path of the subfolders between class and picture; may be empty. ``read`` returns the
    file's bytes, or raises :class:`Unreadable`.
    """

    name: str
    label: str
    place: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Listing:
    """All pictures with a class, sorted by name; ``notes`` on what is omitted."""

    members: tuple[Member, ...]
    notes: tuple[str, ...]


@contextmanager
def open_listing(source: Path | BinaryIO) -> Iterator[Listing]:
    """List the pictures of a folder, a .zip, or an open binary file that holds a zip.

    Raises :class:`TilesError` for what cannot be listed. No picture is decoded.
    """
    with ExitStack() as stack:
        yield _listing(_pictures_by_path(source, stack))


def _pictures_by_path(source: Path | BinaryIO, stack: ExitStack) -> dict[str, Callable[[], bytes]]:
    """Functions that read each picture, by path; ``stack`` keeps the zip open."""
    if not isinstance(source, Path):
        return _in_zip(stack.enter_context(_zip(source)))
    if source.is_dir():
        return _in_folder(source)
    try:
        file = stack.enter_context(source.open("rb"))
    except OSError as error:
        raise TilesError(f"'{source}' cannot be opened ({error.strerror}); {EXPECTED}.") from None
    return _in_zip(stack.enter_context(_zip(file)))


def _in_folder(folder: Path) -> dict[str, Callable[[], bytes]]:
    """Functions that read each picture, by path below the folder. Links are not followed."""
    readers: dict[str, Callable[[], bytes]] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        for name in names:
            path = Path(parent) / name
            if _is_picture(name) and path.is_file():
                readers[path.relative_to(folder).as_posix()] = partial(_file, path)
        _check_count(len(readers))
    return readers


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise Unreadable("cannot be opened") from None
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(f"is larger than {MAX_FILE_BYTES // 2**20} MB")
    return data


def _zip(file: BinaryIO) -> zipfile.ZipFile:
    _check_end(file)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error):
        raise TilesError(f"This is not a zip, or a damaged one; {EXPECTED}.") from None


def _check_end(file: BinaryIO) -> None:
    """Reject a central directory that would fill the memory, before it is read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_BYTES - _WIDE_BYTES))
    tail = file.read()
    for match in re.finditer(re.escape(_END), tail):  # zipfile decides which one counts
        start = match.start()
        if tail[max(0, start - _WIDE_BYTES) : start].startswith(_WIDE_END):
            raise TilesError("This zip has more than 65,535 files or 4 GB; give a smaller one.")
        if int.from_bytes(tail[start + 12 : start + 16], "little") > MAX_DIRECTORY_BYTES:
            raise TilesError(
                "This zip's central directory is damaged or longer than "
                f"{MAX_DIRECTORY_BYTES // 2**20} MB."
            )


def _check_count(count: int) -> None:
    if count > MAX_FILES:
        raise TilesError(f"There are too many files; the maximum is {MAX_FILES:,}.")


def _in_zip(archive: zipfile.ZipFile) -> dict[str, Callable[[], bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    _check_count(len(entries))
    for entry in entries:
        _check_path(entry)
    _check_bytes(entries)
    return {
        _path(entry): partial(_entry, archive, entry)
        for entry in entries
        if _is_picture(PurePosixPath(_path(entry)).name)
    }


def _path(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/")


def _check_path(entry: zipfile.ZipInfo) -> None:
    """Reject paths outside the zip. They would do no harm, since nothing is extracted."""
    path = _path(entry)
    is_outside = path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"
    if is_outside or "\0" in entry.orig_filename:
        raise TilesError(
            f"The member {printable(path)} of this zip has a path outside it; give a zip whose "
            "paths stay inside."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise TilesError(
            f"The member {printable(path)} of this zip is a link; give a zip with the pictures "
            "themselves."
        )


def printable(name: str) -> str:
    """A name for a sentence, shortened, with unprintable characters escaped."""
    return repr(name if len(name) <= 80 else name[:77] + "...")


def _check_bytes(entries: list[zipfile.ZipInfo]) -> None:
    """Reject a zip bomb. ``zipfile`` returns no more bytes than a member declares."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MAX_BYTES:
        raise TilesError(
            f"This zip holds {total / 2**30:,.0f} GB uncompressed; the maximum is "
            f"{MAX_BYTES // 2**30} GB."
        )
    if total > max(RATIO_FROM_BYTES, MAX_RATIO * packed):
        raise TilesError(
            f"This zip is compressed more than {MAX_RATIO} times, which pictures never are; "
            "give one that holds pictures."
        )


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1:
        raise Unreadable("is protected by a password")
    if entry.file_size > MAX_FILE_BYTES:
        raise Unreadable(f"is larger than {MAX_FILE_BYTES // 2**20} MB")
    try:
        return archive.read(entry)
    except Exception:  # zipfile and its unpackers raise many kinds for a damaged member
        raise Unreadable("is damaged in the zip") from None


def _is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def count_noun(count: int, what: str) -> str:
    """'1 tile', '2 tiles'."""
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"


def _is_hidden(folder: str) -> bool:
    return folder.startswith((".", "__"))  # such as the folders that macOS adds to a zip


def _listing(readers: dict[str, Callable[[], bytes]]) -> Listing:
    paths, notes = labeled_paths(readers)
    members = (Member(name, label, place, readers[name]) for name, label, place in paths)
    return Listing(tuple(members), notes)


def labeled_paths(names: Iterable[str]) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """Split paths into (name, class, place), sorted; and notes on what is omitted.

    A folder that holds all the others is skipped, and so are folders named train, test and the like
    if there are no others beside them. The next folder is the class. Raises :class:`TilesError` if
    there is no picture, no class or only one class.
    """
    paths = [PurePosixPath(name) for name in sorted(names)]
    visible = [path for path in paths if not any(_is_hidden(part) for part in path.parts[:-1])]
    if not visible:
        raise TilesError(f"There are no pictures ({', '.join(SUFFIXES)}) here; {EXPECTED}.")
    rest, notes = [(str(path), path.parts[:-1]) for path in visible], list[str]()
    inside = [path for path in rest if path[1]]
    while inside and (note := _outer(inside)) is not None:
        notes += [note] if note else []
        rest = [(name, folders[1:]) for name, folders in inside]
        inside = [path for path in rest if path[1]]
    _check_classes({folders[0] for _, folders in inside})
    if loose := len(visible) - len(inside):
        notes.append(
            f"Omitted, because they are in no class folder: {count_noun(loose, 'picture')}."
        )
    return [(name, folders[0], "/".join(folders[1:])) for name, folders in inside], tuple(notes)


def _outer(inside: list[tuple[str, tuple[str, ...]]]) -> str | None:
    """None if the first folders are the classes; else a note on skipping them."""
    firsts = {folders[0] for _, folders in inside}
    if len(firsts) == 1 and any(len(folders) > 1 for _, folders in inside):
        return ""
    are_splits = {name.lower() for name in firsts} <= SPLIT_FOLDERS
    if are_splits and len(firsts) > 1 and all(len(folders) > 1 for _, folders in inside):
        return f"The folders {', '.join(sorted(firsts))} are combined."
    return None


def _check_classes(classes: set[str]) -> None:
    odd = [name for name in classes if len(name) > MAX_NAME_LENGTH or not name.isprintable()]
    if odd:
        raise TilesError(
            f"The folder {printable(odd[0])} is not valid as a class name; give at most "
            f"{MAX_NAME_LENGTH} printable characters."
        )
    if not classes:
        raise TilesError(f"The pictures are in no subfolder, so they have no class; {EXPECTED}.")
    if len(classes) == 1:
        raise TilesError(
            f"All pictures are in one subfolder, {printable(min(classes))}; at least two classes "
            "are needed."
        )
