"""Does this filter care about size? Scale-tuning curves of up to four filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import fields, spec
from core.kernels import CUSTOM, FILTERS, Kernel, kernel_of
from core.objects import SHAPES
from core.pictures import SAMPLES

if TYPE_CHECKING:
    from core.experiments import Progress
    from core.experiments.filter_alignments import Stimulus
    from core.experiments.filter_growth import Growth
    from core.experiments.filter_scene import Scene
    from core.experiments.filter_stack import Pooling
    from core.experiments.filter_tuning import Curve

NONE = "none"
SCENE = "scene"
BANK = (*FILTERS, CUSTOM)
ORDERS = ("layers-of-blur", "layers-of-filter", "pool-then-filter", "filter-then-pool")
MOST_LAYERS = {"layers-of-filter": 2}
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
            "What stands below the filter. Layers: blur (or the filter itself), ReLU, pool, "
            "repeated, and the filter on top. Or all poolings before the filter, or after it."
        ),
    )
    depth: int = spec.integer(2, low=0, high=3, label="Pooling levels")
    third: str = spec.choice(NONE, options=(NONE, *BANK), label="And with")
    fourth: str = spec.choice(NONE, options=(NONE, *BANK), label="And also with")
    kernel: str = fields.kernel("where a filter is 'custom'", most=1300)
    source: str = spec.choice(
        SCENE,
        options=(SCENE, *SAMPLES),
        label="Picture of the maps",
        help="The object at its size, or a photograph; the curves are about the object.",
    )
    sizes_px: tuple[float, ...] = spec.numbers(
        SIZES, low=1, high=128, least=2, most=40, unit="px", label="Sizes of the curve"
    )
    reference_px: float = spec.number(
        3, low=1, high=8, step=0.5, unit="px", label="Grow the filter from"
    )
    pool: str = fields.pool()
    pool_size: int = fields.pool_size()
    pool_stride: int = fields.pool_stride()
    contrast: str = fields.contrast(": a dark object on white instead of a bright one on black.")
    row_shift_px: float = spec.number(
        0, low=-4, high=4, step=0.125, unit="px", label="Move the object down"
    )
    column_shift_px: float = spec.number(
        0, low=-4, high=4, step=0.125, unit="px", label="Move the object right"
    )
    pin: str = fields.pin()

    @property
    def names(self) -> tuple[str, ...]:
        """The filters compared, the first one first, each once."""
        wanted = (self.filter, self.second, self.third, self.fourth)
        return tuple(dict.fromkeys(name for name in wanted if name != NONE))

    def kernels(self) -> list[Kernel]:
        """Their kernels, in the same order."""
        return [kernel_of(name, self.kernel) for name in self.names]

    def stimulus(self) -> Stimulus:
        """The object without its size."""
        from core.experiments.filter_alignments import Stimulus

        return Stimulus(self.object, self.contrast)

    def pooling(self, level: int | None = None) -> Pooling:
        """The stack around the filter; at the chosen depth unless told."""
        from core.experiments.filter_stack import Pooling

        at = self.depth if level is None else level
        return Pooling(self.order, at, self.pool, self.pool_size, self.pool_stride)

    def largest(self) -> dict[str, tuple[float, str]]:
        """Three layers of one filter at most."""
        most = MOST_LAYERS.get(self.order, 3)
        return {"depth": (most, f"for the stack {self.order}")}


@dataclass(frozen=True)
class Tuned:
    """One filter: its tuning ``curve``, the curves after 0 to ``depth`` poolings, and its growth.

    ``levels[0]`` is ``curve`` again.
    """

    name: str
    kernel: Kernel
    curve: Curve
    levels: tuple[Curve, ...]
    growth: Growth


@dataclass(frozen=True)
class Result:
    """The present scene under every filter, and every filter's curves."""

    spec: Spec
    scene: Scene
    filters: tuple[Tuned, ...]


def curves(spec: Spec) -> tuple[Curve, ...]:
    """The tuning curve of every filter by itself."""
    from core.experiments.filter_tuning import curve

    stimulus, pooling = spec.stimulus(), spec.pooling(0)
    return tuple(curve(kernel, stimulus, spec.sizes_px, pooling) for kernel in spec.kernels())


def _tuned(spec: Spec, name: str, kernel: Kernel) -> Tuned:
    from core.experiments.filter_growth import growth
    from core.experiments.filter_tuning import curve

    stimulus = spec.stimulus()
    levels = tuple(
        curve(kernel, stimulus, spec.sizes_px, spec.pooling(level))
        for level in range(spec.depth + 1)
    )
    grown = growth(kernel, stimulus, spec.reference_px)
    return Tuned(name, kernel, levels[0], levels, grown)


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Filter the present scene, and measure every filter's curves."""
    from core.experiments.filter_scene import look

    found = []
    for name, kernel in zip(spec.names, spec.kernels(), strict=True):
        found.append(_tuned(spec, name, kernel))
        if progress:
            progress(len(found) / len(spec.names))
    return Result(spec, look(spec), tuple(found))


def _numbers(curve: Curve) -> dict[str, Any]:
    return {
        "sizes_px": curve.sizes_px,
        "response_median": curve.peak.median,
        "response_min": curve.peak.low,
        "response_max": curve.peak.high,
        "mean_median": curve.mean.median,
        "mean_min": curve.mean.low,
        "mean_max": curve.mean.high,
        "preferred_px": curve.preferred_px,
        "bandwidth_octaves": curve.bandwidth_octaves,
        "size_matters": curve.size_matters,
    }


def _filter_numbers(one: Tuned) -> dict[str, Any]:
    levels = [{"level": at, **_numbers(level)} for at, level in enumerate(one.levels)]
    growth = {
        "sizes_px": one.growth.sizes_px,
        "factors": one.growth.factors,
        "response_median": one.growth.peak.median,
        "response_min": one.growth.peak.low,
        "response_max": one.growth.peak.high,
        "replicated_off": one.growth.replicated_off,
        "whole_off": one.growth.whole_off,
        "between_off": one.growth.between_off,
    }
    return {"name": one.name, **_numbers(one.curve), "levels": levels, "growth": growth}


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises, of the first filter alone; then every filter's."""
    first = _numbers(result.filters[0].curve)
    return {**first, "filters": [_filter_numbers(one) for one in result.filters]}
