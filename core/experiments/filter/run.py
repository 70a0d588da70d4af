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
    from .tuning import TuningCurve


@dataclass(frozen=True)
class FilterResult:
    """One filter: its tuning ``curve``, the curves after 0 to ``depth`` pooling layers, and growth.

    ``levels[0]`` is ``curve`` again.
    """

    name: str
    kernel: Kernel
    curve: TuningCurve
    levels: tuple[TuningCurve, ...]
    growth: Growth


@dataclass(frozen=True)
class Result:
    """The present scene under every filter, and every filter's curves."""

    spec: Spec
    scene: Scene
    filters: tuple[FilterResult, ...]


def curves(spec: Spec) -> tuple[TuningCurve, ...]:
    """Measure the tuning curve of every filter by itself."""
    from .stack import pooling_of, stimulus_of
    from .tuning import curve

    stimulus, pooling = stimulus_of(spec), pooling_of(spec, 0)
    return tuple(curve(kernel, stimulus, spec.sizes_px, pooling) for kernel in spec.kernels())


def _filter_result(spec: Spec, name: str, kernel: Kernel) -> FilterResult:
    from .growth import growth
    from .stack import pooling_of, stimulus_of
    from .tuning import curve

    stimulus = stimulus_of(spec)
    levels = tuple(
        curve(kernel, stimulus, spec.sizes_px, pooling_of(spec, level))
        for level in range(spec.depth + 1)
    )
    grown = growth(kernel, stimulus, spec.reference_px)
    return FilterResult(name, kernel, levels[0], levels, grown)


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Filter the present scene, and measure every filter's curves."""
    from .scene import run_scene

    results = []
    for name, kernel in zip(spec.names, spec.kernels(), strict=True):
        results.append(_filter_result(spec, name, kernel))
        if progress:
            progress(len(results) / len(spec.names))
    return Result(spec, run_scene(spec), tuple(results))


def _numbers(curve: TuningCurve) -> dict[str, Any]:
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
        "size_matters": curve.size_selectivity,
    }


def _filter_numbers(result: FilterResult) -> dict[str, Any]:
    levels = [{"level": level, **_numbers(curve)} for level, curve in enumerate(result.levels)]
    growth = {
        "sizes_px": result.growth.sizes_px,
        "factors": result.growth.factors,
        "response_median": result.growth.peak.median,
        "response_min": result.growth.peak.low,
        "response_max": result.growth.peak.high,
        "replicated_off": result.growth.replicated_off,
        "whole_off": result.growth.whole_off,
        "between_off": result.growth.between_off,
    }
    return {"name": result.name, **_numbers(result.curve), "levels": levels, "growth": growth}


def summary(result: Result) -> dict[str, Any]:
    """Numbers under the promised keys: those of the first filter, then those of every filter."""
    first = _numbers(result.filters[0].curve)
    return {**first, "filters": [_filter_numbers(filtered) for filtered in result.filters]}
