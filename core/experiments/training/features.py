"""What is inside a trained network: its filters, its maps of one object, what its channels say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...errors import UserError
from ...training.trained import Line, TrainedNetwork

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ...training.data import LabeledImages

Maps = NDArray[np.float32]
MOST_ASKED = 40  # test objects that channels are asked about
CERTAIN = 0.9  # a channel is sure from this probability on


@dataclass(frozen=True, eq=False)
class Stages:
    """One object at several sizes, and what every stage makes of it.

    ``images``: float32 (sizes, canvas, canvas); ``maps``: per stage float32 (sizes, filters, rows,
    columns), in the column or channel of scale 1 where there are several.
    """

    sizes_px: Line
    name: str
    images: Maps
    maps: tuple[Maps, ...]

    def strongest(self, stage: int, count: int) -> list[int]:
        """The filters of a stage whose highest answer over sizes and places is largest."""
        most = self.maps[stage].max(axis=(0, 2, 3))
        return [int(one) for one in np.argsort(-most, kind="stable")[:count]]


@dataclass(frozen=True, eq=False)
class Voices:
    """What every scale channel says of objects of every size, float64 (sizes, channels) each.

    ``sure``: the mean of its highest probability; ``right``: the fraction that it names right;
    ``wins``: the fraction for which it holds the largest logit of all channels; ``wrong_sure``: the
    fraction for which it is wrong and surer than :data:`CERTAIN`.
    """

    test_px: Line
    scales: tuple[float, ...]
    sure: Line
    right: Line
    wins: Line
    wrong_sure: Line

    def own(self, trained_px: float) -> NDArray[np.int64]:
        """For each size the channel that brings it nearest to what was trained, int64 (sizes,)."""
        brought = np.abs(np.log2(np.outer(self.test_px, self.scales) / trained_px))
        nearest: NDArray[np.int64] = brought.argmin(axis=1).astype(np.int64)
        return nearest


def _module(run: TrainedNetwork) -> nn.Module:
    """The network; UserError where only the curves were kept."""
    from ...training.loop import load_network

    if not run.weights:
        raise UserError("The weights were not kept, so there is nothing to look into.")
    return load_network(run.plan, run.weights)


def first_filters(run: TrainedNetwork) -> Maps:
    """The first layer's kernels, float32 (filters, rows, columns)."""
    filters: Tensor = _module(run).first_filters()  # type: ignore[operator]
    found: Maps = filters.numpy().astype(np.float32)
    return found


def _tested(run: TrainedNetwork, count: int) -> LabeledImages:
    """The first objects of the run's test. Raises UserError where its data are missing."""
    from ...training.data import LabeledImages, split_objects

    plan = run.plan
    _, test = split_objects(plan.data, plan.seed, plan.train_objects, plan.test_objects)
    return LabeledImages(test.images[:count], test.labels[:count], test.classes)


def stages(run: TrainedNetwork, sizes_px: Sequence[float], object_index: int = 0) -> Stages:
    """Test object number ``object_index`` in the canvas's middle at several sizes, in every stage.

    Raises UserError where the run's data are missing.
    """
    import torch

    from ...training.canvas import paint
    from ...training.score import evaluation_mode

    plan, test = run.plan, _tested(run, object_index + 1)
    count, side = len(sizes_px), plan.canvas_px
    images = torch.from_numpy(test.images[-1:]).expand(count, -1, -1)
    middles = torch.full((count, 2), side / 2)
    canvases = paint(images, torch.tensor(sizes_px, dtype=torch.float32), middles, side)
    module = _module(run)
    with evaluation_mode(module):
        maps = module.maps(canvases)  # type: ignore[operator]
    return Stages(
        np.array(sizes_px, dtype=np.float64),
        test.classes[int(test.labels[-1])],
        canvases[:, 0].numpy(),
        tuple(one.numpy() for one in maps),
    )


def voices(run: TrainedNetwork, most: int = MOST_ASKED) -> Voices | None:
    """What the run's channels say of its first test objects; None for one without channels.

    Raises UserError where the run's data are missing.
    """
    from ...training.loop import painter_of
    from ...training.recipes import recipe
    from ...training.score import paint_at_size, predict

    how = recipe(run.plan.recipe)
    if how.channel_logits is None:
        return None
    import torch

    test, module, painter = _tested(run, most), _module(run), painter_of(run.plan)
    images = torch.from_numpy(test.images)
    every = [
        predict(how.channel_logits, module, paint_at_size(images, size, painter, run.plan.seed))
        for size in run.test_px.tolist()
    ]
    return heard(run.test_px, how.scales, np.stack(every), test.labels)


def heard(
    test_px: Line, scales: tuple[float, ...], logits: Line, labels: NDArray[np.int64]
) -> Voices:
    """Of logits (sizes, objects, channels, classes) of objects with ``labels`` (objects,)."""
    raised = np.exp(logits - logits.max(axis=3, keepdims=True))
    odds = raised / raised.sum(axis=3, keepdims=True)
    sure, right = odds.max(axis=3), logits.argmax(axis=3) == labels[:, None]
    winner = logits.max(axis=3).argmax(axis=2)
    wins = winner[..., None] == np.arange(logits.shape[2])
    parts = (sure, right, wins, ~right & (sure > CERTAIN))
    return Voices(test_px, scales, *(part.mean(axis=1, dtype=np.float64) for part in parts))


def foreign(found: Voices, trained_px: float) -> tuple[float, float, float]:
    """What channels do that bring an object more than an octave from the trained size.

    Their mean surety, the fraction that they are wrong and sure, and how often one of them wins;
    all over the sizes and channels concerned. NaN where there are none.
    """
    away = np.abs(np.log2(np.outer(found.test_px, found.scales) / trained_px)) > 1
    if not away.any():
        return (np.nan,) * 3
    wins = (found.wins * away).sum(axis=1)[away.any(axis=1)].mean()
    return float(found.sure[away].mean()), float(found.wrong_sure[away].mean()), float(wins)


def told(found: Voices, trained_px: float, name: str) -> str:
    """Why a maximum over channels helps or harms, in numbers."""
    sure, wrong, wins = foreign(found, trained_px)
    if np.isnan(sure):
        return f"{name}: no channel brings an object more than an octave from the trained size."
    return (
        f"**{name}**: channels that bring an object more than an octave away from "
        f"{formatting.pixels(trained_px)} have a mean confidence of {sure:.2f}; for "
        f"{formatting.percent(wrong)} they are wrong and more than {formatting.percent(CERTAIN)} sure, and "
        f"for {formatting.percent(wins)} one of them wins."
    )
