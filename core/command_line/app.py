"""Start the app: Streamlit, in place of this process."""

from __future__ import annotations

import os
import socket
import sys
from typing import NoReturn

from ..paths import PACKAGE
from .errors import UsageError


def serve(address: str, port: int) -> NoReturn:
    """Serve the app until Ctrl-C; raises :class:`UsageError` where the port cannot be used."""
    try:
        socket.create_server((address, port)).close()
    except (OSError, UnicodeError):
        raise UsageError(
            f"app: '{address}:{port}' cannot be used; give a free port and an address of this"
            " computer."
        ) from None
    print(f"Scalescope runs at {address}:{port}; Ctrl-C stops it.", flush=True)
    # -P: a folder that happens to be the current one must not hide an installed library.
    words = [sys.executable, "-P", "-m", "streamlit", "run", str(PACKAGE / "app.py")]
    words += ["--server.address", address, "--server.port", str(port)]
    os.execv(sys.executable, [*words, "--logger.hideWelcomeMessage", "true"])
