"""Editing the first filter: every edit gives the fields of the spec that it changes."""

from __future__ import annotations

from core.experiments.filter import Spec
from core.kernel_editing import EDITS, resized, written
from core.kernels import CUSTOM, LARGEST, Kernel, kernel_of

SIDES = (3, 5, 7, 9)
NAMES = tuple(EDITS)


def first_kernel(spec: Spec) -> Kernel:
    """The kernel that is edited, float32 (rows, columns)."""
    return kernel_of(spec.filter, spec.kernel)


def _fields(kernel: Kernel) -> dict[str, str]:
    return {"filter": CUSTOM, "kernel": written(kernel)}


def edited(spec: Spec, name: str) -> dict[str, str]:
    """After one of NAMES."""
    return _fields(EDITS[name](first_kernel(spec)))


def painted(spec: Spec, row: int, column: int, weight: float) -> dict[str, str]:
    """With one weight replaced."""
    kernel = first_kernel(spec).copy()
    kernel[row, column] = weight
    return _fields(kernel)


def with_side(spec: Spec, side: int) -> dict[str, str]:
    """With room for ``side`` x ``side`` weights around the same middle."""
    assert side <= LARGEST
    return _fields(resized(first_kernel(spec), side))
