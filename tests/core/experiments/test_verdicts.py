"""The verdicts of every experiment, over random specs: well formed, and made by the one rule."""

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES, decide
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.output import plain
from tests.core.random_specs import specs

KEYS = ["question", "subject", "verdict", "value", "low", "high", "line", "rests_on", "reason"]
QUESTIONS = {
    "near-far": {"response-depends-on-size"},
    "filter": {"response-depends-on-size"},
    "network": {
        "last-layer-tolerance",
        "downsampling-widens-tolerance",
        "separate-filters-per-size",
    },
    "calculator": {"object-suits-layer"},
    "transfer": {"layer-gain", "resize-gain", "recommendation"},
}
QUICK = ("near-far", "filter", "pooling", "calculator", "scale-space")
SMALL = {  # fields that would make a random spec slow
    "near-far": {"canvas_px": st.just(32)},
    "filter": {"sizes_px": st.sampled_from([(2, 4), (1, 2, 16), (64, 128), (1, 1.5)])},
    "scale-space": {"canvas_px": st.just(64)},
}


def _check_numbers(verdict):
    limits = [verdict[key] for key in ("low", "value", "high")]
    if verdict["value"] is None:
        assert limits == [None] * 3
        assert verdict["verdict"] == UNDECIDED and verdict["reason"]
        return
    known = [limit for limit in limits if limit is not None]  # an end may not be known
    assert verdict["value"] in known and known == sorted(known) and all(map(math.isfinite, known))
    if verdict["verdict"] == YES:
        assert verdict["low"] > verdict["line"]
    elif verdict["verdict"] == NO:
        assert verdict["high"] < verdict["line"]
    else:
        assert verdict["verdict"] == UNDECIDED and verdict["reason"]


def _check(experiment, result):
    numbers = json.loads(json.dumps(plain(experiment.summary(result)), allow_nan=False))
    verdicts = numbers["verdicts"]
    for verdict in verdicts:
        assert list(verdict)[: len(KEYS)] == KEYS
        _check_numbers(verdict)
        assert all(isinstance(count, int) and count >= 0 for count in verdict["rests_on"].values())
        if verdict["verdict"] != UNDECIDED:
            assert any(verdict["rests_on"].values())
    assert {verdict["question"] for verdict in verdicts} >= QUESTIONS.get(experiment.slug, set())
    assert len({(each["question"], each["subject"]) for each in verdicts}) == len(verdicts)


def _check_findings(experiment, result):
    for finding in experiment.findings(result):
        assert finding.sentence.strip() and finding.definition.strip()
        assert finding.verdict is not None or finding.numbers
        if finding.verdict is not None and finding.verdict.estimate is not None:
            assert decide(finding.verdict.estimate, finding.verdict.line)[0] in (
                finding.verdict.verdict,
                *((YES, NO) if finding.verdict.is_undecided else ()),  # by a variant
            )


@pytest.mark.parametrize("slug", QUICK)
def test_verdicts_of_random_specs_are_well_formed(slug):
    experiment = EXPERIMENTS[slug]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(specs(experiment.spec, **SMALL.get(slug, {})))
    def check(spec):
        result = experiment.run(spec)
        _check(experiment, result)
        _check_findings(experiment, result)

    check()


@pytest.mark.parametrize("slug", QUICK)
def test_every_page_says_how_it_knows(slug):
    experiment = EXPERIMENTS[slug]
    result = experiment.run(experiment.spec())
    assert any(finding.verdict is not None for finding in experiment.findings(result))
