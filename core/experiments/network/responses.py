"""Record what a network responds to objects at many sizes and a few one-pixel shifts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, groupby
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ... import networks
from ...imaging.subject_views import changed_region, draw, draw_background
from ...imaging.subjects import RenderSettings, Subject, bundled_subject
from ...networks import LoadedNetwork
from ...networks.dirty_region import Box
from ...networks.pooled_features import LOGITS
from ...networks.stream import Stream

Floats = NDArray[np.float32]
Group = tuple[float, ...]

CACHED_RESPONSES = 1024  # per recorder: 33 kB each for EfficientNet-Lite0 over two shifts
CACHED_BLANKS = 128
RENDER_BATCH = 32  # sizes that are rendered in one batch


@dataclass(frozen=True, eq=False)
class Response:
    """The network's response to one object at one size.

    ``features``: float32 (shifts, width), the pooled activations of every layer minus those of the
    blank canvas, then class probabilities; ``columns``: the slice of each layer and of the
    probabilities in them.
    """

    features: Floats
    columns: Mapping[str, slice]

    @property
    def layers(self) -> list[str]:
        """The names of the network's layers, in order."""
        return [name for name in self.columns if name != LOGITS]

    @property
    def probabilities(self) -> Floats | None:
        """Class probabilities, float32 (shifts, classes); None for a network without classes."""
        return self.features[:, self.columns[LOGITS]] if LOGITS in self.columns else None

    def units(self, layer: str) -> Floats:
        """Mean activations of a layer above the blank canvas, float32 (shifts, channels)."""
        return self.features[:, self.columns[layer]]


def diagonal_shifts(shifts: int) -> tuple[tuple[int, int], ...]:
    """List steps of one pixel down and right; four of them meet every phase of a stride of 4 px."""
    return tuple((step, step) for step in range(shifts))


@dataclass(frozen=True, eq=False)
class ResponseRequest:
    """An object, its sizes in px and the number of one-pixel ``shifts`` at each.

    ``name``: of a bundled object, whose responses are cached; empty for one that is not cached.
    """

    subject: Subject
    sizes_px: Group
    shifts: int
    name: str = ""

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of its features: (sizes, shifts, width)."""
        return len(self.sizes_px), self.shifts, -1

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """The shifts, (rows, columns) in px."""
        return diagonal_shifts(self.shifts)


@dataclass(frozen=True, eq=False)
class ResponseRecorder:
    """One network with one way of rendering. Caches blank canvases and bundled objects."""

    loaded: LoadedNetwork
    settings: RenderSettings
    _blanks: dict[tuple[tuple[float, ...], int], Tensor] = field(default_factory=dict)
    _responses: dict[tuple[str, float, int], Response] = field(default_factory=dict)

    @property
    def _device_dtype(self) -> tuple[str, torch.dtype]:
        return self.loaded.device, self.loaded.dtype

    def groups(self, sizes_px: Sequence[float]) -> list[Group]:
        """Group the sizes that are run together: all of them on a GPU, one by one on a CPU."""
        if self.loaded.device == "cpu" or self.settings.resize_mode == "input-size":
            return [(size,) for size in sizes_px]
        return [tuple(sizes_px)]

    def blank(self, subject: Subject, canvas: int) -> Tensor:
        """Features of the canvas without the object, float32 (width,); see
        :meth:`core.networks.LoadedNetwork.blank`."""
        depends_on_object = self.settings.background == "mean"
        key = (subject.mean if depends_on_object else (), canvas)
        known = self._blanks.get(key)
        if known is None:
            known = self.loaded.blank(
                draw_background(subject, self.settings, canvas, *self._device_dtype)
            )
            if len(self._blanks) >= CACHED_BLANKS:
                self._blanks.clear()
            self._blanks[key] = known
        return known

    def record(
        self,
        subject: Subject,
        others: Sequence[str],
        sizes_px: Group,
        shifts: int,
        other_shifts: int,
    ) -> list[tuple[Response, ...]]:
        """Record one group of sizes; cached responses of other objects are reused.

        Returns, per size, the response to the object at ``shifts`` shifts, then to each of the
        bundled ``others`` at ``other_shifts``. On a CPU every object runs by itself, which bounds
        the memory. On a GPU the others share batches, since each has few pictures; the object runs
        by itself, so that its batches do not depend on what is cached of the others.
        """
        ordered = tuple(sorted(sizes_px, reverse=True))  # similar sizes share one dirty region
        known = {(name, size): self._responses.get((name, size, other_shifts))
                 for name in others for size in ordered}  # fmt: skip
        requests = [ResponseRequest(subject, ordered, shifts)]
        for name in others:
            missing = tuple(size for size in ordered if known[name, size] is None)
            if missing:
                requests.append(ResponseRequest(bundled_subject(name), missing, other_shifts, name))
        if self.loaded.device == "cpu":
            responses = [self._start([request])()[0] for request in requests]
        else:
            of_object, of_others = self._start(requests[:1]), self._start(requests[1:])
            responses = [*of_object(), *of_others()]
        for request, new in zip(requests[1:], responses[1:], strict=True):
            self._cache(request, new)
            known |= {
                (request.name, size): response
                for size, response in zip(request.sizes_px, new, strict=True)
            }
        of_size = dict(zip(ordered, responses[0], strict=True))
        return [
            (of_size[size], *(response for name in others if (response := known[name, size])))
            for size in sizes_px
        ]

    def _start(self, requests: Sequence[ResponseRequest]) -> Callable[[], list[list[Response]]]:
        """Start the forward passes. The function returned waits for the responses: per request, per
        size."""
        if not requests:
            return list
        canvas = self.settings.canvas(requests[0].sizes_px[0])
        stream = Stream(self.loaded, canvas, self._common_background(requests, canvas))
        for request in requests:
            for shared_box, sizes in self._batches(request, stream):
                drawn = draw(
                    request.subject, self.settings, sizes, request.steps, *self._device_dtype
                )
                stream.put(drawn, shared_box)
        counts = [len(request.sizes_px) * request.shifts for request in requests]
        features = [
            part - self.blank(request.subject, canvas)
            for request, part in zip(requests, torch.split(stream.features(), counts), strict=True)
        ]
        arrays = fetch(torch.cat(features) if len(features) > 1 else features[0])

        def wait() -> list[list[Response]]:
            ends, columns, whole = accumulate(counts), self.loaded.columns, arrays()
            return [
                [
                    Response(part, columns)
                    for part in whole[end - count : end].reshape(request.shape)
                ]
                for request, count, end in zip(requests, counts, ends, strict=True)
            ]

        return wait

    def _batches(
        self, request: ResponseRequest, stream: Stream
    ) -> Iterator[tuple[Box | None, Group]]:
        """The sizes that are rendered together, each batch with its lane of the stream."""

        def shared_box(size_px: float) -> Box | None:
            return stream.shared_box(
                changed_region(request.subject, self.settings, size_px, request.steps)
            )

        for box, members in groupby(request.sizes_px, shared_box):
            sizes = tuple(members)
            for start in range(0, len(sizes), RENDER_BATCH):
                yield box, sizes[start : start + RENDER_BATCH]

    def _common_background(self, requests: Sequence[ResponseRequest], canvas: int) -> Tensor | None:
        """The background that all requests share, whose activations can be reused; None if none.

        The other objects have too few pictures for a background of their own.
        """
        if self.settings.background == "mean" and any(request.name for request in requests):
            return None
        return draw_background(requests[0].subject, self.settings, canvas, *self._device_dtype)

    def _cache(self, request: ResponseRequest, responses: Sequence[Response]) -> None:
        if len(self._responses) + len(responses) > CACHED_RESPONSES:
            self._responses.clear()
        for size, response in zip(request.sizes_px, responses, strict=True):
            self._responses[request.name, size, request.shifts] = response


def fetch(features: Tensor) -> Callable[[], Floats]:
    """Start copying float32 (n, width) to the host. The function returned waits for the array."""
    if features.device.type == "cpu":
        return features.numpy
    host = torch.empty(features.shape, pin_memory=True)
    host.copy_(features, non_blocking=True)
    arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
    arrived.record()

    def wait() -> Floats:
        arrived.synchronize()
        return host.numpy()

    return wait


@lru_cache(maxsize=8)
def recorder(
    slug: str, shuffled: bool, device: str, settings: RenderSettings, half: bool, compile: bool
) -> ResponseRecorder:
    """The recorder of a network of the table; the last eight are cached."""
    return ResponseRecorder(networks.load(slug, shuffled, device, half, compile), settings)


T = TypeVar("T")


def in_threads(compute: Callable[[Group], T], groups: Sequence[Group], device: str) -> Iterator[T]:
    """Yield ``compute`` of every group in order, on a CPU with as many threads as torch may use.

    One torch thread per size leaves the cores less idle than all torch threads on one size. Where
    torch may use one thread only, as in the app, everything runs in the caller's thread.
    """
    threads = torch.get_num_threads() if device == "cpu" else 1
    if threads == 1:
        yield from map(compute, groups)
        return
    pending: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for group in groups:
            pending.append(pool.submit(compute, group))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
