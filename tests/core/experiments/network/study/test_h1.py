"""The sentences about H1: true of planted measurements, and silent where one is missing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scalescope.core.experiments.network.study.h1 import Evidence, h1_verdict, max_copies
from scalescope.core.experiments.network.units.kernel_copies import copies
from scalescope.core.networks import NETWORKS

NET = NETWORKS["efficientnet-lite0"]


def test_what_is_missing_is_named_and_nothing_is_guessed():
    nothing = Evidence(NET)
    assert h1_verdict(nothing) == (
        "H1, separate filters for each size: not measured yet: which sizes units prefer, whether "
        "other units take over and the kernels."
    )
    some = h1_verdict(Evidence(NET, kernels={}))
    assert "no depthwise kernels" in some and "Not measured yet: which sizes" in some
    assert "So " not in some


def partnered(copied, permuted=0.0, units=100):
    """What the partner test found: the share of copies at one octave."""
    return SimpleNamespace(
        units=units,
        shares=(SimpleNamespace(octaves=1), SimpleNamespace(octaves=-1)),
        mean=lambda octaves, field="copies": permuted if field == "permuted_copies" else copied,
    )


def tuned(agreement):
    return SimpleNamespace(agreement=agreement, agreement_std=0.02)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (0.0, "nothing here suggests separate filters for each size"),
        (0.08, "a few units may be copies"),
        (0.3, "does hold the same filters at more than one size"),
    ],
)
def test_the_verdict_on_separate_filters_follows_the_numbers(share, verdict):
    result = Evidence(
        NET,
        {"stem": (tuned(0.8), tuned(0.2)), "head": (tuned(0.3), tuned(0.3))},
        {"stem": (partnered(share), partnered(0.0)), "head": (partnered(0.0), partnered(0.0))},
        {},
    )
    text = h1_verdict(result)
    assert verdict in text and "In 1 of 2 layers, the sizes" in text
    assert ("stem" in text) == (share > 0) and "Not measured" not in text


def test_copies_that_the_control_has_too_do_not_count():
    assert max_copies({"stem": (partnered(0.3), partnered(0.3))}) == (0, 0.0, "")
    assert max_copies({"stem": (partnered(0.3, permuted=0.3), partnered(0.0))}) == (0, 0.0, "")
    assert max_copies({"stem": (partnered(0.3), partnered(0.0))}) == (1, 0.3, "stem")


def test_layers_whose_kernels_are_copies_are_named():
    random = np.random.default_rng(0).standard_normal((80, 5, 5)).astype(np.float32)
    plain = copies("blocks.3", random)
    planted = replace(plain, rotated=replace(plain.rotated, above_95=0.9))
    repeated = replace(planted, repeats=replace(plain.repeats, above_95=0.9))
    for result, where in ((plain, "none"), (planted, "blocks.3"), (repeated, "none")):
        text = h1_verdict(Evidence(NET, tests={}, kernels={"blocks.3": result}))
        assert f"scaled copies stand out in {where}" in text
        assert ("does hold the same filters" in text) == (where != "none")
