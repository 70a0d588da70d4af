"""The sections about units below the network page, with planted responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scalescope.components.pages.network import unit_sections
from scalescope.core.experiments.network.spec import WEIGHTS, Spec
from scalescope.core.experiments.network.units.kernel_copies import copies
from scalescope.core.imaging.subjects import RenderSettings, Subject
from scalescope.core.jobs.measurement import Measurement
from scalescope.core.networks.unit_responses import Responses
from tests.components.pages.network.test_study import (
    PICTURE,
    QUICK,
    alone,
    figures,
    labels,
    opened,
    ready,
    settled,
)
from tests.components.pages.test_pages import words

__all__ = ["alone"]  # a fixture of every test here


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random answers of a few units in place of the long measurements."""
    random = np.random.default_rng(0)
    sizes = np.array([16.0, 32.0, 64.0, 128.0])
    names = [layer.name for layer in Spec().net.layers]
    subjects = tuple(Subject(PICTURE + index, (0, 0, 9, 9), str(index)) for index in range(6))

    def answers() -> Responses:
        maps = {name: random.random((6, 4, 12)).astype(np.float32) for name in names}
        return Responses("efficientnet-lite0", False, RenderSettings(), sizes, subjects, maps, {})

    measured = {weights: ready(answers()) for weights in WEIGHTS}
    kernels = random.standard_normal((40, 5, 5)).astype(np.float32)
    ways: dict[str, Callable[..., Measurement[Any, Any]]] = {
        "units": lambda network, weights: measured[weights],
        "kernels": lambda network: ready({"blocks.3": copies("blocks.3", kernels)}),
    }
    for name, way in ways.items():
        monkeypatch.setattr(unit_sections, name, way)


def test_the_sections_about_units_are_drawn_and_h1_is_answered(planted: None) -> None:
    page = settled(opened(sections=(3, 4, 5), **QUICK), "size-curve")
    wanted = {"tuning", "preferred", "agreement", "partners", "kernels", "kernel-pairs"}
    assert {f"network-{name}" for name in wanted | {"gratings"}} < set(figures(page))
    assert "EfficientNet-Lite0 does not hold separate filters for each size" in words(page)
    assert "receptive fields are larger than the canvas" in words(page)
    assert "H2, down-sampling generalizes over sizes:" in words(page)
    chosen = next(box for box in page.selectbox if box.key.startswith("network/study/preferred"))
    assert chosen.value == Spec().shown_layer
    chosen.set_value("head").run()
    assert "At head," in words(page)


def test_what_takes_long_is_undecided_until_it_is_measured() -> None:
    page = opened(sections=(4,), network="vgg16-hed")
    assert "Whether VGG16 holds separate filters for each size is undecided" in words(page)
    assert any(label.startswith("Measure (about") for label in labels(page))
