"""Fields and rules that the specs of several experiments share."""

from __future__ import annotations

from typing import Any

from ..filters.kernels import LARGEST, is_kernel
from ..filters.receptive_field import POOLS, Layout, deepest
from ..imaging.scene import CONTRASTS
from ..specs import spec


def is_pin(text: str) -> bool:
    """Whether text names a cell as ``map,row,column``, or is empty."""
    parts = text.split(",")
    return text == "" or (len(parts) == 3 and all(p.isascii() and p.isdigit() for p in parts))


def pool() -> Any:
    """Which pooling."""
    return spec.choice("max", options=POOLS, label="Pooling")


def pool_size() -> Any:
    """Side of the pooling window."""
    return spec.integer(2, low=1, high=5, unit="cells", label="Pooling window")


def pool_stride() -> Any:
    """Step from one pooling window to the next."""
    return spec.integer(2, low=1, high=4, unit="cells", label="Pooling stride")


def kernel(when: str, most: int) -> Any:
    """One's own kernel, a text of at most ``most`` characters; ``when`` says when it is used."""
    return spec.text(
        "1,0,-1;2,0,-2;1,0,-1",
        label="Your own kernel",
        help=f"Rows apart by ';', numbers by ','. Used {when}.",
        shape=f"a full table of numbers, at most {LARGEST}x{LARGEST}, as 1,0,-1;2,0,-2;1,0,-1",
        valid=is_kernel,
        most=most,
    )


def contrast_sign(effect: str) -> Any:
    """Bright on dark or the other way round; ``effect`` says what 'negative' does."""
    return spec.choice(
        "positive", options=CONTRASTS, label="Contrast sign", help=f"'negative'{effect}"
    )


def noise() -> Any:
    """Standard deviation of the noise."""
    return spec.number(0, low=0, high=0.5, step=0.01, label="Noise, st. dev.")


def seed() -> Any:
    """Seed of the noise."""
    return spec.integer(0, low=0, high=9999, label="Seed of the noise")


def pin() -> Any:
    """The cell that a person keeps."""
    return spec.text(
        "",
        label="Pinned cell",
        shape="map,row,column as three whole numbers, or nothing",
        valid=is_pin,
        most=20,
    )


def deepest_depth(
    layout: Layout, canvas: tuple[int, int], most: int
) -> dict[str, tuple[float, str]]:
    """For a spec's ``largest``: the pooling depth must leave at least one cell."""
    rows, columns = canvas
    depth = max(0, deepest(layout, canvas, most=most))
    return {"depth": (depth, f"on a canvas of {rows} x {columns} px with these windows")}
