"""The sweep: a network's answers to one object at many sizes, and what its layers keep of it.

Sizes come in an order that draws well when it is stopped: the reference size, then both ends, then
the middle of what is still missing. :func:`steps` gives one after the other and
:func:`result_of` makes a result of however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...imaging.subjects import SUBJECTS, Picture, Subject
from ...networks import Loaded, Network, labels
from ...specs.spec import SpecError
from .responses import Answer, Floats, Group, Watch, in_threads, watch
from .similarity import Layer, layer
from .spec import Spec

Numbers = NDArray[np.float64]

REFERENCE_PX = 150.0  # near, with room around it; the size of the sweep nearest to it is taken
OTHER_SHIFTS = 2  # that the other objects are averaged over at most: they only make the floor
TOP = 5


@dataclass(frozen=True)
class Setting:
    """What a sweep is of. ``own``: whether a person brought the picture; ``sizes_px`` ascending;
    ``reference``: which of them all others are compared with; ``others``: bundled objects."""

    spec: Spec
    network: Network
    subject: Subject
    own: bool
    sizes_px: tuple[float, ...]
    reference: int
    others: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One size. ``at``: which of the setting's; ``answers``: of the object, then of the others;
    ``done``: the fraction of the sweep that is done with it."""

    setting: Setting
    at: int
    answers: tuple[Answer, ...]
    done: float


@dataclass(frozen=True)
class Result:
    """``sizes_px``: float64 (sizes,), those that were done, ascending; ``reference``: which of them
    is the reference. ``probability``: float64 (sizes, shifts), of ``classes`` together, None for a
    network without classes; ``assumed``: whether ``classes`` is the network's own first answer at
    the reference size, for want of a right one. ``top``: five (label, p) per size, the mean over
    shifts. ``layers``: by place, in the network's order; none in a sweep of the object alone.
    ``complete``: whether no size is missing.
    """

    setting: Setting
    sizes_px: Numbers
    reference: int
    probability: Numbers | None
    classes: tuple[int, ...]
    assumed: bool
    top: tuple[tuple[tuple[str, float], ...], ...]
    layers: dict[str, Layer]
    complete: bool

    @property
    def reference_px(self) -> float:
        """The size that all others are compared with."""
        return float(self.sizes_px[self.reference])


def others_than(image: str | None) -> tuple[str, ...]:
    """The bundled objects of other photographs, one of each photograph."""
    seen = {SUBJECTS[image].photograph} if image else set()
    found = []
    for name, cut in SUBJECTS.items():
        if cut.photograph not in seen:
            seen.add(cut.photograph)
            found.append(name)
    return tuple(found)


def coarse_to_fine(count: int, first: int) -> list[int]:
    """0 to count - 1 in an order: ``first``, both ends, then the middles of what is missing."""
    order = list(dict.fromkeys((first, 0, count - 1)))
    while len(order) < count:
        known = sorted(order)
        gaps = pairwise(known)
        order += [(low + high) // 2 for low, high in gaps if high - low > 1]
    return order


def setting_of(
    spec: Spec, picture: Picture | None, network: Network, alone: bool = False
) -> Setting:
    """What the sweep of a spec is of; ``alone``: without other objects, of the object itself."""
    sizes = tuple(sorted(set(spec.sizes_px)))
    away = np.abs(np.log2(np.array(sizes) / REFERENCE_PX))
    others = () if alone else others_than(None if picture is not None else spec.image)
    subject = spec.subject(picture)
    return Setting(spec, network, subject, picture is not None, sizes, int(away.argmin()), others)


def _watch(spec: Spec, network: Loaded | None, device: str, half: bool, compile: bool) -> Watch:
    if network is None:
        shuffled = spec.control == "shuffled"
        return watch(spec.network, shuffled, device, spec.look(), half, compile)
    if spec.control == "shuffled":
        raise SpecError("control", "shuffled", "'trained' for a network of your own")
    return Watch(network, spec.look(network.network))


def steps(
    spec: Spec,
    picture: Picture | None = None,
    network: Loaded | None = None,
    device: str = "cpu",
    alone: bool = False,
    half: bool = False,
    compile: bool = False,
) -> Iterator[Step]:
    """One :class:`Step` per size, the reference size first; may be left at any time.

    ``picture``: a person's own, float32 (3, rows, columns) in [0, 1], in place of the spec's;
    ``network``: one of their own, in place of the spec's; ``alone``: without the other objects that
    make the floors, so that the result has no layers, in a fifth of the time; ``half`` and
    ``compile``: see :func:`core.networks.load`. Raises SpecError for a spec that does not fit
    these, and NetworkMissing where the network or the device is not here.
    """
    watching = _watch(spec, network, device, half, compile)
    setting = setting_of(spec, picture, watching.loaded.network, alone)
    order = coarse_to_fine(len(setting.sizes_px), setting.reference)
    groups = watching.together([setting.sizes_px[at] for at in order])
    few = min(spec.shifts, OTHER_SHIFTS)

    def look(group: Group) -> list[tuple[Answer, ...]]:
        return watching.answers(setting.subject, setting.others, group, spec.shifts, few)

    done = 0
    for answered in in_threads(look, groups, watching.loaded.device):
        for answers in answered:
            done += 1
            yield Step(setting, order[done - 1], answers, done / len(order))


def _top(odds: Numbers) -> tuple[tuple[str, float], ...]:
    """The five most probable labels of (classes,), the most probable first."""
    return tuple((labels()[at], float(odds[at])) for at in np.argsort(-odds, kind="stable")[:TOP])


def top_labels(odds: Floats | None) -> tuple[tuple[str, float], ...]:
    """The five most probable labels of (shifts, classes), mean over shifts; none of None."""
    if odds is None:
        return ()
    return _top(odds.mean(axis=0, dtype=np.float64))


def right_answers(subject: Subject, odds: Floats | None) -> tuple[int, ...]:
    """The subject's own classes, or else the network's first answer; empty without classes.

    ``odds``: probabilities (shifts, classes), None for a network without classes.
    """
    if odds is None:
        return ()
    if subject.classes:
        return subject.classes
    return (int(odds.mean(axis=0, dtype=np.float64).argmax()),)


def _layers(found: Sequence[Step], sizes_px: Numbers, reference: int) -> dict[str, Layer]:
    layers = {}
    for name in found[0].answers[0].places:
        moved = np.stack([step.answers[0].units(name) for step in found])
        units = np.array([[one.units(name).mean(0) for one in step.answers] for step in found])
        layers[name] = layer(units.swapaxes(0, 1), moved, sizes_px, reference)
    return layers


def result_of(found: Sequence[Step]) -> Result:
    """The result of at least the first step; sizes that were not done are left out."""
    setting = found[0].setting
    reference = found[0].answers[0]
    ordered = sorted(found, key=lambda step: step.at)
    at = [step.at for step in ordered]
    sizes = np.array([setting.sizes_px[one] for one in at], dtype=np.float64)
    classes = right_answers(setting.subject, reference.probabilities)
    mine = [step.answers[0] for step in ordered]
    odds = [one.probabilities for one in mine if one.probabilities is not None]
    where = at.index(setting.reference)
    return Result(
        setting,
        sizes,
        where,
        np.stack(odds)[:, :, list(classes)].sum(2, dtype=np.float64) if odds else None,
        classes,
        bool(odds) and not setting.subject.classes,
        tuple(top_labels(one.probabilities) for one in mine),
        _layers(ordered, sizes, where) if setting.others else {},
        len(found) == len(setting.sizes_px),
    )


def _plain(values: Numbers) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def numbers(result: Result) -> dict[str, Any]:
    """``sizes_px``, ``probability``, ``top`` and ``layers``, as lists over sizes."""
    odds = result.probability
    nothing: list[float | None] = [None] * len(result.sizes_px)
    return {
        "sizes_px": _plain(result.sizes_px),
        "probability": nothing if odds is None else _plain(odds.mean(axis=1)),
        "top": [[list(pair) for pair in pairs] for pairs in result.top],
        "layers": {
            name: {
                "similarity": _plain(one.similarity),
                "floor": _plain(one.floor),
                "corrected": _plain(one.corrected),
                "tolerance_octaves": one.tolerance_octaves,
            }
            for name, one in result.layers.items()
        },
    }
