"""Options that only the command line takes: the device."""

from __future__ import annotations

from typing import Any

INPUT_OPTIONS = {"device": "auto, cpu or cuda; cpu unless told"}


def parse_inputs(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Takes ``device``, cpu or cuda, out of ``values``; raises SpecError where it is not here."""
    left = dict(values)
    if "device" not in left:
        return left, {}
    from ...networks import inputs

    return left, {"device": inputs.parse_device(left.pop("device"))}
