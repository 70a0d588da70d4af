"""Options that only the command line takes: files, external networks, and the device."""

from __future__ import annotations

from typing import Any

from ...networks.notation import AUTO

BESIDE = {
    "image": "the path of a picture file",
    "network": "a TorchScript or safetensors file, 'torchvision:NAME' or 'timm:NAME'",
    "device": "auto, cpu or cuda; unless told auto, a GPU where torch finds one",
    "precision": "float32 or, on a GPU, float16; float32 unless told",
    "compiled": "yes or no; yes compiles for a GPU first, which pays for long sweeps",
}


def given(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """See :func:`core.networks.inputs.given`."""
    from ...networks import inputs

    return inputs.given(values, AUTO)
