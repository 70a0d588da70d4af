"""The sentences about H1: true of planted measurements, and silent where one is missing."""

import numpy as np
import pytest

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.network.study.h1 import (
    Evidence,
    conclude,
    findings,
    precomputed_evidence,
    separate_filters_verdict,
)
from scalescope.core.experiments.network.tolerance.measure import COPIES
from scalescope.core.experiments.network.units.grating_study import GratingStudy
from scalescope.core.experiments.network.units.kernel_standing import KernelShares
from scalescope.core.experiments.network.units.partners import Partners, Shares
from scalescope.core.experiments.network.units.precomputed import (
    Measured,
    from_json,
    measured_with,
    precomputed,
    to_json,
)
from scalescope.core.experiments.network.units.study import LayerTest, UnitStudy
from scalescope.core.networks import NETWORKS
from tests.core.networks.fake_network import fake

NET = NETWORKS["efficientnet-lite0"]
LAYERS = ("stem", "blocks.3", "head")
DRAWS = 20
NOISE = np.linspace(0, 0.002, DRAWS)


def partnered(layer, copies, spread=0.005, draws=DRAWS):
    """A layer of 1000 units, of which so many have a copy over two octaves, and none over one."""
    shares = tuple(
        Shares(
            octaves, share, NOISE[:draws], share + spread * np.linspace(-1, 1, draws), 0.1, 0.5,
            0.4, 0.6, 0.2,
        )
        for octaves, share in ((1, 0.0), (2, copies))
    )  # fmt: skip
    return Partners(layer, 1000, 10, shares)


def layer_tests(copies, agreement=0.2, draws=DRAWS, **more):
    agreements = agreement + 0.01 * np.linspace(-1, 1, 1 + DRAWS)
    agreements[0] = agreement
    return tuple(
        LayerTest(partnered(layer, share, draws=draws, **more), agreements)
        for layer, share in zip(LAYERS, copies, strict=True)
    )


def studied(copies, agreement=0.2, seeds=COPIES, **more):
    controls = tuple(layer_tests((0.0, 0.0, 0.0), draws=0) for _ in range(seeds))
    return UnitStudy(layer_tests(copies, agreement, **more), controls)


def kernels(share, repeats=0.05):
    control = np.stack([0.05 + NOISE, 0.05 + NOISE], axis=1)
    return KernelShares("blocks.3", 400, share, repeats, control)


def waves(rise):
    names = tuple(f"blocks.{at}" for at in range(8))
    level = np.full(8, 4.0)
    return GratingStudy(
        NET.slug, names, level * 2 ** np.linspace(0, rise, 8), np.stack([level] * COPIES)
    )


def evidence(**measured):
    return Evidence(NET, Measured(**measured))


@pytest.mark.parametrize(
    ("share", "spread", "answer", "words"),
    [
        (0.01, 0.005, NO, "does not hold separate filters for each size, by this test"),
        (0.30, 0.005, YES, "holds separate filters for several sizes"),
        (0.12, 0.050, UNDECIDED, "is undecided"),
    ],
)
def test_the_answer_on_separate_filters_follows_the_numbers(share, spread, answer, words):
    one = evidence(units=studied((0.0, share, 0.0), spread=spread), kernels=(kernels(0.05),))
    verdict, text = separate_filters_verdict(one), conclude(one)
    assert verdict.verdict == answer and verdict.question == "separate-filters-per-size"
    assert words in text and "In blocks.3" in text and "over 2 octaves" in text
    assert "10 pictures, 1 network, 20 control draws and 5 random seeds" in text
    assert "the line is 10 % of a layer's units" in text
    above = "In 1 of 3 layers more units" if answer != NO else "In none of 3 layers do more units"
    assert above in text or share == 0.01
    assert "corrected for 6 comparisons" in text and "in none of 1 layers" in text


def test_what_is_not_measured_is_undecided_and_says_so():
    for one in (evidence(), evidence(units=studied((0.5, 0.5, 0.5), seeds=2))):
        verdict = separate_filters_verdict(one)
        assert verdict.verdict == UNDECIDED and verdict.estimate is None
        assert verdict.reason.startswith("Not measured yet") and "on demand" in verdict.reason
        assert verdict.reason in conclude(one)
        assert [finding.verdict for finding in findings(one)] == [verdict]
    other = precomputed_evidence(fake().network)
    assert "bundled networks only" in separate_filters_verdict(other).reason


def test_layers_whose_sizes_carry_over_are_counted():
    text = conclude(evidence(units=studied((0.0, 0.0, 0.0), agreement=0.8)))
    assert "in 3 layers: better in 3 (difference" in text
    text = conclude(evidence(units=studied((0.0, 0.0, 0.0), agreement=0.2)))
    assert "in 3 layers: no better in 3 (difference" in text


def test_layers_whose_kernels_are_copies_are_named():
    def said(*layers):
        return conclude(evidence(kernels=layers))

    assert "in 1 of 1 layers: blocks.3." in said(kernels(0.4))
    assert "in none of 1 layers." in said(kernels(0.05))
    assert "in none of 1 layers." in said(kernels(0.4, repeats=0.39))
    assert "no depthwise kernels of 5 x 5 cells" in said()


def test_every_sentence_says_how_it_is_known():
    one = evidence(units=studied((0.0, 0.01, 0.0)), kernels=(kernels(0.06),), gratings=waves(3))
    found = findings(one)
    questions = [finding.verdict.question for finding in found if finding.verdict]
    assert questions == ["separate-filters-per-size", "deeper-units-prefer-longer-waves"]
    for finding in found:
        assert finding.command == "python -m scripts.measure_units --again efficientnet-lite0"
        assert finding.definition and (finding.verdict or finding.numbers)
    assert "middle third" in found[-1].definition and "rises by" in found[-1].sentence


def test_what_is_precomputed_can_be_read_and_is_of_this_version():
    one = Measured(studied((0.0, 0.1, 0.0)), waves(1), (kernels(0.3),))
    text = to_json(NET.slug, one)
    again = from_json(NET.slug, text)
    assert to_json(NET.slug, again) == text
    whole, read = (separate_filters_verdict(Evidence(NET, each)).estimate for each in (one, again))
    assert read.value == pytest.approx(whole.value, abs=1e-4)
    assert (
        from_json(NET.slug, text.replace(measured_with(NET.slug)["weights_sha256"], "")).units
        is None
    )
    part = to_json(NET.slug, Measured(studied((0.0, 0.1, 0.0), seeds=1)))
    assert from_json(NET.slug, part).units is None  # not all shuffled copies yet


@pytest.mark.parametrize("slug", ["efficientnet-lite0", "mobilenet-v2"])
def test_the_bundled_networks_are_measured(slug):
    """The answer is on the page at once, and it is that of the numbers in the file."""
    measured = precomputed(slug)
    assert measured.units.is_complete and measured.gratings.is_complete
    copies = measured.units.copies
    assert len(copies.layers) == 2 * len(NETWORKS[slug].layers) and copies.photographs == 10
    verdict = separate_filters_verdict(precomputed_evidence(NETWORKS[slug]))
    assert (
        verdict.verdict == NO
    )  # at most 2.3 % and 2.5 % more than by chance, as in docs/results.md
    assert not copies.layers_above_chance
