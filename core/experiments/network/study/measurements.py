"""The study of a network: its measurements, each taken once for all who ask.

A :class:`Measurement` is a row of steps that are computed one by one when somebody wants them.
Several threads may ask at the same time: each step is computed by one of them and seen by all. Who
stops asking leaves what was found, and the next goes on from there. :class:`Together` is a few
measurements in a row, as one piece of work for :class:`core.jobs.queue.Turns`.

What each measurement needs is in the arguments of the functions that make it; those of a spec
without a picture, and those of a network alone, may therefore be shared between sessions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ....imaging.subjects import Picture
from ....jobs.queue import Report
from ....networks import NETWORKS, load
from ..spec import CONTROLS, Spec, still

if TYPE_CHECKING:
    from ..units.kernel_copies import Copies

DETAIL_SHOWN_PX = 200.0  # the apparent size at which less and less detail is shown
SECONDS = {"efficientnet-lite0": 0.025, "mobilenet-v2": 0.025, "vgg16-hed": 0.5}  # of a picture


class Measurement:
    """Steps that are computed when wanted, and what they are gathered to.

    ``begin`` gives the steps one by one; ``count``: how many there will be; ``gather`` makes a
    result of one step or more; ``seconds``: about how long it all takes on one core.
    """

    def __init__(
        self,
        begin: Callable[[], Iterator[Any]],
        count: int,
        gather: Callable[[Sequence[Any]], Any],
        seconds: float,
    ) -> None:
        self.count, self.seconds = count, seconds
        self._begin, self._gather = begin, gather
        self._computing = threading.Lock()
        self._rest: Iterator[Any] | None = None
        self._steps: list[Any] = []
        self._found: Any = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be computed."""
        return self._found is not None

    @property
    def done(self) -> int:
        """How many steps are there."""
        return self.count if self.is_complete else len(self._steps)

    @property
    def found(self) -> Any:
        """The result of the steps so far; None before the first. Never waits for a step."""
        if self._found is None and (steps := tuple(self._steps)):
            return self._gather(steps)
        return self._found

    def step(self, seen: int) -> int:
        """See that there are more than ``seen`` steps, and tell how many there are.

        Waits where another thread is computing. What a step raises goes to the one who computed
        it, and the measurement begins anew for the next.
        """
        with self._computing:
            if not self.is_complete and len(self._steps) <= seen:
                self._advance()
            return self.done

    def _advance(self) -> None:
        try:
            self._rest = self._rest or self._begin()
            self._steps.append(next(self._rest))
        except StopIteration:
            self._found = self._gather(tuple(self._steps))
            self._steps, self._rest = [], None
        except BaseException:
            self._steps, self._rest = [], None
            raise


class Together:
    """Measurements in a row."""

    def __init__(self, *parts: Measurement) -> None:
        self.parts = parts

    @property
    def is_complete(self) -> bool:
        """Whether all of them are."""
        return all(part.is_complete for part in self.parts)

    @property
    def found(self) -> tuple[Any, ...]:
        """What each has found so far; None for one that has found nothing."""
        return tuple(part.found for part in self.parts)

    @property
    def seconds_left(self) -> float:
        """About how long the rest takes on one core."""
        return sum(part.seconds * (1 - part.done / part.count) for part in self.parts)

    def work(self, report: Report) -> tuple[Any, ...]:
        """Take what is missing; the ``partial`` that is reported is :attr:`found`."""
        whole = sum(part.seconds for part in self.parts)
        for part in self.parts:
            seen = 0
            while not part.is_complete:
                seen = part.step(seen)
                report(1 - self.seconds_left / whole, self.found)
        return self.found


def _load(network: str, control: str) -> Any:
    return load(network, control == "shuffled")


def _views(network: str, count: int) -> float:
    return SECONDS[network] * count


def sweep(spec: Spec, picture: Picture | None = None, alone: bool = False) -> Measurement:
    """The sweep of a spec, a :class:`core.experiments.network.sweep.Result`.

    ``alone``: of the object alone, so without layers, in a fifth of the time.
    """
    from ..sweep import OTHER_SHIFTS, others_than, result_of, steps

    plain, sizes = still(spec), len(set(spec.sizes_px))
    others = () if alone else others_than(None if picture is not None else spec.image)
    each = spec.shifts + len(others) * min(spec.shifts, OTHER_SHIFTS)
    seconds = _views(spec.network, sizes * each)
    return Measurement(lambda: steps(plain, picture, alone=alone), sizes, result_of, seconds)


def details(spec: Spec, picture: Picture | None = None) -> Measurement:
    """The object at :data:`DETAIL_SHOWN_PX` with less and less detail: a result for every amount.

    Gives a tuple of results of one size each, by ``detail_px`` ascending: those of the spec's sizes
    that are smaller than that, in whole pixels.
    """
    from ..sweep import Result, result_of, steps

    amounts = sorted({round(size) for size in spec.sizes_px if size < DETAIL_SHOWN_PX})
    plain = replace(still(spec), sizes_px=(DETAIL_SHOWN_PX,))

    def begin() -> Iterator[Result]:
        for amount in amounts:
            yield result_of(list(steps(replace(plain, detail_px=amount), picture, alone=True)))

    seconds = _views(spec.network, len(amounts) * spec.shifts)
    return Measurement(begin, max(1, len(amounts)), tuple, seconds)


def units(network: str, control: str) -> Measurement:
    """All units at all sizes over the bundled photographs: ``network_units.Responses``."""
    from ....networks.unit_responses import SHIFTS_PX, SIZES_PX, collect, crops, steps

    def begin() -> Iterator[Any]:
        return steps(_load(network, control))

    def all_of(done: Sequence[Any]) -> Any:
        return collect(_load(network, control), done)

    count = len(crops())
    seconds = _views(network, count * len(SIZES_PX) * len(SHIFTS_PX))
    return Measurement(begin, count, all_of, seconds)


def gratings(network: str, control: str) -> Measurement:
    """All units to gratings of every wavelength: ``network_gratings.Gratings``."""
    from ..units.gratings import ORIENTATIONS, PHASES, WAVELENGTHS_PX, collect, steps

    def begin() -> Iterator[Any]:
        return steps(_load(network, control))

    def all_of(done: Sequence[Any]) -> Any:
        return collect(_load(network, control), done)

    count = len(WAVELENGTHS_PX)
    return Measurement(begin, count, all_of, _views(network, count * ORIENTATIONS * PHASES))


def partners(network: str, answers: Measurement) -> Measurement:
    """The partner test of every place, by name, of complete :func:`units`."""
    from ..units.partners import partners as tested

    places = NETWORKS[network].places

    def begin() -> Iterator[Any]:
        seen = answers.found
        for place in places:
            maps = seen.response[place.name]
            yield tested(place.name, seen.sizes_px, maps, seen.photographs)

    def by_name(done: Sequence[Any]) -> dict[str, Any]:
        return {one.place: one for one in done}

    seconds = sum(1.5e-6 * place.channels**2 for place in places) + 0.05 * len(places)
    return Measurement(begin, len(places), by_name, seconds)


def kernels(network: str) -> Measurement:
    """Scaled copies among the depthwise kernels of every place that has large enough ones.

    A dict of ``network_kernels.Copies`` by place, empty for a network without such kernels.
    """
    from ..units.kernel_copies import SIDE, copies

    def begin() -> Iterator[Copies | None]:
        yield None  # so that there is a step where there are no kernels
        for place, one in load(network).kernels.items():
            if one.shape[-1] >= SIDE:
                yield copies(place, one)

    def by_name(done: Sequence[Copies | None]) -> dict[str, Copies]:
        return {one.place: one for one in done if one is not None}

    layout = NETWORKS[network].layout
    blocks = [] if layout is None else list(layout.blocks())
    large = sum(block.kernel >= SIDE for _, block in blocks)
    return Measurement(begin, large + 1, by_name, 0.1 + 0.5 * large)


def grounds(spec: Spec) -> list[Spec]:
    """The spec on every background."""
    from ....imaging.subjects import GROUNDS

    return [replace(still(spec), background=name) for name in GROUNDS]


def both(spec: Spec) -> tuple[Spec, Spec]:
    """The spec with trained and with shuffled weights."""
    trained, shuffled = (replace(still(spec), control=name) for name in CONTROLS)
    return trained, shuffled
