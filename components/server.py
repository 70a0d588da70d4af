"""The server around the script: Plotly's script from our own address, and a warm start."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from ..core.jobs.allocator import keep_freed
from .live.chart import PLOTLY_FILE, PLOTLY_PATH


async def plotly_script(request: Request) -> FileResponse:
    """The plotly package's own script; its address holds the version, so browsers may keep it."""
    keep = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers=keep)


routes = [Route(PLOTLY_PATH, plotly_script)]

# Starlette writes an upload above 1 MB into a temporary file while it comes in. Pictures of people
# never touch the disk, so all that the upload limit allows stays in memory.
MultiPartParser.spool_max_size = 21 * 2**20


# One small forward gains little from a second thread, and a waiting OpenMP thread spins, which
# costs other sessions much. The limit must stand before PyTorch is imported, because
# torch.set_num_threads speaks for the calling thread alone and every run has a thread of its own.
os.environ.setdefault("OMP_NUM_THREADS", "1")


keep_freed()


def warm_up() -> None:
    """Import PyTorch beside the first visit, not before it."""
    from ..core.filters import stack  # noqa: F401


def send_at_once() -> None:
    """Let small messages leave without waiting for the browser's word on the one before.

    Streamlit opens its socket without naming the protocol, so asyncio leaves Nagle's algorithm on,
    which can hold a message back for 40 ms. A listening socket hands its options to the connections
    that it accepts; the server does not show us its own, so this looks through the open files.
    """
    for number in range(3, 256):
        try:
            with socket.socket(fileno=os.dup(number)) as found:
                if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            continue


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Start warming up when the server starts, without waiting for it."""
    send_at_once()
    threading.Thread(target=warm_up, daemon=True, name="warm-up").start()
    yield
