"""Options that only the command line takes: files, external networks, and the device."""

from __future__ import annotations

from typing import Any

from ...networks.notation import AUTO
from ...specs.spec import SpecError

ONE, ALL = "one", "all"
INPUT_OPTIONS = {
    "image": "the path of a picture file",
    "stretch": "percentiles, values or type: which values of such a file with more than 8 bits are "
    "black and white; default auto",
    "network": "a TorchScript or safetensors file, 'torchvision:NAME' or 'timm:NAME'",
    "device": "cpu, cuda or auto (a GPU where torch finds one); default auto",
    "precision": "float32 or, on a GPU, float16; default float32",
    "compiled": "yes or no; yes compiles for a GPU first, which pays for long sweeps; default no",
    "pictures": "one or all; all measures the tolerance of the layers over every bundled picture, "
    "trained and with several shuffles of the weights; default one",
}


def parse_inputs(values: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Split option values into spec fields and opened inputs.

    See :func:`core.networks.inputs.parse_inputs`; the device is auto where none is given.
    ``pictures`` becomes the input of that name.
    """
    from ...networks import inputs

    left, found = inputs.parse_inputs(values, AUTO)
    if "pictures" in left:
        pictures = left.pop("pictures")
        if pictures not in (ONE, ALL):
            raise SpecError("pictures", pictures, f"{ONE} or {ALL}")
        found["pictures"] = pictures
    return left, found
