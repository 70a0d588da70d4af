"""Options that only the command line takes: the device."""

from __future__ import annotations

from typing import Any

INPUT_OPTIONS = {"device": "auto, cpu or cuda; default cpu"}


def parse_inputs(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Split option values into spec fields and opened inputs.

    Returns (spec values, keyword inputs of ``run``). Raises SpecError for a device that is not
    here.
    """
    left = dict(values)
    if "device" not in left:
        return left, {}
    from ...networks import inputs

    return left, {"device": inputs.parse_device(left.pop("device"))}
