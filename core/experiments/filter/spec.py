"""Controls of the experiment on scale-tuning curves of up to four filters."""

from __future__ import annotations

from dataclasses import dataclass

from ...filters.kernels import CUSTOM, FILTERS, Kernel, kernel_of
from ...imaging.decode import SAMPLES
from ...imaging.shapes import SHAPES
from ...specs import spec
from .. import shared_fields

NONE = "none"
SCENE = "scene"
BANK = (*FILTERS, CUSTOM)
ORDERS = ("layers-of-blur", "layers-of-filter", "pool-then-filter", "filter-then-pool")
MAX_LAYERS = {"layers-of-filter": 2}
SIZES = (1, 1.414, 2, 2.828, 4, 5.657, 8, 11.314, 16, 22.627, 32, 45.255, 64, 90.51, 128)


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    size_px: float = spec.number(
        16, low=1, high=128, step=0.1, log=True, unit="px", label="Apparent size"
    )
    object: str = spec.choice(
        "square",
        options=SHAPES,
        label="Object",
        help="Its size is the side of its box; a grating has four bright bars in the box.",
    )
    filter: str = spec.choice("upper-left-corner", options=BANK, label="Filter")
    second: str = spec.choice("small-square", options=(NONE, *BANK), label="Compare with")
    order: str = spec.choice(
        "layers-of-blur",
        options=ORDERS,
        label="Stack",
        help=(
            "What comes below the filter. Layers: blur (or the filter itself), ReLU, pool, "
            "repeated, and the filter on top. Or all pooling layers before the filter, or after it."
        ),
    )
    depth: int = spec.integer(2, low=0, high=3, label="Pooling depth")
    third: str = spec.choice(NONE, options=(NONE, *BANK), label="And with")
    fourth: str = spec.choice(NONE, options=(NONE, *BANK), label="And also with")
    kernel: str = shared_fields.kernel("where a filter is 'custom'", max_length=1300)
    source: str = spec.choice(
        SCENE,
        options=(SCENE, *SAMPLES),
        label="Picture",
        help="The object at its size, or a photograph. The curves are always those of the object.",
    )
    sizes_px: tuple[float, ...] = spec.numbers(
        SIZES,
        low=1,
        high=128,
        min_count=2,
        max_count=40,
        unit="px",
        label="Sizes of the curves, px",
    )
    reference_px: float = spec.number(
        3, low=1, high=8, step=0.5, unit="px", label="Size at factor 1"
    )
    pool: str = shared_fields.pool()
    pool_size: int = shared_fields.pool_size()
    pool_stride: int = shared_fields.pool_stride()
    contrast_sign: str = shared_fields.contrast_sign(
        ": a dark object on white instead of a bright one on black."
    )
    row_shift_px: float = spec.number(
        0, low=-4, high=4, step=0.125, unit="px", label="Move the object down"
    )
    column_shift_px: float = spec.number(
        0, low=-4, high=4, step=0.125, unit="px", label="Move the object right"
    )
    pin: str = shared_fields.pin()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the filters compared, each once."""
        wanted = (self.filter, self.second, self.third, self.fourth)
        return tuple(dict.fromkeys(name for name in wanted if name != NONE))

    def kernels(self) -> list[Kernel]:
        """Return their kernels, float32 (rows, columns) each, in the same order."""
        return [kernel_of(name, self.kernel) for name in self.names]

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """Three layers of one filter at most."""
        maximum = MAX_LAYERS.get(self.order, 3)
        return {"depth": (maximum, f"for the stack {self.order}")}
