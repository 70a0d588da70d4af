"""A training run as one file: the spec, the curves and the weights, in ``safetensors``.

The file's metadata hold :data:`FORMAT`, every field of the spec written as a link, and the curves
as JSON; its tensors are the weights, under ``seed0/...`` and so on. Nothing in it is executed when
it is read, and what is not just as :func:`write` leaves it is refused.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...specs.spec import SpecError, field_types, from_text
from ...training import record
from ...training.loop import load_network
from ...training.record import RecordError
from .result import Result
from .spec import Spec

FORMAT = "scalescope-training-1"
MAX_BYTES = 64 * 2**20
MAX_HEADER_BYTES = 8 * 2**20

Weights = dict[str, NDArray[Any]]


class RunFileError(UserError):
    """A file that is no training run: one sentence with what is wrong."""


NO_RUN = "This file holds no training run; choose a file that was saved by Scalescope."
TOO_LARGE = f"This file is too large for a training run; it may have at most {MAX_BYTES >> 20} MB."
OTHER_FORMAT = f"This file is a training run of another format; this version reads '{FORMAT}'."
DAMAGED = "This training run is damaged or was changed ({}); save it again."


def _key(seed: int, name: str) -> str:
    return f"seed{seed}/{name}"


def _in_order(data: bytes) -> bytes:
    """The same file with its header in order: safetensors leaves that of the metadata to chance."""
    size = struct.unpack_from("<Q", data)[0]
    header = json.dumps(json.loads(data[8 : 8 + size]), sort_keys=True, separators=(",", ":"))
    padded = header.encode() + b" " * (-len(header.encode()) % 8)  # arrays stay aligned
    return struct.pack("<Q", len(padded)) + padded + data[8 + size :]


def write(result: Result, path: Path | None = None) -> bytes:
    """Serialize the result to the bytes of a file, always the same; also to ``path`` if given."""
    from safetensors.numpy import save

    spec = {
        name: limit.format(getattr(result.spec, name)) for name, limit in field_types(Spec).items()
    }
    metadata = {
        "format": FORMAT,
        "query": urlencode(spec, safe=",:;"),
        "curves": json.dumps([record.network_to_json(run) for run in result.runs], allow_nan=False),
    }
    tensors = {
        _key(run.plan.seed, name): np.asarray(array, order="C")
        for run in result.runs
        for name, array in run.weights.items()
    }
    data = _in_order(save(tensors, metadata))
    if path is not None:
        path.write_bytes(data)
    return data


def _metadata(data: bytes) -> dict[str, str]:
    """The texts in the header of a safetensors file, bounded before anything is parsed."""
    if len(data) > MAX_BYTES:
        raise RunFileError(TOO_LARGE)
    size = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else 0
    if not 2 <= size <= min(MAX_HEADER_BYTES, len(data) - 8):
        raise RunFileError(NO_RUN)
    try:
        metadata = json.loads(data[8 : 8 + size])["__metadata__"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RunFileError(NO_RUN) from None
    if not isinstance(metadata, dict) or "format" not in metadata:
        raise RunFileError(NO_RUN)
    if metadata["format"] != FORMAT:
        raise RunFileError(OTHER_FORMAT)
    return metadata


def _spec(metadata: dict[str, str]) -> Spec:
    try:
        written = parse_qsl(
            metadata["query"], strict_parsing=True, max_num_fields=len(field_types(Spec))
        )
        return from_text(Spec, dict(written))
    except SpecError as error:
        raise RunFileError(DAMAGED.format(str(error).rstrip("."))) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RunFileError(DAMAGED.format("its settings cannot be read")) from None


def _curves(metadata: dict[str, str], runs: int) -> list[Any]:
    try:
        curves = json.loads(metadata["curves"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RunFileError(DAMAGED.format("its curves cannot be read")) from None
    if not isinstance(curves, list) or len(curves) != runs:
        raise RunFileError(DAMAGED.format(f"there is not one curve for each of {runs} seeds"))
    return curves


def _weights(data: bytes, seeds: tuple[int, ...]) -> dict[int, Weights]:
    """The tensors by seed and name; those of seeds that the spec has not are refused."""
    from safetensors.numpy import load

    try:
        tensors = load(data)
    except Exception:  # the reader raises many kinds
        raise RunFileError(DAMAGED.format("its weights cannot be read")) from None
    by_seed: dict[int, Weights] = {seed: {} for seed in seeds}
    by_prefix = {f"seed{seed}": weights for seed, weights in by_seed.items()}
    for key, array in tensors.items():
        prefix, _, name = key.partition("/")
        if prefix not in by_prefix:
            raise RunFileError(DAMAGED.format("there are weights of a seed that it does not have"))
        by_prefix[prefix][name] = array
    return by_seed


def read(data: bytes) -> Result:
    """Read a result from a file's bytes; a run whose weights were not saved has none.

    Raises :class:`RunFileError`, one sentence, for anything that :func:`write` has not made: what
    is no such file, more than :data:`MAX_BYTES`, a spec that is not allowed, curves of other
    lengths, weights of other names, shapes or types than the recipe's network has.
    """
    metadata = _metadata(data)
    spec = _spec(metadata)
    plans = spec.plans()
    curves, weights = _curves(metadata, len(plans)), _weights(data, spec.seeds)
    runs = []
    for plan, curve in zip(plans, curves, strict=True):
        try:
            run = record.network_from_json(plan, curve, weights[plan.seed])
            if run.weights:
                load_network(plan, run.weights)
        except RecordError as error:
            raise RunFileError(DAMAGED.format(error)) from None
        except (RuntimeError, KeyError, ValueError):  # torch's, for other names, shapes or types
            reason = "its weights are not those of this network"
            raise RunFileError(DAMAGED.format(reason)) from None
        runs.append(run)
    return Result(spec, tuple(runs))
