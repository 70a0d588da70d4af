"""Streamlit's command line, with a server that answers one more question: has all been done?

The question comes as a request for upload addresses with an id of its own, which Streamlit's
frontend never asks and whose answer it ignores (settling.js). It is answered once the session has
come to rest, so its answer follows all that the session had to say.
"""

from __future__ import annotations

import asyncio

from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.runtime.app_session import AppSession
from streamlit.web.cli import main

PREFIX = "settled-"
answer_at_once = AppSession._handle_file_urls_request


async def _answer_at_rest(session: AppSession, request: FileURLsRequest) -> None:
    await session.wait_until_settled()
    answer_at_once(session, request)


def _answer(session: AppSession, request: FileURLsRequest) -> None:
    if not request.request_id.startswith(PREFIX):
        answer_at_once(session, request)
        return
    session.track_settling()
    task = asyncio.create_task(_answer_at_rest(session, request))
    session._background_tasks.add(task)
    task.add_done_callback(session._background_tasks.discard)


if __name__ == "__main__":
    AppSession._handle_file_urls_request = _answer  # type: ignore[method-assign]
    main(prog_name="streamlit")
