"""Messages between a process and its workers, over pipes.

A message is its kind as one byte, its length as 8 bytes, and that many bytes. Each request is
answered by a series: any number of values, then an end, a refusal or a fault.
"""

from __future__ import annotations

import struct
from typing import IO

REQUEST, STOP = b"q", b"s"  # to a worker; a stop asks it to end the present series early
VALUE, END = b"v", b"e"  # from a worker
REFUSAL = b"r"  # the sentence of a UserError
FAULT = b"f"  # the traceback of any other error

Message = tuple[bytes, bytes]
_HEAD = struct.Struct("<cQ")


def write_message(pipe: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Send one message. Raises OSError where nobody reads the pipe any more."""
    pipe.write(_HEAD.pack(kind, len(body)))
    pipe.write(body)
    pipe.flush()


def read_message(pipe: IO[bytes], max_bytes: int) -> Message | None:
    """Receive one message as (kind, body).

    None where the pipe ends before the message does, and for a body longer than ``max_bytes``:
    whoever sends that is not to be read on.
    """
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > max_bytes:
        return None
    body = pipe.read(length)
    return (kind, body) if len(body) == length else None
