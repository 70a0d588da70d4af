"""Editing the first filter: every edit gives the fields of the spec that it changes."""

from __future__ import annotations

from ...filters.kernel_editing import EDITS, resized, written
from ...filters.kernels import CUSTOM, LARGEST, Kernel, kernel_of
from .spec import Spec

SIDES = (3, 5, 7, 9)
NAMES = tuple(EDITS)


def first_kernel(spec: Spec) -> Kernel:
    """The kernel that is edited, float32 (rows, columns)."""
    return kernel_of(spec.filter, spec.kernel)


def fields(kernel: Kernel) -> dict[str, str]:
    """The fields of the spec that make a kernel the first filter."""
    return {"filter": CUSTOM, "kernel": written(kernel)}


def edited(spec: Spec, name: str) -> dict[str, str]:
    """After one of NAMES."""
    return fields(EDITS[name](first_kernel(spec)))


def painted(spec: Spec, row: int, column: int, weight: float) -> dict[str, str]:
    """With one weight replaced."""
    kernel = first_kernel(spec).copy()
    kernel[row, column] = weight
    return fields(kernel)


def with_side(spec: Spec, side: int) -> dict[str, str]:
    """With room for ``side`` x ``side`` weights around the same middle."""
    assert side <= LARGEST
    return fields(resized(first_kernel(spec), side))
