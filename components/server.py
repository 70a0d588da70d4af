"""The server around the script: Plotly's script from our own address, and a warm start."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from components.live.chart import PLOTLY_FILE, PLOTLY_PATH


async def plotly_script(request: Request) -> FileResponse:
    """The plotly package's own script; its address holds the version, so browsers may keep it."""
    keep = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers=keep)


routes = [Route(PLOTLY_PATH, plotly_script)]


def warm_up() -> None:
    """Import PyTorch beside the first visit, not before it, and keep it to one thread a session.

    One small forward gains little from a second thread, and thirty sessions lose much by it.
    """
    import torch

    import core.stack  # noqa: F401

    torch.set_num_threads(1)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Start warming up when the server starts, without waiting for it."""
    threading.Thread(target=warm_up, daemon=True, name="warm-up").start()
    yield
