"""Accuracy and shift consistency of a trained network at every size.

Every function takes a recipe (which knows how its module predicts), the module, test objects and
sizes in px, and gives float64 (sizes, ...). The module runs in evaluation mode and is left as it
was. The same seed draws the same places, contrasts and noise at every size, so that curves over
size compare like with like, and a size's value does not depend on the other sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .canvas import Painter, paint
from .data import LabeledImages
from .recipe import Recipe

Line = NDArray[np.float64]

BATCH_SIZE = 64  # images per forward pass
SHIFT_PX = 8  # the largest shift, along each axis
SHIFTS = 3  # positions of each object, for the consistency
SHIFT_OBJECTS = 100  # test objects for the tests with shifts


@contextmanager
def evaluation_mode(module: nn.Module) -> Iterator[None]:
    """Switch to evaluation mode without gradients, and back at the end."""
    was_training = module.training
    module.eval()
    try:
        with torch.no_grad():  # not inference mode: what modules keep may meet gradients later
            yield
    finally:
        module.train(was_training)


def predict(
    compute: Callable[[nn.Module, Tensor], Tensor], module: nn.Module, canvases: Tensor
) -> Line:
    """Call ``compute(module, canvases)`` in batches: float64 (n, ...).

    ``canvases``: float32 (n, 1, side, side).
    """
    with evaluation_mode(module):
        parts = [compute(module, part).double().cpu() for part in torch.split(canvases, BATCH_SIZE)]
    return torch.cat(parts).numpy()


def _images(objects: LabeledImages, module: nn.Module) -> Tensor:
    return torch.from_numpy(objects.images).to(next(module.parameters()).device)


def _sized(size_px: float, images: Tensor) -> Tensor:
    return torch.full((len(images),), float(size_px), device=images.device)


def paint_at_size(images: Tensor, size_px: float, painter: Painter, seed: int) -> Tensor:
    """Paint objects, float32 (n, side, side), at one size: (n, 1, canvas, canvas)."""
    return painter(images, _sized(size_px, images), torch.Generator().manual_seed(seed))


def accuracy(
    recipe: Recipe,
    module: nn.Module,
    objects: LabeledImages,
    sizes_px: Sequence[float],
    painter: Painter,
    seed: int,
) -> Line:
    """Measure the test accuracy at each size, float64 (sizes,) in [0, 1]."""
    images = _images(objects, module)
    guesses = [
        predict(recipe.predict, module, paint_at_size(images, size, painter, seed)).argmax(1)
        for size in sizes_px
    ]
    values: Line = np.mean(np.stack(guesses) == objects.labels, axis=1)
    return values


def _moved(images: Tensor, size_px: float, moves_px: Tensor, canvas_px: int) -> Tensor:
    """Each object at full contrast, off the canvas's middle by ``moves_px`` (n, 2)."""
    return paint(images, _sized(size_px, images), canvas_px / 2 + moves_px, canvas_px)


def shift_consistency(
    recipe: Recipe,
    module: nn.Module,
    objects: LabeledImages,
    sizes_px: Sequence[float],
    canvas_px: int,
    seed: int,
) -> Line:
    """Measure how often the same class is predicted at two positions, float64 (sizes,) in [0, 1].

    After R. Zhang, 'Making Convolutional Networks Shift-Invariant Again', ICML 2019, section 4.1:
    the probability that the most probable class agrees between two independent random shifts,
    correct or not. Here each object stands at the canvas's center at full contrast and without
    noise, moved by whole px, uniform from -8 to 8 along each axis; every pair of three such places
    counts. Nothing wraps around: of a frame above ``canvas_px - 16`` the rim may leave the canvas.
    """
    images, device = _images(objects, module), next(module.parameters()).device
    draw = torch.Generator().manual_seed(seed)
    shape = (SHIFTS, len(objects), 2)
    moves = torch.randint(-SHIFT_PX, SHIFT_PX + 1, shape, generator=draw).float().to(device)
    values = []
    for size in sizes_px:
        canvases = [_moved(images, size, move, canvas_px) for move in moves]
        calls = np.stack([predict(recipe.predict, module, batch).argmax(1) for batch in canvases])
        pairs = [(calls[a] == calls[b]).mean() for a in range(SHIFTS) for b in range(a)]
        values.append(np.mean(pairs))
    return np.array(values, dtype=np.float64)


def probability_change(
    recipe: Recipe,
    module: nn.Module,
    objects: LabeledImages,
    sizes_px: Sequence[float],
    canvas_px: int,
) -> Line:
    """Measure the mean \\|p(moved) - p(centered)\\| for 1 px, float64 (sizes,) in [0, 1].

    p is the probability of the correct class; each object stands at the canvas's center at full
    contrast and without noise, and is moved one px down, and one px to the right.
    """
    images, correct = _images(objects, module), (np.arange(len(objects)), objects.labels)
    steps = [torch.tensor(move).to(images) for move in ((0, 0), (1, 0), (0, 1))]
    values = []
    for size in sizes_px:
        canvases = [_moved(images, size, step.expand(len(images), 2), canvas_px) for step in steps]
        centered, *moved = [predict(recipe.predict, module, batch)[correct] for batch in canvases]
        values.append(np.abs(np.stack(moved) - centered).mean())
    return np.array(values, dtype=np.float64)


def winners(
    recipe: Recipe,
    module: nn.Module,
    objects: LabeledImages,
    sizes_px: Sequence[float],
    painter: Painter,
    seed: int,
) -> Line | None:
    """Measure the fraction of objects for which each scale channel has the largest logit.

    float64 (sizes, channels), each row summing to 1; None for a recipe without channels.
    """
    if recipe.channel_logits is None:
        return None
    images, values = _images(objects, module), []
    for size in sizes_px:
        logits = predict(recipe.channel_logits, module, paint_at_size(images, size, painter, seed))
        winner = logits.max(2).argmax(1)
        values.append(np.bincount(winner, minlength=logits.shape[1]) / len(winner))
    return np.stack(values)
