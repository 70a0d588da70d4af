"""How a figure travels to the live chart: one JSON header and the arrays as raw bytes behind it.

Layout of a message: the header's length (uint32, little endian), the header (UTF-8 JSON, padded
with spaces), then the arrays, each starting at a multiple of 8. In the header an array stands as
``{"$array": [dtype, shape, offset]}`` with the offset counted from the end of the header. Raw bytes
spare the base64 of Plotly's own format, on both sides.
"""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

import numpy as np

ALIGNMENT = 8
DTYPES = {"float32": "f4", "uint8": "u1", "int32": "i4"}


class _Packer:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.offset = 0

    def place(self, value: Any) -> Any:
        """What ``json`` does not know: NumPy arrays and scalars."""
        if isinstance(value, np.generic):
            return value.item()
        if not isinstance(value, np.ndarray):
            raise TypeError(f"a figure cannot hold a {type(value).__name__}")
        if value.dtype.kind == "f":
            value = value.astype(np.float32, copy=False)
        if value.dtype.name not in DTYPES:
            raise TypeError(f"a figure cannot hold an array of {value.dtype}")
        raw = np.ascontiguousarray(value).tobytes()
        padded = raw + bytes(-len(raw) % ALIGNMENT)
        place = self.offset
        self.parts.append(padded)
        self.offset += len(padded)
        return {"$array": [DTYPES[value.dtype.name], list(value.shape), place]}


def pack(content: dict[str, Any]) -> bytes:
    """``content`` (JSON values and NumPy arrays) as one message; ``digest`` names its content.

    Floats travel as float32. Raises TypeError for what neither JSON nor the format holds.
    """
    packer = _Packer()
    body = json.dumps(content, default=packer.place, separators=(",", ":"))
    arrays = b"".join(packer.parts)
    digest = hashlib.blake2b(body.encode() + arrays, digest_size=8).hexdigest()
    header = f'{{"digest":"{digest}","content":{body}}}'.encode()
    header += b" " * (-(len(header) + 4) % ALIGNMENT)
    return struct.pack("<I", len(header)) + header + arrays


def unpack(message: bytes) -> dict[str, Any]:
    """The content of a message, with its arrays as NumPy arrays: the inverse of :func:`pack`."""
    (length,) = struct.unpack_from("<I", message)
    start = 4 + length

    def restore(value: dict[str, Any]) -> Any:
        if "$array" not in value:
            return value
        kind, shape, offset = value["$array"]
        count = int(np.prod(shape))
        flat = np.frombuffer(message, dtype="<" + kind, count=count, offset=start + offset)
        return flat.reshape(shape)

    header = json.loads(message[4:start], object_hook=restore)
    content: dict[str, Any] = header["content"]
    return content
