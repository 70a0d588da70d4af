"""A proxy that takes a prefix off every address, as jupyter-server-proxy and Coder do."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType

LIMIT = 2**20


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except ConnectionError:
        pass
    target.close()


class PrefixProxy:
    """Listens at ``url``, below ``prefix``, in a thread of its own; use it as a context."""

    def __init__(self, prefix: str, port: int) -> None:
        self.prefix, self.target = prefix.encode(), port
        self.loop = asyncio.new_event_loop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, rest = head.split(b" ", 2)
        if not path.startswith(self.prefix + b"/"):
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        if b"upgrade: websocket" not in head.lower():  # one request a connection is enough
            rest = rest.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
            rest = rest.replace(b"Connection: keep-alive\r\n", b"")
        above, below = await asyncio.open_connection("127.0.0.1", self.target, limit=LIMIT)
        below.write(b" ".join((method, path.removeprefix(self.prefix), rest)))
        try:
            await asyncio.gather(_pass_on(reader, below), _pass_on(above, writer))
        finally:
            for end in (below, writer):
                end.transport.abort()

    def __enter__(self) -> PrefixProxy:
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        start = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LIMIT)
        self.server = asyncio.run_coroutine_threadsafe(start, self.loop).result(timeout=60)
        self.url = (
            f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}{self.prefix.decode()}"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(timeout=60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _end(self) -> None:
        """Close the server and every connection, so that nothing outlives the loop."""
        self.server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0.1)  # aborted connections are closed in the loop's next rounds
