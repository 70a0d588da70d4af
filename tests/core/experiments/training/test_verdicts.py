"""The verdicts on trainings, over random accuracy tables: none is stronger than its evidence."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.training import (
    channels,
    claims,
    comparisons,
    findings,
    sentences,
    verdicts,
)
from scalescope.core.experiments.training.precomputed import precomputed_results
from scalescope.core.experiments.training.result import Result
from scalescope.core.formatting import pixels
from tests.core.experiments.training.random_results import OBJECTS, RECIPES, tables, trained
from tests.core.experiments.training.test_sentences import result

EXPERIMENT = EXPERIMENTS["training"]
OPPOSITE = {YES: NO, NO: YES}
names = st.sampled_from(RECIPES)
draws = st.integers(0, 2**32 - 1)


@settings(max_examples=80, deadline=None)
@given(tables(), names, draws)
def test_verdicts_are_well_formed_and_sentences_say_the_same(table, name, draw):
    one = trained(table, name, draw)
    for verdict in verdicts.verdicts(one):
        text = sentences.sentence(verdict, one)
        assert ("Undecided whether" in text) == verdict.is_undecided == bool(verdict.reason)
        if not verdict.is_undecided:
            assert f"{len(table)} random seeds" in text and f"{OBJECTS} pictures" in text
        assert text.endswith(".") and "  " not in text and "nan" not in text
        assert verdict.rests_on.seeds == len(table) and verdict.rests_on.pictures == OBJECTS


@settings(max_examples=80, deadline=None)
@given(tables(), names, draws)
def test_an_answer_holds_in_every_seed_by_its_own_count(table, name, draw):
    """Against the plain numbers of each seed, without any interval."""
    one = trained(table, name, draw)
    for verdict in verdicts.verdicts(one):
        if verdict.is_undecided:
            continue
        values = np.array(verdict.extra["by_seed"])
        assert len(values) == len(table) >= verdicts.MIN_SEEDS
        assert ((values > verdict.line.value) == verdict.is_yes).all()


@settings(max_examples=60, deadline=None)
@given(tables(seeds=4), names, draws, st.integers(0, 3))
def test_one_seed_less_turns_no_answer_into_its_opposite(table, name, draw, left_out):
    whole = trained(table, name, draw)
    kept = [run for index, run in enumerate(whole.runs) if index != left_out]
    seeds = tuple(run.plan.seed for run in kept)
    fewer = Result(replace(whole.spec, seeds=seeds), tuple(kept))
    for verdict, other in zip(verdicts.verdicts(whole), verdicts.verdicts(fewer), strict=True):
        if not verdict.is_undecided:
            assert other.verdict == verdict.verdict, "a wider band decides less, never otherwise"


SIZE_LISTS = st.lists(st.floats(4.0, 64.0), min_size=5, max_size=5, unique=True).map(sorted)


@settings(max_examples=80, deadline=None)
@given(tables(seeds=3), names, SIZE_LISTS)
def test_nothing_is_said_of_sizes_that_were_not_tested(table, name, sizes):
    one = trained(table, name)
    moved = tuple(replace(run, test_px=np.array(sizes)) for run in one.runs)
    other = Result(one.spec, moved)
    px = dict(zip((verdicts.SMALLER, verdicts.LARGER), verdicts.octaves_away_px(one), strict=True))
    for verdict in verdicts.verdicts(other):
        if verdict.estimate is not None and verdict.question in px:
            asked = px[verdict.question]
            assert max(size for size in sizes if size <= asked) >= (
                min(size for size in sizes if size >= asked) / 2.001
            )
        if verdict.question == verdicts.CHANNEL_RANGE and verdict.estimate is not None:
            tested = other.test_px[channels.sizes_in_range(other)]
            assert f"rom {pixels(tested[0])} to {pixels(tested[-1])}, the tested part" in (
                sentences.sentence(verdict, other)
            )


@settings(max_examples=40, deadline=None)
@given(tables(), names)
def test_with_one_seed_or_two_nothing_is_answered(table, name):
    one = trained(table[:2], name)
    for verdict in verdicts.verdicts(one):
        assert verdict.verdict == UNDECIDED
        if verdict.estimate is not None:
            assert verdict.reason.endswith("another seed may give another answer.")


@settings(max_examples=40, deadline=None)
@given(tables(seeds=3), draws)
def test_a_network_that_guesses_keeps_nothing(table, draw):
    """Half of an accuracy near chance is below chance, which any network keeps at every size."""
    guessing = trained((0.2 * np.array(table)).tolist(), "scale-channels", draw)
    for verdict in verdicts.verdicts(guessing):
        assert verdict.is_undecided and "not clearly above chance, 10 %" in verdict.reason


@settings(max_examples=40, deadline=None)
@given(tables(seeds=3), tables(seeds=3), st.sampled_from([6.0, 12.0, 30.0, 60.0]))
def test_better_than_plain_is_worse_the_other_way_round(table, other, px):
    first, second = trained(table, "zoom"), trained(other)
    verdict = comparisons.better_verdict(first, second, px)
    back = comparisons.better_verdict(second, first, px)
    assert back.verdict == OPPOSITE.get(verdict.verdict, UNDECIDED)
    assert back.estimate.value == pytest.approx(-verdict.estimate.value)
    if verdict.is_yes:
        index = first.test_px.tolist().index(px) if px in first.test_px else None
        if index is not None:
            assert first.accuracy[:, index].min() > second.accuracy[:, index].max()


@settings(max_examples=30, deadline=None)
@given(tables(seeds=3), tables(seeds=3), draws)
def test_claims_never_contradict_their_answers(table, other, draw):
    found = claims.claims(
        {
            "plain": trained(table),
            "blur": replace_recipe(trained(other)),
            "zoom": trained(other, "zoom"),
            "scale-channels": trained(table, "scale-channels", draw),
            "scale-channels-naive": trained(other, "scale-channels-naive", draw),
        }
    )
    for claim in found:
        given_ = {answer.verdict.verdict for answer in claim.answers}
        if claim.outcome == claims.UNDECIDED:
            assert UNDECIDED in given_ and "Undecided whether" in claim.sentence
        elif claim.outcome == claims.FAILS:
            assert given_ - {UNDECIDED}
        else:
            assert len(given_) == 1 and UNDECIDED not in given_


def replace_recipe(plain):
    return Result(replace(plain.spec, recipe="blur"), plain.runs)


def test_findings_carry_the_verdicts_to_the_command_line():
    one = trained([[0.1, 0.1, 1.0, 0.9, 0.1]] * 3, "scale-channels", 1)
    summary = EXPERIMENT.summary(one)
    told = summary["verdicts"]
    assert [each["question"] for each in told] == [
        verdicts.SMALLER,
        verdicts.LARGER,
        verdicts.CHANNEL_RANGE,
        verdicts.RIGHT_CHANNEL,
        verdicts.FOLLOWS,
    ]
    for each in json.loads(json.dumps(told)):
        assert each["rests_on"]["seeds"] == 3 and each["subject"] == "scale-channels"
        assert len(each["by_seed"]) == 3
    assert (told[0]["verdict"], told[1]["verdict"]) == (NO, YES)


def test_every_finding_says_how_it_is_known_and_how_it_is_measured_again():
    known = precomputed_results()
    found = [each for one in known.values() for each in findings.findings(one)]
    found += findings.better_findings(known["zoom"], known["plain"])
    found += findings.claim_findings(claims.claims(known), known)
    for each in found:
        assert each.command.startswith("python -m scripts.train_finished --recipe ")
        assert each.definition.endswith(".") and each.reference
    mechanism = [each for each in found if "nearest to the trained" in each.sentence]
    assert mechanism and all("Jansson" in each.reference for each in mechanism)
    pairs = [each for each in found if each.verdict and each.verdict.question in findings.PAIRS]
    assert "--recipe plain-centered,blur-centered --again" in pairs[-2].command
    assert any("may be by writers of training digits" in each.definition for each in found)


def test_a_run_of_ones_own_is_measured_again_by_its_own_command():
    quick = result("plain", [[0.1, 0.1, 1.0, 0.9, 0.1]], steps=100)
    (*_, last) = findings.findings(quick)
    assert last.command.startswith("python -m core run training --test-px 6,12,24,48,60")
    assert "--steps 100" in last.command and "--seeds 0" in last.command
    assert last.verdict.is_undecided
