"""Measure the tolerance of every layer to every bundled object, trained and shuffled.

Every object is shown once at each size and shift. From these features follow the similarities of
all objects and the baselines of all: for each object, the others at the same sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .... import networks
from ....imaging.subjects import bundled_subject
from ....networks import LoadedNetwork
from ....networks.notation import AUTO
from ....specs.measurement_key import measurement_key
from ..responses import Floats, Group, Response, ResponseRecorder, in_threads
from ..similarity import compare_with_reference, octaves_tolerated
from ..spec import SWEEP, Spec
from ..sweep import OTHER_SHIFTS, other_objects, sweep_setting
from .table import Numbers, Protocol, Tolerances

COPIES = 5  # shuffled copies, one for each random seed from 0 on
TRAINED = None  # in place of a seed


@dataclass(frozen=True, eq=False)
class Step:
    """One object, shown to one copy of the network at every size.

    ``seed``: of the shuffled weights, None for the trained ones. ``features``: float32 (sizes,
    width), mean activations over all shifts, above those of the blank canvas; ``as_other``: the
    same over the few shifts that a baseline takes. ``columns``: the slice of each layer in them.
    """

    seed: int | None
    name: str
    features: Floats
    as_other: Floats
    columns: Mapping[str, slice]


def protocol_of(spec: Spec, network: networks.Network) -> Protocol:
    """Return what is measured with the sizes and shifts of a spec, over all photographs."""
    setting = sweep_setting(spec, None, network)
    return Protocol(other_objects(None), setting.sizes_px[: setting.reference + 1], spec.shifts)


def over_pictures(spec: Spec) -> Spec:
    """Return the key of a spec's tolerances over all pictures: what is not about one of them."""
    plain = Spec()
    return replace(
        measurement_key(spec, SWEEP),
        image=plain.image, weights=plain.weights, box=AUTO, classes=AUTO,
    )  # fmt: skip


def seeds_of(copies: int) -> list[int | None]:
    """Return what :func:`steps` runs through: the trained weights, then every shuffled copy."""
    return [TRAINED, *range(copies)]


def _load(slug: str, seed: int | None, device: str) -> LoadedNetwork:
    if seed is TRAINED:
        return networks.load(slug, device=device)
    return networks.load_shuffled(slug, seed, device)


def steps(
    spec: Spec,
    seeds: Sequence[int | None],
    device: str = "cpu",
    external: LoadedNetwork | None = None,
) -> Iterator[Step]:
    """Yield one :class:`Step` per seed and object.

    ``external``: in place of the spec's network; it has no shuffled copies. Raises NetworkMissing
    where the network or the device is missing.
    """
    for seed in seeds:
        loaded = external or _load(spec.network, seed, device)
        recorder = ResponseRecorder(loaded, spec.render_settings(loaded.network))
        protocol = protocol_of(spec, loaded.network)
        for name in protocol.objects:
            yield _record(recorder, protocol, seed, name)


def _record(recorder: ResponseRecorder, protocol: Protocol, seed: int | None, name: str) -> Step:
    def record(group: Group) -> list[tuple[Response, ...]]:
        return recorder.record(bundled_subject(name), (), group, protocol.shifts, 0)

    groups = recorder.groups(protocol.sizes_px)
    responses = [
        response
        for recorded in in_threads(record, groups, recorder.loaded.device)
        for (response,) in recorded
    ]
    moved = np.stack([response.features for response in responses])
    columns = {layer: responses[0].columns[layer] for layer in responses[0].layers}
    few = min(protocol.shifts, OTHER_SHIFTS)
    return Step(seed, name, moved.mean(axis=1), moved[:, :few].mean(axis=1), columns)


def tolerances_of(shown: Sequence[Step], protocol: Protocol) -> Numbers:
    """Compute the tolerances of one copy of a network, float64 (objects, layers).

    ``shown``: one step per object. See :class:`Tolerances` for what is not a number.
    """
    sizes, reference = np.array(protocol.sizes_px), len(protocol.sizes_px) - 1
    features = np.stack([step.features for step in shown])
    as_other = np.stack([step.as_other for step in shown])
    rows = []
    for index in range(len(shown)):
        units = np.concatenate((features[index][None], np.delete(as_other, index, axis=0)))
        rows.append(
            [
                octaves_tolerated(
                    sizes, compare_with_reference(units[..., part], reference)[-1], reference
                )
                for part in shown[0].columns.values()
            ]
        )
    return np.array(rows, dtype=np.float64)


def collect(
    done: Sequence[Step], protocol: Protocol, network: networks.Network
) -> Tolerances | None:
    """Make the table of those copies whose objects have all been shown; None before the first."""
    count, layers = len(protocol.objects), tuple(done[0].columns)
    whole = [done[first : first + count] for first in range(0, len(done) - count + 1, count)]
    tables = [tolerances_of(shown, protocol) for shown in whole]
    if not tables:
        return None
    shuffled = np.array(tables[1:]).reshape(-1, count, len(layers))
    return Tolerances(network, protocol, layers, tables[0], shuffled)
