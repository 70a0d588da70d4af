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
from .live.chart import PLOTLY_FILE, plotly_route


async def plotly_script(request: Request) -> FileResponse:
    """Serve the plotly package's script; its URL names the version, so browsers may cache it."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers=headers)


routes = [Route(plotly_route(), plotly_script)]

# Starlette writes an upload above 1 MB into a temporary file while it comes in. Users' pictures
# are never written to disk, so all that the upload limit allows stays in memory.
MultiPartParser.spool_max_size = 21 * 2**20


# One small forward gains little from a second thread, and a waiting OpenMP thread spins, which
# costs other sessions much. It must be set before PyTorch is imported, because
# torch.set_num_threads is for the calling thread alone and every run has its own thread.
os.environ.setdefault("OMP_NUM_THREADS", "1")


keep_freed()


def warm_up() -> None:
    """Import PyTorch during the first visit, not before it."""
    from ..core.filters import stack  # noqa: F401


def disable_nagle() -> None:
    """Send small messages without waiting for the acknowledgment of the one before.

    Streamlit opens its socket without naming the protocol, so asyncio leaves Nagle's algorithm on,
    which can delay a message by 40 ms. A listening socket hands its options to the connections
    that it accepts. The server does not expose its own, so this looks through the open files.
    """
    for number in range(3, 256):
        try:
            with socket.socket(fileno=os.dup(number)) as opened:
                if opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            continue


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Start warming up when the server starts, without waiting for it."""
    disable_nagle()
    threading.Thread(target=warm_up, daemon=True, name="warm-up").start()
    yield
