"""The training loop: a plan is trained step by step, and can be paused and resumed.

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

from ..errors import UserError
from . import record, score
from .canvas import Painter
from .data import DATA, LabeledImages, split_objects
from .plan import Plan
from .recipe import IGNORE_INDEX, NetworkConfig, PlannedBatch
from .recipes import recipe
from .sizes import Sizes
from .trained import Arrays, Checkpoint, Line, TrainedNetwork, TrainingLogEntry

MAX_LEARNING_RATE = 0.01  # the highest learning rate
WARMUP_FRACTION = 0.3  # the share of the steps over which the rate rises
START_DIVISOR, FINAL_DIVISOR = 25.0, 25e4  # the highest rate over the first, and over the last
LOG_ENTRIES = 60  # entries of the log in a whole training
EVALUATIONS = 6  # of these, with the accuracy over size
EVALUATED_OBJECTS = 50  # test objects in an evaluation during training


def learning_rate(step: int, steps: int) -> float:
    """Give the learning rate of step 0 to steps - 1: from MAX / 25 up, then to MAX / 250,000.

    Both ways along half a cosine, as L. N. Smith and N. Topin, 'Super-Convergence', 2017, arXiv
    1708.07120, in the form of torch's ``OneCycleLR``, without its cycle of the momentum.
    """
    top = WARMUP_FRACTION * steps - 1
    if step <= top:
        return _between(MAX_LEARNING_RATE / START_DIVISOR, MAX_LEARNING_RATE, step / top)
    return _between(
        MAX_LEARNING_RATE, MAX_LEARNING_RATE / FINAL_DIVISOR, (step - top) / (steps - 1 - top)
    )


def _between(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


def network_config(plan: Plan) -> NetworkConfig:
    """Give the configuration of the plan's network."""
    return NetworkConfig(plan.canvas_px, len(DATA[plan.data].classes), plan.width)


def painter_of(plan: Plan) -> Painter:
    """Give the painter of the plan's images, in training and in the test of accuracy."""
    return Painter(plan.canvas_px, plan.position, plan.min_contrast, plan.noise, plan.rotation_deg)


def build_untrained(plan: Plan) -> nn.Module:
    """Build the plan's network with its first weights, in training mode.

    PyTorch's global generator is left as it is.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        return recipe(plan.recipe).build(network_config(plan)).train()


def load_network(plan: Plan, weights: Mapping[str, NDArray[Any]]) -> nn.Module:
    """Build the plan's network with these weights, in evaluation mode; they are copied.

    ``weights``: arrays by name, as in the module's state; a convolution's is float32
    (outputs, inputs, rows, columns).

    Raises UserError when they are not those of the plan's network.
    """
    module = build_untrained(plan)
    state = {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}
    try:
        module.load_state_dict(state)
    except RuntimeError:
        raise UserError(
            f"these weights are not those of {plan.recipe} with {plan.width} filters first."
        ) from None
    return module.eval()


def _array(tensor: Tensor) -> NDArray[Any]:
    return np.array(tensor.detach().cpu().numpy(), order="C")


class Training:
    """The training of one plan, resumable from a checkpoint.

    Raises SpecError for a plan that its recipe does not take, UserError for more objects than
    there are, and for something saved under another plan.
    """

    def __init__(
        self, plan: Plan, device: str = "cpu", checkpoint: Checkpoint | None = None
    ) -> None:
        self.plan, self.recipe = plan, recipe(plan.recipe)
        self.recipe.check(plan)
        objects, self._test = split_objects(
            plan.data, plan.seed, plan.train_objects, plan.test_objects
        )
        self._images = torch.from_numpy(objects.images).to(device)
        self._labels = torch.from_numpy(objects.labels)
        self._sizes = Sizes(plan.low_px, plan.high_px, self.recipe.size_law)
        self._painter = painter_of(plan)
        self.module = build_untrained(plan).to(device)
        self._optimizer = torch.optim.AdamW(self.module.parameters(), lr=MAX_LEARNING_RATE)
        self._generator = torch.Generator().manual_seed(plan.seed)
        self.step, self.seconds, self.core_s = 0, 0.0, 0.0
        self._log: list[TrainingLogEntry] = []
        if checkpoint is not None:
            self._restore(checkpoint)

    def train(self) -> Iterator[TrainingLogEntry]:
        """Train from the present step to the last, with about sixty entries of the log."""
        interval = max(1, self.plan.steps // LOG_ENTRIES)
        while self.step < self.plan.steps:
            began, core, before = time.perf_counter(), time.thread_time(), self.step
            count = min(interval, self.plan.steps - self.step)
            loss = sum(self._learn() for _ in range(count)) / count
            accuracy = self._look(before)
            self.seconds += time.perf_counter() - began
            self.core_s += time.thread_time() - core
            entry = TrainingLogEntry(self.step, self.plan.steps, loss, accuracy, self.seconds)
            self._log.append(entry)
            yield entry

    def _learn(self) -> float:
        """One step; the mean loss of its batch."""
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.plan.steps)
        images, labels = self._batch()
        losses = functional.cross_entropy(
            self.module(images), labels, ignore_index=IGNORE_INDEX, reduction="sum"
        )
        loss = losses / (labels != IGNORE_INDEX).sum().clamp(min=1)  # a batch may be ignored whole
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.step += 1
        return loss.item()

    def _batch(self) -> tuple[Tensor, Tensor]:
        plan, draw, device = self.plan, self._generator, self._images.device
        chosen = torch.randint(len(self._labels), (plan.batch_size,), generator=draw)
        classes = len(DATA[plan.data].classes)
        sizes, labels = self._sizes.draw(plan.batch_size, draw), self._labels[chosen]
        limits = (plan.low_px, plan.high_px, classes, plan.canvas_px)
        batch = self.recipe.plan_batch(PlannedBatch(sizes, labels, *limits, draw))
        objects = self._images[chosen.to(device)]
        return self._painter(objects, batch.sizes_px.to(device), draw), batch.labels.to(device)

    def _look(self, before: int) -> Line | None:
        """The accuracy of some test objects, after each sixth of the training."""
        if self.step * EVALUATIONS // self.plan.steps == before * EVALUATIONS // self.plan.steps:
            return None
        return self._accuracy(_first(self._test, EVALUATED_OBJECTS))

    def _accuracy(self, objects: LabeledImages) -> Line:
        plan, target = self.plan, (self.recipe, self.module, objects)
        return score.accuracy(*target, plan.test_px, self._painter, plan.seed)

    def checkpoint(self) -> Checkpoint:
        """Save all that another :class:`Training` of the same plan needs to resume from here."""
        arrays = {f"weights/{name}": array for name, array in self._weights().items()}
        for index, (_, state) in enumerate(self._optimizer_states()):
            arrays |= {f"optimizer/{index}/{name}": _array(value) for name, value in state.items()}
        arrays["generator"] = _array(self._generator.get_state())
        facts = {"plan": asdict(self.plan), "step": self.step}
        facts |= {"seconds": self.seconds, "core_s": self.core_s}
        return Checkpoint(
            arrays, facts | {"log": [record.log_entry_to_json(value) for value in self._log]}
        )

    def _optimizer_states(self) -> Iterator[tuple[Tensor, dict[str, Tensor]]]:
        for parameter in self.module.parameters():
            yield parameter, self._optimizer.state[parameter]

    def _restore(self, checkpoint: Checkpoint) -> None:
        facts = checkpoint.metadata
        if json.dumps(facts["plan"]) != json.dumps(asdict(self.plan)):
            raise ValueError("this training was saved under another plan; resume that one.")
        self.step, self.seconds = facts["step"], facts["seconds"]
        self.core_s = facts["core_s"]
        self._log = [record.log_entry_from_json(value, self.plan) for value in facts["log"]]
        self._generator.set_state(torch.from_numpy(checkpoint.arrays["generator"].copy()))
        weights = _under(checkpoint.arrays, "weights")
        self.module.load_state_dict(
            {name: torch.from_numpy(value) for name, value in weights.items()}
        )
        for index, (parameter, state) in enumerate(self._optimizer_states()):
            for name, array in _under(checkpoint.arrays, f"optimizer/{index}").items():
                # Laid out in memory like the parameter, so that sums come out bit for bit.
                like = parameter if array.shape == parameter.shape else torch.zeros(())
                state[name] = torch.empty_like(like).copy_(torch.from_numpy(array)).detach()

    def _weights(self) -> Arrays:
        return {name: _array(value) for name, value in self.module.state_dict().items()}

    def finish(self) -> TrainedNetwork:
        """Test the trained network. Raises UserError before its last step."""
        plan, module = self.plan, self.module
        if self.step < plan.steps:
            raise ValueError(f"{self.step} of {plan.steps} steps are done; finish them first.")
        target, few = (self.recipe, module), _first(self._test, score.SHIFT_OBJECTS)
        sizes, seed = plan.test_px, plan.seed
        return TrainedNetwork(
            plan=plan,
            test_px=np.array(sizes, dtype=np.float64),
            accuracy=self._accuracy(self._test),
            log=tuple(self._log),
            parameters=sum(value.numel() for value in module.parameters() if value.requires_grad),
            images=plan.steps * plan.batch_size,
            seconds=self.core_s,
            consistency=score.shift_consistency(*target, few, sizes, plan.canvas_px, seed),
            change=score.probability_change(*target, few, sizes, plan.canvas_px),
            winners=score.winners(*target, few, sizes, self._painter, seed),
            weights=self._weights(),
        )


def _first(objects: LabeledImages, count: int) -> LabeledImages:
    return LabeledImages(objects.images[:count], objects.labels[:count], objects.classes)


def _under(arrays: Arrays, folder: str) -> Arrays:
    """The arrays whose names begin with the folder's, without it."""
    start = folder + "/"
    return {name[len(start) :]: value for name, value in arrays.items() if name.startswith(start)}
