"""The training loop: a plan is carried out step by step, can be left and taken up again.

AdamW (Loshchilov and Hutter, 'Decoupled Weight Decay Regularization', ICLR 2019, arXiv 1711.05101)
under a one-cycle rate. Everything random comes from one generator, seeded by the plan, and the
first weights from torch's own under the plan's seed. On a CPU with one thread, a training that was
saved and resumed ends in the same bits as one that was not; a GPU's sums may differ in their order.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from . import record, score
from .canvas import Painter
from .data import DATA, Things, split
from .plan import Plan
from .recipe import IGNORED, Frame, Lesson
from .recipes import recipe
from .sizes import Sizes
from .trained import Arrays, Line, Moment, Saved, Trained

RATE = 0.01  # the highest learning rate
WARM = 0.3  # the share of the steps over which the rate rises
RISE, FALL = 25.0, 25e4  # the highest rate over the first, and over the last
MOMENTS = 60  # told in a whole training
LOOKS = 6  # of these, with the accuracy over size
LOOKED_AT = 50  # test objects in a look


def rate(step: int, steps: int) -> float:
    """The learning rate of step 0 to steps - 1: up from RATE / 25, then down to RATE / 250,000.

    Both ways along half a cosine, as L. N. Smith and N. Topin, 'Super-Convergence', 2017, arXiv
    1708.07120, in the form of torch's ``OneCycleLR``, without its cycle of the momentum.
    """
    top = WARM * steps - 1
    if step <= top:
        return _between(RATE / RISE, RATE, step / top)
    return _between(RATE, RATE / FALL, (step - top) / (steps - 1 - top))


def _between(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


def frame_of(plan: Plan) -> Frame:
    """What the plan's network is built for."""
    return Frame(plan.canvas_px, len(DATA[plan.data].classes), plan.width)


def painter_of(plan: Plan) -> Painter:
    """How the plan's pictures are painted, in training and in the test of accuracy."""
    return Painter(plan.canvas_px, plan.position, plan.contrast, plan.noise, plan.rotation_deg)


def untrained(plan: Plan) -> nn.Module:
    """The plan's network as it starts, in training mode; torch's own generator is left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        return recipe(plan.recipe).build(frame_of(plan)).train()


def module_of(plan: Plan, weights: Mapping[str, NDArray[Any]]) -> nn.Module:
    """The network with these weights, in evaluation mode; they are copied.

    Raises ValueError when they are not those of the plan's network.
    """
    module = untrained(plan)
    given = {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}
    try:
        module.load_state_dict(given)
    except RuntimeError:
        raise ValueError(
            f"these weights are not those of {plan.recipe} with {plan.width} filters first."
        ) from None
    return module.eval()


def _array(tensor: Tensor) -> NDArray[Any]:
    return np.array(tensor.detach().cpu().numpy(), order="C")


class Training:
    """One plan in the making.

    Raises SpecError for a plan that its recipe does not take, ValueError for more objects than
    there are, and for something saved under another plan.
    """

    def __init__(self, plan: Plan, device: str = "cpu", saved: Saved | None = None) -> None:
        self.plan, self.recipe = plan, recipe(plan.recipe)
        self.recipe.check(plan)
        things, self._test = split(plan.data, plan.seed, plan.objects, plan.test_objects)
        self._images = torch.from_numpy(things.images).to(device)
        self._labels = torch.from_numpy(things.labels)
        self._sizes = Sizes(plan.low_px, plan.high_px, self.recipe.law)
        self._painter = painter_of(plan)
        self.module = untrained(plan).to(device)
        self._optimizer = torch.optim.AdamW(self.module.parameters(), lr=RATE)
        self._generator = torch.Generator().manual_seed(plan.seed)
        self.step, self.seconds, self.core_s = 0, 0.0, 0.0
        self._moments: list[Moment] = []
        if saved is not None:
            self._restore(saved)

    def moments(self) -> Iterator[Moment]:
        """Train from where it is to the end, telling about sixty times how it goes."""
        every = max(1, self.plan.steps // MOMENTS)
        while self.step < self.plan.steps:
            began, core, before = time.perf_counter(), time.thread_time(), self.step
            count = min(every, self.plan.steps - self.step)
            loss = sum(self._learn() for _ in range(count)) / count
            accuracy = self._look(before)
            self.seconds += time.perf_counter() - began
            self.core_s += time.thread_time() - core
            moment = Moment(self.step, self.plan.steps, loss, accuracy, self.seconds)
            self._moments.append(moment)
            yield moment

    def _learn(self) -> float:
        """One step; the mean loss of its batch."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate(self.step, self.plan.steps)
        images, labels = self._batch()
        losses = functional.cross_entropy(
            self.module(images), labels, ignore_index=IGNORED, reduction="sum"
        )
        loss = losses / (labels != IGNORED).sum().clamp(min=1)  # a batch may be ignored whole
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.step += 1
        return loss.item()

    def _batch(self) -> tuple[Tensor, Tensor]:
        plan, draw, device = self.plan, self._generator, self._images.device
        chosen = torch.randint(len(self._labels), (plan.batch,), generator=draw)
        classes = len(DATA[plan.data].classes)
        sizes, labels = self._sizes.draw(plan.batch, draw), self._labels[chosen]
        limits = (plan.low_px, plan.high_px, classes, plan.canvas_px)
        lesson = self.recipe.teach(Lesson(sizes, labels, *limits, draw))
        things = self._images[chosen.to(device)]
        return self._painter(things, lesson.sizes_px.to(device), draw), lesson.labels.to(device)

    def _look(self, before: int) -> Line | None:
        """The accuracy of some test objects, when another sixth of the training is over."""
        if self.step * LOOKS // self.plan.steps == before * LOOKS // self.plan.steps:
            return None
        return self._accuracy(_first(self._test, LOOKED_AT))

    def _accuracy(self, things: Things) -> Line:
        plan, about = self.plan, (self.recipe, self.module, things)
        return score.accuracy(*about, plan.test_px, self._painter, plan.seed)

    def saved(self) -> Saved:
        """All that another :class:`Training` of the same plan needs to go on from here."""
        arrays = {f"weights/{name}": array for name, array in self._weights().items()}
        for at, (_, state) in enumerate(self._optimizer_states()):
            arrays |= {f"optimizer/{at}/{name}": _array(one) for name, one in state.items()}
        arrays["generator"] = _array(self._generator.get_state())
        facts = {"plan": asdict(self.plan), "step": self.step}
        facts |= {"seconds": self.seconds, "core_s": self.core_s}
        return Saved(arrays, facts | {"moments": [record.of_moment(one) for one in self._moments]})

    def _optimizer_states(self) -> Iterator[tuple[Tensor, dict[str, Tensor]]]:
        for parameter in self.module.parameters():
            yield parameter, self._optimizer.state[parameter]

    def _restore(self, saved: Saved) -> None:
        facts = saved.facts
        if json.dumps(facts["plan"]) != json.dumps(asdict(self.plan)):
            raise ValueError("this training was saved under another plan; resume that one.")
        self.step, self.seconds = facts["step"], facts["seconds"]
        self.core_s = facts["core_s"]
        self._moments = [record.moment_of(one, self.plan) for one in facts["moments"]]
        self._generator.set_state(torch.from_numpy(saved.arrays["generator"].copy()))
        kept = _under(saved.arrays, "weights")
        self.module.load_state_dict({name: torch.from_numpy(one) for name, one in kept.items()})
        for at, (parameter, state) in enumerate(self._optimizer_states()):
            for name, array in _under(saved.arrays, f"optimizer/{at}").items():
                # Laid out in memory like the parameter, so that sums come out bit for bit.
                like = parameter if array.shape == parameter.shape else torch.zeros(())
                state[name] = torch.empty_like(like).copy_(torch.from_numpy(array)).detach()

    def _weights(self) -> Arrays:
        return {name: _array(one) for name, one in self.module.state_dict().items()}

    def finish(self) -> Trained:
        """Everything that is measured of the trained network. ValueError before its last step."""
        plan, module = self.plan, self.module
        if self.step < plan.steps:
            raise ValueError(f"{self.step} of {plan.steps} steps are done; finish them first.")
        about, few = (self.recipe, module), _first(self._test, score.SHIFTED)
        sizes, seed = plan.test_px, plan.seed
        return Trained(
            plan=plan,
            test_px=np.array(sizes, dtype=np.float64),
            accuracy=self._accuracy(self._test),
            moments=tuple(self._moments),
            parameters=sum(one.numel() for one in module.parameters() if one.requires_grad),
            images=plan.steps * plan.batch,
            seconds=self.core_s,
            consistency=score.shift_consistency(*about, few, sizes, plan.canvas_px, seed),
            change=score.probability_change(*about, few, sizes, plan.canvas_px),
            winners=score.winners(*about, few, sizes, self._painter, seed),
            weights=self._weights(),
        )


def _first(things: Things, count: int) -> Things:
    return Things(things.images[:count], things.labels[:count], things.classes)


def _under(arrays: Arrays, folder: str) -> Arrays:
    """The arrays whose names begin with the folder's, without it."""
    start = folder + "/"
    return {name[len(start) :]: one for name, one in arrays.items() if name.startswith(start)}
