"""What is inside a trained network: its filters, its feature maps, its scale channels."""

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
MAX_OBJECTS = 40  # test objects that the scale channels are run on
HIGH_CONFIDENCE = 0.9  # a channel is confident from this probability on


@dataclass(frozen=True, eq=False)
class StageMaps:
    """One object at several sizes, and every stage's feature maps of it.

    ``images``: float32 (sizes, canvas, canvas); ``maps``: per stage float32 (sizes, filters, rows,
    columns), in the column or channel of scale 1 where there are several.
    """

    sizes_px: Line
    name: str
    images: Maps
    maps: tuple[Maps, ...]

    def strongest_filters(self, stage: int, count: int) -> list[int]:
        """Give the filters of a stage with the highest activation over all sizes and positions."""
        peaks = self.maps[stage].max(axis=(0, 2, 3))
        return [int(unit) for unit in np.argsort(-peaks, kind="stable")[:count]]


@dataclass(frozen=True, eq=False)
class ChannelContributions:
    """What every scale channel predicts at every size, float64 (sizes, channels) in [0, 1] each.

    ``mean_confidence``: the mean of its highest probability. ``accuracy``: that of the channel
    alone. ``win_fraction``: the fraction of objects for which it has the largest logit of all
    channels. ``confidently_wrong``: the fraction for which it is wrong with a probability above
    :data:`HIGH_CONFIDENCE`.
    """

    test_px: Line
    scales: tuple[float, ...]
    mean_confidence: Line
    accuracy: Line
    win_fraction: Line
    confidently_wrong: Line

    def nearest_channel(self, trained_px: float) -> NDArray[np.int64]:
        """Give for each size the channel that resizes it nearest to the trained size.

        int64 (sizes,), an index into ``scales``.
        """
        octaves = np.abs(np.log2(np.outer(self.test_px, self.scales) / trained_px))
        nearest: NDArray[np.int64] = octaves.argmin(axis=1).astype(np.int64)
        return nearest


def _module(run: TrainedNetwork) -> nn.Module:
    """The network; UserError where only the curves were kept."""
    from ...training.loop import load_network

    if not run.weights:
        raise UserError("The weights of this run were not saved, so its features cannot be shown.")
    return load_network(run.plan, run.weights)


def first_filters(run: TrainedNetwork) -> Maps:
    """Give the first layer's kernels, float32 (filters, rows, columns)."""
    filters: Tensor = _module(run).first_filters()  # type: ignore[operator]
    kernels: Maps = filters.numpy().astype(np.float32)
    return kernels


def _tested(run: TrainedNetwork, count: int) -> LabeledImages:
    """The first objects of the run's test. Raises UserError where its data are missing."""
    from ...training.data import LabeledImages, split_objects

    plan = run.plan
    _, test = split_objects(plan.data, plan.seed, plan.train_objects, plan.test_objects)
    return LabeledImages(test.images[:count], test.labels[:count], test.classes)


def stage_maps(run: TrainedNetwork, sizes_px: Sequence[float], object_index: int = 0) -> StageMaps:
    """Run the network on one test object at the canvas's center, at several sizes.

    ``sizes_px``: (sizes,), px, positive. Raises UserError where the run's data are missing.
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
    return StageMaps(
        np.array(sizes_px, dtype=np.float64),
        test.classes[int(test.labels[-1])],
        canvases[:, 0].numpy(),
        tuple(stage.numpy() for stage in maps),
    )


def channel_contributions(
    run: TrainedNetwork, max_objects: int = MAX_OBJECTS
) -> ChannelContributions | None:
    """Run every scale channel on the first test objects; None for a network without channels.

    Raises UserError where the run's data are missing.
    """
    from ...training.loop import painter_of
    from ...training.recipes import recipe
    from ...training.score import paint_at_size, predict

    how = recipe(run.plan.recipe)
    if how.channel_logits is None:
        return None
    import torch

    test, module, painter = _tested(run, max_objects), _module(run), painter_of(run.plan)
    images = torch.from_numpy(test.images)
    logits = [
        predict(how.channel_logits, module, paint_at_size(images, size, painter, run.plan.seed))
        for size in run.test_px.tolist()
    ]
    return contribution(run.test_px, how.scales, np.stack(logits), test.labels)


def contribution(
    test_px: Line, scales: tuple[float, ...], logits: Line, labels: NDArray[np.int64]
) -> ChannelContributions:
    """Summarize logits, float64 (sizes, objects, channels, classes).

    ``labels``: int64 (objects,), the correct classes.
    """
    raised = np.exp(logits - logits.max(axis=3, keepdims=True))
    probabilities = raised / raised.sum(axis=3, keepdims=True)
    confidence = probabilities.max(axis=3)
    correct = logits.argmax(axis=3) == labels[:, None]
    winner = logits.max(axis=3).argmax(axis=2)
    wins = winner[..., None] == np.arange(logits.shape[2])
    parts = (confidence, correct, wins, ~correct & (confidence > HIGH_CONFIDENCE))
    return ChannelContributions(
        test_px, scales, *(part.mean(axis=1, dtype=np.float64) for part in parts)
    )


def out_of_range(channels: ChannelContributions, trained_px: float) -> tuple[float, float, float]:
    """Summarize the channels that resize an object to more than one octave from the trained size.

    Returns their mean confidence, the fraction of objects for which they are confidently wrong,
    and how often one of them wins, over the sizes and channels concerned. NaN where there are none.
    """
    away = np.abs(np.log2(np.outer(channels.test_px, channels.scales) / trained_px)) > 1
    if not away.any():
        return (np.nan,) * 3
    wins = (channels.win_fraction * away).sum(axis=1)[away.any(axis=1)].mean()
    return (
        float(channels.mean_confidence[away].mean()),
        float(channels.confidently_wrong[away].mean()),
        float(wins),
    )


def describe(channels: ChannelContributions, trained_px: float, name: str) -> str:
    """Say in numbers why a maximum over channels helps or harms."""
    confidence, wrong, wins = out_of_range(channels, trained_px)
    if np.isnan(confidence):
        return (
            f"{name}: no channel resizes an object to more than one octave from the trained size."
        )
    return (
        f"{name}: some channels resize an object to more than one octave from the trained size, "
        f"{formatting.pixels(trained_px)}. Their mean confidence is {confidence:.2f}. They are "
        f"wrong with a probability above {formatting.percent(HIGH_CONFIDENCE)} for "
        f"{_of_objects(wrong)}, and one of them has the largest logit for {_of_objects(wins)}."
    )


def _of_objects(fraction: float) -> str:
    """'12 % of the objects', 'none of the objects', 'all objects'."""
    if fraction in (0, 1):
        return "all objects" if fraction else "none of the objects"
    return f"{formatting.percent(fraction)} of the objects"
