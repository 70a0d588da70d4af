"""Where a person's labelled tiles lie: a folder or a .zip, with one sub-folder per class.

A zip is never unpacked: its members are read into memory one by one, and nothing is written.
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
PARTS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
MOST_FILES = 50_000
MOST_FILE_BYTES = TILE_LIMITS.request_bytes
MOST_BYTES = 8 * 2**30  # of all of them, unpacked
MOST_NAME = 80  # characters of a class's name
MOST_RATIO, RATIO_FROM_BYTES = 100, 64 * 2**20
MOST_DIRECTORY_BYTES = 16 * 2**20  # a zip's table of contents, which is read whole

GIVE = "give a folder or .zip with one sub-folder of pictures per class"
_END, _WIDE_END = b"PK\x05\x06", b"PK\x06\x07"
_WIDE_BYTES = 20
_END_BYTES = 22 + 65535  # the end record and the longest comment behind it


class Unreadable(UserError):
    """One picture that cannot be read, as the end of a sentence; the others still can."""


@dataclass(frozen=True)
class Member:
    """A picture: its ``name`` below the folder or in the zip, its class (``label``) and ``place``.

    ``place`` is the path of sub-folders between class and picture, empty where there is none.
    ``read`` gives the file's bytes, or raises :class:`Unreadable`.
    """

    name: str
    label: str
    place: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Listing:
    """All pictures with a class, in the order of their names; ``notes`` on what was left out."""

    members: tuple[Member, ...]
    notes: tuple[str, ...]


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[Listing]:
    """The pictures of a folder, a .zip, or an open binary file that holds a zip.

    Raises :class:`TilesError` for what cannot be listed. What a picture holds is not looked at.
    """
    with ExitStack() as stack:
        yield _listing(_found(source, stack))


def _found(source: Path | BinaryIO, stack: ExitStack) -> dict[str, Callable[[], bytes]]:
    """What reads each picture, by its path; ``stack`` keeps the zip open."""
    if not isinstance(source, Path):
        return _in_zip(stack.enter_context(_zip(source)))
    if source.is_dir():
        return _in_folder(source)
    try:
        file = stack.enter_context(source.open("rb"))
    except OSError as error:
        raise TilesError(f"'{source}' cannot be opened ({error.strerror}); {GIVE}.") from None
    return _in_zip(stack.enter_context(_zip(file)))


def _in_folder(folder: Path) -> dict[str, Callable[[], bytes]]:
    """What reads each picture, by its path below the folder. Linked folders are not followed."""
    found: dict[str, Callable[[], bytes]] = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        for name in names:
            path = Path(where) / name
            if _is_picture(name) and path.is_file():
                found[path.relative_to(folder).as_posix()] = partial(_file, path)
        _check_count(len(found))
    return found


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except OSError:
        raise Unreadable("cannot be opened") from None
    if len(data) > MOST_FILE_BYTES:
        raise Unreadable(f"is larger than {MOST_FILE_BYTES // 2**20} MB")
    return data


def _zip(file: BinaryIO) -> zipfile.ZipFile:
    _check_end(file)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error):
        raise TilesError(f"This is no zip, or a damaged one; {GIVE}.") from None


def _check_end(file: BinaryIO) -> None:
    """Refuses a table of contents that would fill the memory, before it is read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_BYTES - _WIDE_BYTES))
    tail = file.read()
    for found in re.finditer(re.escape(_END), tail):  # which one counts is zipfile's to say
        at = found.start()
        if tail[max(0, at - _WIDE_BYTES) : at].startswith(_WIDE_END):
            raise TilesError("This zip holds more than 65,535 files or 4 GB; give a smaller one.")
        if int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_DIRECTORY_BYTES:
            raise TilesError(
                "This zip's table of contents is damaged, or too long; it may have "
                f"{MOST_DIRECTORY_BYTES // 2**20} MB."
            )


def _check_count(count: int) -> None:
    if count > MOST_FILES:
        raise TilesError(f"There are too many files; there may be at most {MOST_FILES:,}.")


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
    """Refuses a zip made to write outside its folder. It would not, since nothing is unpacked."""
    path = _path(entry)
    climbs = path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"
    if climbs or "\0" in entry.orig_filename:
        raise TilesError(
            f"The member {shown(path)} of this zip has a path that leads out of it; give a zip "
            "whose paths stay inside."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise TilesError(
            f"The member {shown(path)} of this zip is a link; give a zip with the pictures "
            "themselves."
        )


def shown(name: str) -> str:
    """A name for a sentence: short, and with nothing in it that does not print."""
    return repr(name if len(name) <= 80 else name[:77] + "...")


def _check_bytes(entries: list[zipfile.ZipInfo]) -> None:
    """Refuses a zip bomb. ``zipfile`` gives no more bytes than a member says that it has."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MOST_BYTES:
        raise TilesError(
            f"This zip unpacks to {total / 2**30:,.0f} GB; it may hold at most "
            f"{MOST_BYTES // 2**30} GB."
        )
    if total > max(RATIO_FROM_BYTES, MOST_RATIO * packed):
        raise TilesError(
            f"This zip unpacks to more than {MOST_RATIO} times its size, as pictures never do; "
            "give one that holds pictures."
        )


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1:
        raise Unreadable("is locked with a password")
    if entry.file_size > MOST_FILE_BYTES:
        raise Unreadable(f"is larger than {MOST_FILE_BYTES // 2**20} MB")
    try:
        return archive.read(entry)
    except Exception:  # zipfile and its unpackers raise many kinds for a damaged member
        raise Unreadable("is damaged in the zip") from None


def _is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def counted(count: int, what: str) -> str:
    """'1 tile', '2 tiles'."""
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"


def _is_hidden(folder: str) -> bool:
    return folder.startswith((".", "__"))  # such as what macOS adds to a zip


def _listing(found: dict[str, Callable[[], bytes]]) -> Listing:
    paths, notes = labelled(found)
    members = (Member(name, label, place, found[name]) for name, label, place in paths)
    return Listing(tuple(members), notes)


def labelled(names: Iterable[str]) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """(name, class, place) of each picture by its path, in order; and notes.

    A folder that holds all the others is passed over, and so are folders called train, test and
    the like where no other stands beside them. The next folder is the class. Raises
    :class:`TilesError` where there is no picture, no class or only one.
    """
    paths = [PurePosixPath(name) for name in sorted(names)]
    shown = [path for path in paths if not any(_is_hidden(part) for part in path.parts[:-1])]
    if not shown:
        raise TilesError(f"There is no picture ({', '.join(SUFFIXES)}) here; {GIVE}.")
    rest, notes = [(str(path), path.parts[:-1]) for path in shown], list[str]()
    inside = [one for one in rest if one[1]]
    while inside and (note := _outer(inside)) is not None:
        notes += [note] if note else []
        rest = [(name, folders[1:]) for name, folders in inside]
        inside = [one for one in rest if one[1]]
    _check_classes({folders[0] for _, folders in inside})
    if loose := len(shown) - len(inside):
        notes.append(f"Left out, since they lie in no class's folder: {counted(loose, 'picture')}.")
    return [(name, each[0], "/".join(each[1:])) for name, each in inside], tuple(notes)


def _outer(inside: list[tuple[str, tuple[str, ...]]]) -> str | None:
    """None where the first folders are the classes; else what to note on passing them over."""
    firsts = {folders[0] for _, folders in inside}
    if len(firsts) == 1 and any(len(folders) > 1 for _, folders in inside):
        return ""
    parts = {name.lower() for name in firsts} <= PARTS
    if parts and len(firsts) > 1 and all(len(folders) > 1 for _, folders in inside):
        return f"The folders {', '.join(sorted(firsts))} are taken together."
    return None


def _check_classes(classes: set[str]) -> None:
    odd = [name for name in classes if len(name) > MOST_NAME or not name.isprintable()]
    if odd:
        raise TilesError(
            f"The folder {shown(odd[0])} cannot serve as the name of a class; give at most "
            f"{MOST_NAME} characters that print."
        )
    if not classes:
        raise TilesError(f"The pictures lie in no sub-folder, so that they have no class; {GIVE}.")
    if len(classes) == 1:
        raise TilesError(
            f"All pictures lie in the one sub-folder {shown(min(classes))}; at least two classes "
            "are needed to tell apart."
        )
