"""A visitor without a browser: a websocket that speaks Streamlit's protocol and moves the slider.

It sends what a browser sends (the slider's value while it moves, the names of the messages that it
has kept) and reads what comes back, so a hundred of them fit beside the server.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from types import TracebackType
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE_S = 60
KEPT = 4
MOVE = "move"  # what panel.js calls the state that it sends, and chart.js the event that it carries
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # where Streamlit looks for a component's events


class Visitor:
    """One session on a page, page 1 unless told; use it as an asynchronous context."""

    def __init__(self, url: str, slider: str = "Far distance", page: str = "") -> None:
        self.address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.page_name = page
        self.slider_name, self.slider_id, self.chart_path = slider, "", [-1]
        self.chart_id, self.fragment_id = "", ""
        self.page, self.value, self.shown = "", 0.0, ""
        self.kept: deque[str] = deque(maxlen=KEPT)
        self.socket: ClientConnection

    async def __aenter__(self) -> Visitor:
        self.socket = await connect(
            self.address, subprotocols=[Subprotocol("streamlit")], max_size=None
        )
        await self._send(BackMsg())
        await self._until_done()
        if not self.slider_id or self.chart_path == [-1]:
            raise RuntimeError(f"no slider '{self.slider_name}' or no live chart on the page")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.socket.close()

    async def _send(self, message: BackMsg) -> None:
        rerun = message.rerun_script
        rerun.page_script_hash, rerun.page_name = self.page, self.page_name
        rerun.cached_message_hashes.extend(self.kept)
        rerun.context_info.timezone = "UTC"
        rerun.context_info.locale = "en-US"
        rerun.context_info.color_scheme = "light"
        await self.socket.send(message.SerializeToString())

    async def _receive(self) -> ForwardMsg:
        message = ForwardMsg()
        raw = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
        message.ParseFromString(raw)
        if message.metadata.cacheable:
            self.kept.append(message.hash)
        if message.WhichOneof("type") == "new_session":
            self.page = message.new_session.page_script_hash
        if message.delta.new_element.WhichOneof("type") == "bidi_component":
            self._learn(message)
        return message

    def _learn(self, message: ForwardMsg) -> None:
        """Where the chart stands and what the slider is called inside."""
        component = message.delta.new_element.bidi_component
        if "live_chart" in component.component_name and self.chart_path == [-1]:
            self.chart_path = list(message.metadata.delta_path)
            self.chart_id, self.fragment_id = component.id, message.delta.fragment_id
        sliders = json.loads(component.json or "{}").get("controls", [])
        names = {slider["label"]: slider["name"] for slider in sliders}
        if self.slider_name in names:
            self.slider_id, self.field = component.id, names[self.slider_name]

    async def _until_done(self) -> None:
        """Until the server has nothing more to do for this session."""
        while True:
            message = await self._receive()
            status = message.session_status_changed
            if message.WhichOneof("type") == "session_status_changed" and (
                not status.script_is_running
            ):
                return

    def _moved(self, move: dict[str, Any]) -> BackMsg:
        """What the browser sends of a move: the chart carries it until the slider has rested."""
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        if move["final"]:
            widget.id, widget.json_value = self.slider_id, json.dumps({MOVE: move})
        else:
            message.rerun_script.fragment_id = self.fragment_id
            kept = message.rerun_script.widget_states.widgets.add()
            kept.id, kept.json_value = self.chart_id, "{}"
            widget.id = EVENTS.format(self.chart_id)
            widget.json_trigger_value = json.dumps([{"event": MOVE, "value": move}])
        return message

    async def move(self, value: float, final: bool) -> float:
        """Move the slider; seconds until the chart has come back.

        Raises RuntimeError when the slider is at another value and the chart shows the same.
        """
        message = self._moved({"name": self.field, "value": value, "final": final})
        began = time.perf_counter()
        await self._send(message)
        while True:
            answer = await self._receive()
            if list(answer.metadata.delta_path) == self.chart_path:
                spent = time.perf_counter() - began
                break
        await self._until_done()
        shown = answer.ref_hash or answer.hash
        if value != self.value and shown == self.shown:
            raise RuntimeError(f"moving the slider to {value} has changed nothing")
        self.value, self.shown = value, shown
        return spent
