"""Sweep the size of one object: class probabilities, and how similar every layer stays to itself.

The sizes come in an order that gives a useful curve when it is stopped early: the reference size,
both ends, then the middles of the gaps. :func:`steps` yields one size after the other;
:func:`collect` makes a result of the steps so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...imaging.subjects import SUBJECTS, Picture, Subject
from ...networks import LoadedNetwork, Network, labels
from ...networks.compute import ComputeOptions
from ...specs.spec import SpecError
from .responses import Floats, Group, Response, ResponseRecorder, in_threads, recorder
from .similarity import LayerSimilarity, layer_similarity
from .spec import Spec

if TYPE_CHECKING:
    from .tolerance.table import Tolerances

Numbers = NDArray[np.float64]

REFERENCE_PX = 150.0  # near, with a margin; the nearest size of the sweep is the reference
OTHER_SHIFTS = 2  # at most, for the other objects: they only give the baseline
ON_CPU = ComputeOptions()
TOP = 5


@dataclass(frozen=True)
class Setting:
    """What a sweep measures.

    ``is_user_picture``: whether the picture is the user's; ``sizes_px`` ascending; ``reference``:
    the index of the size that all others are compared with; ``others``: names of bundled objects.
    """

    spec: Spec
    network: Network
    subject: Subject
    is_user_picture: bool
    sizes_px: tuple[float, ...]
    reference: int
    others: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One size.

    ``index``: into the setting's sizes; ``responses``: to the object, then to the others; ``done``:
    the fraction of the sweep that is done with it.
    """

    setting: Setting
    index: int
    responses: tuple[Response, ...]
    done: float


@dataclass(frozen=True)
class Result:
    """The sizes that were measured and what was found.

    ``sizes_px``: float64 (sizes,), ascending; ``reference``: the index of the reference size.
    ``probability``: float64 (sizes, shifts) in [0, 1], of ``classes`` together, None for a network
    without classes; ``assumed``: whether ``classes`` is the network's own top class at the
    reference size, since no correct class is known. ``top``: five (label, probability) per size,
    the mean over shifts. ``layers``: by layer name, in the network's order; empty in a sweep of the
    object only. ``complete``: whether no size is missing. ``over_pictures``: the tolerances of
    these layers over all bundled pictures and several shuffled copies; None where not measured.
    """

    setting: Setting
    sizes_px: Numbers
    reference: int
    probability: Numbers | None
    classes: tuple[int, ...]
    assumed: bool
    top: tuple[tuple[tuple[str, float], ...], ...]
    layers: dict[str, LayerSimilarity]
    complete: bool
    over_pictures: Tolerances | None = None

    @property
    def reference_px(self) -> float:
        """The size that all others are compared with, px."""
        return float(self.sizes_px[self.reference])


def other_objects(image: str | None) -> tuple[str, ...]:
    """List the bundled objects of other photographs, one of each."""
    photographs = {SUBJECTS[image].photograph} if image else set()
    names = []
    for name, sample in SUBJECTS.items():
        if sample.photograph not in photographs:
            photographs.add(sample.photograph)
            names.append(name)
    return tuple(names)


def coarse_to_fine(count: int, first: int) -> list[int]:
    """Order 0 to count - 1: ``first``, both ends, then the middles of the gaps."""
    order = list(dict.fromkeys((first, 0, count - 1)))
    while len(order) < count:
        known = sorted(order)
        gaps = pairwise(known)
        order += [(low + high) // 2 for low, high in gaps if high - low > 1]
    return order


def sweep_setting(
    spec: Spec, picture: Picture | None, network: Network, object_only: bool = False
) -> Setting:
    """Make the setting of a spec's sweep.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1], or None; ``object_only``: without
    other objects.
    """
    sizes = tuple(sorted(set(spec.sizes_px)))
    octaves = np.abs(np.log2(np.array(sizes) / REFERENCE_PX))
    others = () if object_only else other_objects(None if picture is not None else spec.image)
    subject = spec.subject(picture)
    reference = int(octaves.argmin())
    return Setting(spec, network, subject, picture is not None, sizes, reference, others)


def _recorder(
    spec: Spec, network: LoadedNetwork | None, compute: ComputeOptions
) -> ResponseRecorder:
    if network is None:
        shuffled, settings = spec.weights == "shuffled", spec.render_settings()
        device, half, compiled = compute.device, compute.half, compute.compiled
        return recorder(spec.network, shuffled, device, settings, half, compiled)
    if spec.weights == "shuffled":
        raise SpecError("weights", "shuffled", "'trained' for a network of your own")
    return ResponseRecorder(network, spec.render_settings(network.network))


def steps(
    spec: Spec,
    picture: Picture | None = None,
    network: LoadedNetwork | None = None,
    compute: ComputeOptions = ON_CPU,
    object_only: bool = False,
) -> Iterator[Step]:
    """Yield one :class:`Step` per size, the reference size first; may be left at any time.

    ``picture``: the user's, float32 (3, rows, columns) in [0, 1], in place of the spec's;
    ``network``: an external network in place of the spec's; ``compute``: its device is cpu or cuda.
    ``object_only`` leaves out the other objects: no baselines and no layers, in a fifth of the
    time. Raises SpecError for a spec that does not fit these, NetworkMissing where the network or
    the device is missing.
    """
    response_recorder = _recorder(spec, network, compute)
    loaded = response_recorder.loaded
    setting = sweep_setting(spec, picture, loaded.network, object_only)
    order = coarse_to_fine(len(setting.sizes_px), setting.reference)
    groups = response_recorder.groups([setting.sizes_px[index] for index in order])
    other_shifts = min(spec.shifts, OTHER_SHIFTS)

    def record(group: Group) -> list[tuple[Response, ...]]:
        return response_recorder.record(
            setting.subject, setting.others, group, spec.shifts, other_shifts
        )

    done = 0
    for recorded in in_threads(record, groups, loaded.device):
        for responses in recorded:
            done += 1
            yield Step(setting, order[done - 1], responses, done / len(order))


def _top(probabilities: Numbers) -> tuple[tuple[str, float], ...]:
    """The five most probable labels of (classes,), the most probable first."""
    order = np.argsort(-probabilities, kind="stable")[:TOP]
    return tuple((labels()[index], float(probabilities[index])) for index in order)


def top_labels(probabilities: Floats | None) -> tuple[tuple[str, float], ...]:
    """List the five most probable (label, probability), the mean over shifts.

    ``probabilities``: float32 (shifts, classes); None for a network without classes gives ().
    """
    if probabilities is None:
        return ()
    return _top(probabilities.mean(axis=0, dtype=np.float64))


def correct_classes(subject: Subject, probabilities: Floats | None) -> tuple[int, ...]:
    """The subject's own classes, or else the network's top class; () without classes.

    ``probabilities``: float32 (shifts, classes); None for a network without classes.
    """
    if probabilities is None:
        return ()
    if subject.classes:
        return subject.classes
    return (int(probabilities.mean(axis=0, dtype=np.float64).argmax()),)


def _layers(done: Sequence[Step], sizes_px: Numbers, reference: int) -> dict[str, LayerSimilarity]:
    layers = {}
    for name in done[0].responses[0].layers:
        shifted = np.stack([step.responses[0].units(name) for step in done])
        units = np.array(
            [[response.units(name).mean(0) for response in step.responses] for step in done]
        )
        layers[name] = layer_similarity(units.swapaxes(0, 1), shifted, sizes_px, reference)
    return layers


def collect(done: Sequence[Step]) -> Result:
    """Make the result of at least the first step; sizes that were not measured are left out."""
    setting = done[0].setting
    ordered = sorted(done, key=lambda step: step.index)
    indices = [step.index for step in ordered]
    sizes = np.array([setting.sizes_px[index] for index in indices], dtype=np.float64)
    classes = correct_classes(setting.subject, done[0].responses[0].probabilities)
    to_object = [step.responses[0].probabilities for step in ordered]
    known = [one for one in to_object if one is not None]
    reference = indices.index(setting.reference)
    return Result(
        setting,
        sizes,
        reference,
        np.stack(known)[:, :, list(classes)].sum(2, dtype=np.float64) if known else None,
        classes,
        bool(known) and not setting.subject.classes,
        tuple(top_labels(one) for one in to_object),
        _layers(ordered, sizes, reference) if setting.others else {},
        len(done) == len(setting.sizes_px),
    )


def _plain(values: Numbers) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def summarize(result: Result) -> dict[str, Any]:
    """``sizes_px``, ``probability``, ``top`` and ``layers``, as lists over sizes."""
    probability = result.probability
    nothing: list[float | None] = [None] * len(result.sizes_px)
    return {
        "sizes_px": _plain(result.sizes_px),
        "probability": nothing if probability is None else _plain(probability.mean(axis=1)),
        "top": [[list(pair) for pair in pairs] for pairs in result.top],
        "layers": {
            name: {
                "similarity": _plain(layer.similarity),
                "floor": _plain(layer.baseline),
                "corrected": _plain(layer.corrected),
                "tolerance_octaves": layer.tolerance_octaves,
            }
            for name, layer in result.layers.items()
        },
    }
