"""The tests of all units of a network: trained, and with several shuffled copies of its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .... import networks
from ....evidence.resampling import cluster_weights
from ....networks import LoadedNetwork
from ....networks.unit_responses import Response, Responses
from ..tolerance.measure import COPIES
from .agreement import Agreements, Values, agreement
from .partners import DRAWS, Partners, Plan, make_plan, partners
from .scaled_copies import ScaledCopies, compare

TRAINED = None  # in place of a seed
Seed = int | None
Known = Callable[[Seed], Responses | None]


@dataclass(frozen=True, eq=False)
class LayerTest:
    """The tests of one layer. ``agreements`` float64 (1 + draws,): as it is, then reweighted."""

    partners: Partners
    agreements: Values


@dataclass(frozen=True, eq=False)
class Step:
    """A part of the work; ``test``: None while the pictures are being shown."""

    seed: Seed
    test: LayerTest | None = None


@dataclass(frozen=True, eq=False)
class UnitStudy:
    """The tests of the trained network and of the shuffled ones, each a tuple over the layers."""

    trained: tuple[LayerTest, ...]
    shuffled: tuple[tuple[LayerTest, ...], ...]

    @property
    def is_complete(self) -> bool:
        """Whether there is something to compare with all controls."""
        return bool(self.trained) and len(self.shuffled) == COPIES

    @property
    def partners(self) -> dict[str, Partners]:
        """The partner tests of the trained network, by layer."""
        return {test.partners.layer: test.partners for test in self.trained}

    @property
    def copies(self) -> ScaledCopies:
        """The scaled copies of all layers with their controls."""
        shuffled = [[test.partners for test in one] for one in self.shuffled]
        return compare([test.partners for test in self.trained], shuffled)

    @property
    def agreements(self) -> Agreements:
        """How far preferred sizes carry over, with their controls."""
        trained = np.stack([test.agreements for test in self.trained], axis=1)
        shuffled = np.stack(
            [np.stack([test.agreements for test in one], axis=1) for one in self.shuffled]
        )
        draws = np.arange(len(trained) - 1)
        return Agreements(
            layers=tuple(test.partners.layer for test in self.trained),
            photographs=self.trained[0].partners.photographs,
            trained=trained[0],
            shuffled=shuffled[:, 0],
            trained_draws=trained[1:],
            shuffled_draws=shuffled[draws % len(shuffled), 1 + draws],
        )


def load(slug: str, seed: Seed) -> LoadedNetwork:
    """Load the trained network, or the copy whose weights were shuffled with a seed."""
    return networks.load(slug) if seed is TRAINED else networks.load_shuffled(slug, seed)


def measure_layer(
    layer: str, sizes_px: Values, response: Response, names: Sequence[str], plan: Plan
) -> LayerTest:
    """Make both tests of one layer from float32 (pictures, sizes, units)."""
    weights = [None, *cluster_weights(names, DRAWS)]
    agreements = [agreement(sizes_px, response, names, each) for each in weights]
    return LayerTest(partners(layer, sizes_px, response, plan), np.array(agreements))


def measure_units(responses: Responses, seed: Seed) -> Iterator[Step]:
    """Test one layer after the other; the controls of chance are those of the trained network."""
    names = responses.photographs
    plan = make_plan(names, DRAWS if seed is TRAINED else 0)
    for layer, response in responses.response.items():
        yield Step(seed, measure_layer(layer, responses.sizes_px, response, names, plan))


def steps(slug: str, known: Known = lambda seed: None) -> Iterator[Step]:
    """Show the pictures to every copy of a network, and test its units.

    ``known``: gives responses that have been measured already, or None.
    """
    from ....networks import unit_responses

    for seed in (TRAINED, *range(COPIES)):
        responses = known(seed)
        if responses is None:
            loaded, shown = load(slug, seed), []
            for picture in unit_responses.steps(loaded):
                shown.append(picture)
                yield Step(seed)
            responses = unit_responses.collect(loaded, shown)
        yield from measure_units(responses, seed)


def collect(done: Sequence[Step]) -> UnitStudy:
    """Put the copies of a network together whose layers have all been tested."""
    tests: dict[Seed, list[LayerTest]] = {}
    for step in done:
        if step.test is not None:
            tests.setdefault(step.seed, []).append(step.test)
    trained = tuple(tests.get(TRAINED, ()))
    seeds = [seed for seed in tests if seed is not TRAINED]
    shuffled = tuple(tuple(tests[seed]) for seed in seeds)
    return UnitStudy(trained, tuple(one for one in shuffled if len(one) == len(trained)))


def to_json(study: UnitStudy) -> dict[str, Any]:
    """Encode all numbers of a study."""

    def encode(tests: Sequence[LayerTest]) -> list[dict[str, Any]]:
        return [
            {
                "partners": test.partners.to_json(),
                "agreements": [
                    None if np.isnan(value) else round(value, 4)
                    for value in test.agreements.tolist()
                ],
            }
            for test in tests
        ]

    return {"trained": encode(study.trained), "shuffled": [encode(one) for one in study.shuffled]}


def from_json(values: Mapping[str, Any]) -> UnitStudy:
    """Decode what :func:`to_json` wrote."""

    def decode(tests: Sequence[Mapping[str, Any]]) -> tuple[LayerTest, ...]:
        return tuple(
            LayerTest(
                Partners.from_json(test["partners"]), np.array(test["agreements"], dtype=np.float64)
            )
            for test in tests
        )

    return UnitStudy(decode(values["trained"]), tuple(decode(one) for one in values["shuffled"]))
