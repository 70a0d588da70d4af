"""Fine-tuning: it starts from the network itself, leaves that alone, and learns."""

from dataclasses import replace

import numpy as np
import psutil
import pytest
import torch

from scalescope.core.aerial.probing.features import FeaturesError
from scalescope.core.aerial.probing.finetune import FinetuneSettings, Tail, finetune, tunable_module
from scalescope.core.experiments.transfer import finetuning
from scalescope.core.experiments.transfer.finetuning import describe
from scalescope.core.experiments.transfer.finetuning_process import finetune_in_subprocess
from scalescope.core.experiments.transfer.result import collect
from scalescope.core.experiments.transfer.run import run
from scalescope.core.experiments.transfer.spec import Spec
from scalescope.core.experiments.transfer.steps import steps
from scalescope.core.networks import load
from scalescope.core.networks.untrained import load_untrained
from tests.core.experiments.transfer.planted import landscapes, result_of
from tests.core.experiments.transfer.test_transfer import QUICK, colored, networks


@pytest.fixture(scope="module")
def net():
    return load("efficientnet-lite0")


def halves(tiles):
    order = np.random.default_rng(0).permutation(len(tiles.labels))
    return order[: len(order) // 2], order[len(order) // 2 :]


def test_a_tail_begins_as_the_networks_own_end(net):
    images = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    maps = net.record(images, ["blocks.12"])[1]["blocks.12"]
    tail = Tail(tunable_module(net, 3), 3, 2)
    with torch.inference_mode():
        found = tail.body(maps).mean((2, 3))
        assert (tail(maps) == 0).all()
    np.testing.assert_allclose(found, net.pooled(images).mean["head"], rtol=1e-4, atol=1e-4)


def test_it_learns_and_leaves_the_network_alone(net):
    tiles = colored(16, side=64)
    train, held_out = halves(tiles)
    settings = FinetuneSettings(blocks=1, epochs=8)
    before = net.pooled(torch.from_numpy(tiles.images[:2])).mean["head"]
    runs = [
        list(finetune(net, tiles.images, tiles.labels, train, held_out, settings)) for _ in range(2)
    ]
    losses = [epoch.loss for epoch in runs[0]]
    assert losses[0] == pytest.approx(np.log(2)) and losses[-1] < 0.5 * losses[0]
    assert runs[0][-1].correct.shape == (len(held_out),) and runs[0][-1].correct.mean() > 0.9
    assert [epoch.loss for epoch in runs[1]] == losses
    after = net.pooled(torch.from_numpy(tiles.images[:2])).mean["head"]
    assert np.array_equal(before, after)


def test_networks_and_numbers_that_cannot_be_tuned_are_told(net):
    tiles = colored(4)
    every = np.arange(8)
    for blocks in (0, 16):
        with pytest.raises(FeaturesError, match="from 1 to 15"):
            next(finetune(net, tiles.images, tiles.labels, every, every, FinetuneSettings(blocks)))
    with pytest.raises(FeaturesError, match="VGG16"):
        tunable_module(load_untrained("vgg16-hed"), 1)


def test_it_is_scored_beside_a_probe_of_the_same_training_sets(net, monkeypatch):
    monkeypatch.setattr(finetuning, "EPOCHS", 2)
    spec = Spec(labels_per_class=5, training_sets=4, gsds_m=(1,), factors=(1, 2))
    tiles = colored(16)
    result = run(spec, tiles=tiles, networks={"trained": net})
    found = list(finetuning.steps(result, 1, {"trained": net}))
    scored = len(result.protocol.split.test)
    assert len(found) == 4 and found[-1].tuned.shape == found[-1].frozen.shape == (2, scored)
    assert describe(found[0]) == "" and found[0].gain is None and found[-1].done == 1
    layer = result.protocol.layers.index(result.choice.layer)
    scores = [step.scores[0] for step in steps(spec, tiles, {"trained": net}) if step.scores]
    same = next(one for one in scores if one.view.factor == result.choice.factor)
    assert np.array_equal(found[-1].frozen, same.correct[layer])
    assert "the last 1 blocks" in describe(found[-1])
    better = replace(
        found[-1], tuned=np.ones_like(found[-1].tuned), frozen=found[-1].frozen & False
    )
    assert "Undecided which is better: +100.0 percentage points" in describe(better)
    assert "test tiles are in the smallest class" in describe(better)


def known(protocols, tuned, frozen):
    """Fine-tuning of three training sets of which each has one accuracy."""
    result = result_of(protocols, lambda number, view, layer: 0.5)
    ones = np.ones((3, len(result.protocol.split.test)), dtype=bool)
    before, after = (ones & np.array(rates, dtype=bool)[:, None] for rates in (frozen, tuned))
    return finetuning.FinetuneResult(result, 2, "edges", 1.0, before, after, ((0.1,),) * 3, 1.0)


def test_fine_tuning_is_better_only_where_every_landscape_says_so():
    """One training set on each of three landscapes."""
    sets = finetuning.training_sets(known(landscapes(), (1, 1, 1), (0, 0, 0)).result)
    assert [(protocol.landscape, index) for protocol, index in sets] == [(0, 1), (1, 1), (2, 1)]
    better = known(landscapes(), (1, 1, 1), (0, 0, 0))
    assert describe(better).endswith(
        "Fine-tuning gains +100.0 percentage points (+100.0 to +100.0)."
    )
    (finding,) = finetuning.findings(better)
    assert finding.verdict.is_yes and finding.verdict.rests_on.seeds == 3
    mixed = known(landscapes(), (1, 1, 1), (0, 0, 1))
    assert "Undecided which is better: +66.7" in describe(mixed)
    assert "gains less than 1 percentage point" in describe(
        known(landscapes(), (0, 0, 0), (0, 0, 0))
    )
    alone = known(landscapes(1), (1, 1, 1), (0, 0, 0))
    assert len({protocol for protocol, _ in finetuning.training_sets(alone.result)}) == 1
    assert describe(alone).endswith("an answer needs at least 3 landscapes.")
    unfinished = replace(better, tuned=better.tuned[:2], frozen=better.frozen[:2])
    assert describe(unfinished) == "" and finetuning.findings(unfinished) == []


def test_nothing_is_tuned_before_a_choice():
    first = next(steps(QUICK, colored(), networks()))
    with pytest.raises(ValueError, match="All resize factors must be measured"):
        next(finetuning.steps(collect([first]), networks=networks()))


@pytest.mark.slow
def test_apart_it_finds_the_same_and_a_stop_leaves_it_where_it_is(net):
    spec = Spec(labels_per_class=5, training_sets=4, gsds_m=(1,), factors=(1, 2))
    result = run(spec, tiles=colored(16), networks={"trained": net})
    here = finetuning.steps(result, 1, {"trained": net})
    apart = finetune_in_subprocess(result, 1)
    for _ in range(3):
        one, other = next(here), next(apart)
        assert other.result is result and other.done == one.done
        np.testing.assert_allclose(other.losses, one.losses, rtol=1e-3)
    worker = children()
    assert len(worker) == 1 and worker[0].nice() >= 10
    apart.close()
    assert not children()


@pytest.mark.slow
def test_apart_what_cannot_be_tuned_is_one_sentence():
    first = next(steps(QUICK, colored(), networks()))
    with pytest.raises(ValueError, match="All resize factors must be measured"):
        next(finetune_in_subprocess(collect([first]), 1))
    assert not children()


@pytest.mark.slow
def test_apart_a_fault_shows_its_traceback():
    with pytest.raises(RuntimeError, match="AttributeError"):
        next(finetune_in_subprocess("no result", 1))
    assert not children()


def children():
    return [one for one in psutil.Process().children() if _tunes(one)]


def _tunes(process):
    try:
        return "scalescope.core.experiments.transfer.finetuning_process" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):  # it has ended meanwhile
        return False
