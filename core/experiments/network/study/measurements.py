"""The resumable measurements of the study of a network.

A measurement depends on nothing but the arguments of the function that makes it. Those of a spec
without a user's picture, and those of a network alone, may therefore be shared between sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ....imaging.subjects import Picture
from ....jobs.measurement import Measurement, done_by_count
from ....networks import NETWORKS, load
from ....specs.measurement_key import measurement_key
from ..spec import SWEEP, WEIGHTS, Spec
from ..tolerance.measure import COPIES

if TYPE_CHECKING:
    from ....networks.unit_responses import Responses
    from ..sweep import Result, Step
    from ..tolerance.measure import Step as Shown
    from ..tolerance.table import Tolerances
    from ..units.grating_study import GratingStudy
    from ..units.kernel_copies import Copies
    from ..units.study import UnitStudy

DETAIL_SHOWN_PX = 200.0  # the apparent size at which less and less detail is shown
SECONDS = {"efficientnet-lite0": 0.025, "mobilenet-v2": 0.025, "vgg16-hed": 0.5}  # per view


def _load(network: str, weights: str) -> Any:
    return load(network, weights == "shuffled")


def _seconds(network: str, views: int) -> float:
    return SECONDS[network] * views


def sweep(
    spec: Spec, picture: Picture | None = None, object_only: bool = False
) -> Measurement[Step, Result]:
    """Measure the object at every size of the spec.

    ``picture``: a user's, float32 (3, rows, columns) in [0, 1]. ``object_only``: without the other
    objects, and therefore without layers, in a fifth of the time.
    """
    from ..sweep import OTHER_SHIFTS, collect, other_objects, steps

    plain, sizes = measurement_key(spec, SWEEP), len(set(spec.sizes_px))
    others = () if object_only else other_objects(None if picture is not None else spec.image)
    each = spec.shifts + len(others) * min(spec.shifts, OTHER_SHIFTS)
    seconds = _seconds(spec.network, sizes * each)
    return Measurement(
        lambda: steps(plain, picture, object_only=object_only),
        collect,
        seconds,
        done_by_count(sizes),
    )


def tolerances(spec: Spec) -> Measurement[Shown, Tolerances | None]:
    """Measure the tolerance of every layer over all bundled pictures, trained and shuffled."""
    from ..tolerance.measure import COPIES, collect, over_pictures, protocol_of, seeds_of
    from ..tolerance.measure import steps as shown

    plain, seeds = over_pictures(spec), seeds_of(COPIES)
    protocol = protocol_of(plain, spec.net)
    count = len(seeds) * len(protocol.objects)
    return Measurement(
        lambda: shown(plain, seeds),
        lambda done: collect(done, protocol, spec.net),
        _seconds(spec.network, count * len(protocol.sizes_px) * protocol.shifts),
        done_by_count(count),
    )


def details(spec: Spec, picture: Picture | None = None) -> Measurement[Result, tuple[Result, ...]]:
    """Measure the object at :data:`DETAIL_SHOWN_PX` with less and less detail.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1], or None. Each result has one
    size; they are in order of ``detail_px``, ascending: the spec's sizes below that size, rounded
    to pixels.
    """
    from ..sweep import collect, steps

    amounts = sorted({round(size) for size in spec.sizes_px if size < DETAIL_SHOWN_PX})
    plain = replace(measurement_key(spec, SWEEP), sizes_px=(DETAIL_SHOWN_PX,))

    def begin() -> Iterator[Result]:
        for amount in amounts:
            yield collect(list(steps(replace(plain, detail_px=amount), picture, object_only=True)))

    seconds = _seconds(spec.network, len(amounts) * spec.shifts)
    return Measurement(begin, tuple, seconds, done_by_count(len(amounts)))


def units(network: str, weights: str) -> Measurement[Any, Responses]:
    """Measure the responses of all units to the bundled photographs at all sizes."""
    from ....networks.unit_responses import SHIFTS_PX, SIZES_PX, collect, crops, steps

    def begin() -> Iterator[Any]:
        return steps(_load(network, weights))

    def gather(done: Sequence[Any]) -> Responses:
        return collect(_load(network, weights), done)

    count = len(crops())
    seconds = _seconds(network, count * len(SIZES_PX) * len(SHIFTS_PX))
    return Measurement(begin, gather, seconds, done_by_count(count))


def gratings(network: str) -> Measurement[Any, GratingStudy | None]:
    """Measure preferred wavelengths, trained and with all shuffled copies of the weights."""
    from ..units import grating_study
    from ..units.gratings import ORIENTATIONS, PHASES, WAVELENGTHS_PX

    count = grating_study.count_steps()
    views = (1 + COPIES) * len(WAVELENGTHS_PX) * ORIENTATIONS * PHASES
    return Measurement(
        lambda: grating_study.steps(network),
        lambda done: grating_study.collect(network, done),
        _seconds(network, views),
        done_by_count(count),
    )


def unit_study(
    network: str,
    trained: Measurement[Any, Responses],
    shuffled: Measurement[Any, Responses],
) -> Measurement[Any, UnitStudy]:
    """Test all units, trained and with all shuffled copies of the weights.

    ``trained``, ``shuffled``: of :func:`units`; the second is the copy of seed 0. What is complete
    of them is not measured again.
    """
    from ....networks.unit_responses import SHIFTS_PX, SIZES_PX, crops
    from ..units import study

    known = {study.TRAINED: trained, 0: shuffled}

    def responses_of(seed: study.Seed) -> Responses | None:
        return known[seed].final_result if seed in known else None

    layers, pictures = NETWORKS[network].layers, len(crops())
    others = (1 + COPIES - len(known)) * pictures
    seconds = _seconds(network, others * len(SIZES_PX) * len(SHIFTS_PX))
    seconds += sum(2.5e-5 * layer.channels**2 + 2 for layer in layers)
    return Measurement(
        lambda: study.steps(network, responses_of),
        study.collect,
        seconds,
        done_by_count(others + (1 + COPIES) * len(layers)),
    )


def kernels(network: str) -> Measurement[Copies | None, dict[str, Copies]]:
    """Measure scaled copies among the depthwise kernels, by the name of the layer.

    The result is empty for a network without kernels that are large enough.
    """
    from ..units.kernel_copies import SIDE, copies

    def begin() -> Iterator[Copies | None]:
        yield None  # so that there is a step where there are no kernels
        for layer, weights in load(network).kernels.items():
            if weights.shape[-1] >= SIDE:
                yield copies(layer, weights)

    def by_name(done: Sequence[Copies | None]) -> dict[str, Copies]:
        return {found.layer: found for found in done if found is not None}

    layout = NETWORKS[network].layout
    blocks = [] if layout is None else list(layout.blocks())
    large = sum(block.kernel >= SIDE for _, block in blocks)
    return Measurement(begin, by_name, 0.1 + 1.5 * large, done_by_count(large + 1))


def per_background(spec: Spec) -> list[Spec]:
    """Return the key of the spec's sweep on every background."""
    from ....imaging.subjects import BACKGROUNDS

    return [replace(measurement_key(spec, SWEEP), background=name) for name in BACKGROUNDS]


def trained_and_shuffled(spec: Spec) -> tuple[Spec, Spec]:
    """Return the keys of the spec's sweep with trained and with shuffled weights."""
    trained, shuffled = (replace(measurement_key(spec, SWEEP), weights=name) for name in WEIGHTS)
    return trained, shuffled
