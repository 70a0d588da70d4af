"""Tuning curves: peak response over apparent size, for up to four filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...filters.kernels import Kernel
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress
    from .growth import Growth
    from .scene import Scene
    from .tuning import Curve


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
    from .tuning import curve

    stimulus, pooling = spec.stimulus(), spec.pooling(0)
    return tuple(curve(kernel, stimulus, spec.sizes_px, pooling) for kernel in spec.kernels())


def _tuned(spec: Spec, name: str, kernel: Kernel) -> Tuned:
    from .growth import growth
    from .tuning import curve

    stimulus = spec.stimulus()
    levels = tuple(
        curve(kernel, stimulus, spec.sizes_px, spec.pooling(level))
        for level in range(spec.depth + 1)
    )
    grown = growth(kernel, stimulus, spec.reference_px)
    return Tuned(name, kernel, levels[0], levels, grown)


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Filter the present scene, and measure every filter's curves."""
    from .scene import look

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
