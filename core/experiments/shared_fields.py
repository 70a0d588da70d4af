"""Fields and rules that the specs of several experiments share."""

from __future__ import annotations

from typing import Any

from ..filters.kernels import MAX_KERNEL_SIDE, parse_kernel
from ..filters.receptive_field import POOLS, Layout, max_depth
from ..imaging.scene import CONTRAST_SIGNS
from ..specs import spec
from ..specs.field_types import accepted_by


def is_pin(text: str) -> bool:
    """Whether text names a cell as ``map,row,column``, or is empty."""
    parts = text.split(",")
    return text == "" or (len(parts) == 3 and all(p.isascii() and p.isdigit() for p in parts))


def pool() -> Any:
    """Declare the kind of pooling."""
    return spec.choice("max", options=POOLS, label="Pooling")


def pool_size() -> Any:
    """Declare the side of the pooling window."""
    return spec.integer(2, low=1, high=5, unit="cells", label="Pooling window")


def pool_stride() -> Any:
    """Declare the step from one pooling window to the next."""
    return spec.integer(2, low=1, high=4, unit="cells", label="Pooling stride")


def kernel(when: str, max_length: int) -> Any:
    """Declare the user's kernel, of ``max_length`` characters; ``when`` says when it is used."""
    return spec.text(
        "1,0,-1;2,0,-2;1,0,-1",
        label="Your own kernel",
        help=f"Separate rows by ';' and numbers by ','. Used {when}.",
        expected=f"a full table of numbers, at most {MAX_KERNEL_SIDE}x{MAX_KERNEL_SIDE}, "
        "as 1,0,-1;2,0,-2;1,0,-1",
        valid=accepted_by(parse_kernel),
        max_length=max_length,
    )


def contrast_sign(effect: str) -> Any:
    """Declare the sign of contrast; ``effect`` says what 'negative' does."""
    return spec.choice(
        "positive", options=CONTRAST_SIGNS, label="Contrast sign", help=f"'negative'{effect}"
    )


def noise() -> Any:
    """Declare the standard deviation of the noise."""
    return spec.number(0, low=0, high=0.5, step=0.01, label="Noise, std. dev.")


def seed() -> Any:
    """Declare the seed of the noise."""
    return spec.integer(0, low=0, high=9999, label="Random seed of the noise")


def pin() -> Any:
    """Declare the cell that the user pinned."""
    return spec.text(
        "",
        label="Pinned cell",
        affects=(),
        expected="map,row,column as three whole numbers, or nothing",
        valid=is_pin,
        max_length=20,
    )


def depth_maximum(
    layout: Layout, canvas: tuple[int, int], max_levels: int
) -> dict[str, tuple[float, str]]:
    """Return the ``dynamic_maxima`` of a pooling depth that leaves at least one cell.

    ``canvas``: rows and columns, px.
    """
    rows, columns = canvas
    depth = max(0, max_depth(layout, canvas, limit=max_levels))
    return {"depth": (depth, f"on a canvas of {rows} x {columns} px with these windows")}
