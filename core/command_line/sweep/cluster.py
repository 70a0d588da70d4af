"""The workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...jobs.progress import Progress
from ...specs.spec import SpecError
from ..errors import UsageError
from .compute import compute
from .plan import Part
from .workers import Done, Runner

CONNECT_TIMEOUT_S = 5
RETRIES = 2  # of a part whose computation failed for a reason outside the engine

ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/:]+:\d{1,5}|tcp://\[[0-9a-fA-F:]+\]:\d{1,5}")


async def _greet(address: str) -> None:
    """Exchange Dask's greetings; a port that accepts and stays silent raises TimeoutError.

    The client itself would wait for ever for an answer from such a port.
    """
    from distributed import Security
    from distributed.comm.core import connect

    arguments = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    greeting = connect(  # type: ignore[no-untyped-call]
        address, timeout=CONNECT_TIMEOUT_S, **arguments
    )
    comm = await asyncio.wait_for(greeting, CONNECT_TIMEOUT_S)
    await comm.close()


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "scheduler: the package distributed is missing; install requirements-cluster.txt, or"
            " scalescope[cluster]."
        ) from None
    if not ADDRESS.fullmatch(address):
        raise SpecError("scheduler", address, "an address as tcp://HOST:PORT")
    for name in ("distributed", "distributed.client"):  # they log a lost scheduler at length
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_greet(address))
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_TIMEOUT_S, set_as_default=False
        )
    except (OSError, ValueError):  # a TimeoutError is an OSError
        raise UsageError(
            f"scheduler: '{address}' does not answer as Dask within {CONNECT_TIMEOUT_S} s; give the"
            " address of a running Dask scheduler, not of its dashboard, as tcp://HOST:PORT."
        ) from None


def _bytes(data: bytes) -> bytes:
    return data


def _files(client: Any, part: Part, sent: dict[str, Any]) -> dict[str, Any]:
    """The part's files as tasks of their own: sent once, and again where they were lost."""
    texts = dict(part.inputs)
    for name, digest in part.files:
        if digest not in sent:
            data = Path(texts[name]).read_bytes()
            sent[digest] = client.submit(_bytes, data, key=f"scalescope-file-{digest}")
    return {digest: sent[digest] for _, digest in part.files}


def _result(future: Any) -> str:
    """What a task returned; raises :class:`UsageError`."""
    from distributed import CancelledError, KilledWorker

    try:
        return future.result()  # type: ignore[no-any-return]
    except KilledWorker:
        raise UsageError("a part ended every worker that ran it; perhaps memory ran out.") from None
    except CancelledError:
        raise UsageError("the scheduler was lost; the same command resumes from there.") from None
    except ImportError as error:
        raise UsageError(
            f"a worker cannot import what it needs ({error}); install the same Scalescope there, or"
            " start the workers in its folder."
        ) from None


def cluster(address: str) -> Runner:
    """The workers of the Dask scheduler at ``address``, as ``tcp://HOST:PORT``; connects at once.

    A lost worker's parts go to others: the scheduler gives a part to another worker until four
    were lost with it. Files of the command line are read here and sent, so workers need not see
    them. Raises :class:`UsageError` or :class:`SpecError` where there is no scheduler.
    """
    client = _connect(address)
    if not client.scheduler_info()["workers"]:
        print(f"the scheduler at {address} has no workers yet; waiting.", file=sys.stderr)

    def run(parts: Iterable[Part], _: Progress) -> Done:
        from distributed import as_completed

        sent: dict[str, Any] = {}
        with client:
            waiting = {
                client.submit(
                    compute,
                    part,
                    files=_files(client, part, sent),
                    key=f"scalescope-{part.digest}",
                    retries=RETRIES,
                ): part
                for part in parts
            }
            finished = as_completed(list(waiting), loop=client.loop)  # type: ignore[no-untyped-call]
            for future in finished:
                yield waiting.pop(future), _result(future)

    return run
