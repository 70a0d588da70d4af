"""The message that the JavaScript tests read is what Python writes today."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

from scalescope.components.live.chart.wire import pack, unpack

MESSAGE = Path(__file__).parents[2] / "js" / "chart" / "message.json"


def message() -> dict[str, object]:
    """What tests/js/chart/message.json holds."""
    z = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
    packed = pack(
        {
            "title": "Größe",
            "z": z,
            "nested": {"deep": np.array([[1, 2, 255]], np.uint8)},
            "list": [None, True, "text", 3],
            "counts": np.array([-7, 70000], np.int32),
        }
    )
    start = packed.index(b'"digest":"') + len(b'"digest":"')
    return {
        "base64": base64.b64encode(packed).decode(),
        "digest": packed[start : start + 16].decode(),
        "shape": list(z.shape),
        "last": float(z[-1, -1]),
    }


def test_the_javascript_tests_read_a_message_of_today() -> None:
    assert json.loads(MESSAGE.read_text(encoding="utf-8")) == message()


def test_a_message_comes_back_as_it_was() -> None:
    content = unpack(base64.b64decode(str(message()["base64"])))
    assert content["title"] == "Größe" and content["list"] == [None, True, "text", 3]
    np.testing.assert_array_equal(content["z"], [[0, 0.25, 0.5], [0.75, 1, 1.25]])
