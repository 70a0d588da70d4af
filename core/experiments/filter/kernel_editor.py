"""Edit the first filter: every edit returns the fields of the spec that it changes."""

from __future__ import annotations

from ...filters.kernel_editing import EDITS, kernel_to_text, pad_or_crop
from ...filters.kernels import CUSTOM, MAX_KERNEL_SIDE, Kernel, kernel_of
from .spec import Spec

SIDES = (3, 5, 7, 9)
NAMES = tuple(EDITS)


def first_kernel(spec: Spec) -> Kernel:
    """Return the kernel that is edited, float32 (rows, columns)."""
    return kernel_of(spec.filter, spec.kernel)


def fields(kernel: Kernel) -> dict[str, str]:
    """Return the fields that make a kernel, float32 (rows, columns), the first filter."""
    return {"filter": CUSTOM, "kernel": kernel_to_text(kernel)}


def edited(spec: Spec, name: str) -> dict[str, str]:
    """Apply one of the edits NAMES."""
    return fields(EDITS[name](first_kernel(spec)))


def painted(spec: Spec, row: int, column: int, weight: float) -> dict[str, str]:
    """Replace one weight."""
    kernel = first_kernel(spec).copy()
    kernel[row, column] = weight
    return fields(kernel)


def with_side(spec: Spec, side: int) -> dict[str, str]:
    """Resize to ``side`` x ``side`` weights around the same center."""
    assert side <= MAX_KERNEL_SIDE
    return fields(pad_or_crop(first_kernel(spec), side))
