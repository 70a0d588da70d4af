"""What is said of a run, and its verdicts: always there, and of no more than was measured."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.network.findings import command_over_pictures, findings
from scalescope.core.experiments.network.inputs import parse_inputs
from scalescope.core.experiments.network.run import run, summary
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.tolerance.run import EXTERNAL, SETTINGS, USER_PICTURE
from scalescope.core.networks import load, load_external
from scalescope.core.specs.spec import SpecError
from tests.core.experiments.test_verdicts import _check, _check_findings
from tests.core.networks.test_external import scripted, small
from tests.core.random_specs import specs

OVER_PICTURES = ("last-layer-tolerance", "downsampling-widens-tolerance")


def by_question(result):
    known = [one.verdict for one in findings(result) if one.verdict is not None]
    return {verdict.question: verdict for verdict in known}


@pytest.mark.slow
def test_the_standard_run_has_the_answers_over_all_pictures():
    result = run(Spec(sizes_px=Spec().sizes_px, image="coffee"))
    assert result.over_pictures is not None
    known = by_question(result)
    last = known["last-layer-tolerance"]
    assert last.is_yes and last.rests_on.pictures == 10 and last.rests_on.control_draws == 5
    octaves = last.to_json()["tolerance_octaves"]
    assert octaves["trained"]["value"] == pytest.approx(1.19, abs=0.02)
    assert (octaves["trained"]["low"], octaves["trained"]["high"]) == pytest.approx(
        (0.74, 1.84), abs=0.01
    )
    assert known["downsampling-widens-tolerance"].is_undecided  # its sign changes with the picture
    layers = summary(result)["over_pictures"]["layers"]
    assert len(layers["head"]["trained"]) == 10 and len(layers["head"]["shuffled"]) == 5


def test_other_settings_are_one_picture():
    result = run(Spec(sizes_px=(40.0, 150.0), shifts=1))
    known = by_question(result)
    for question in OVER_PICTURES:
        assert known[question].is_undecided and known[question].reason == SETTINGS
    told = next(one for one in findings(result) if one.verdict == known[OVER_PICTURES[0]])
    assert told.command == (
        "python -m core run network --sizes-px 40,150 --shifts 1 --pictures all --json"
    )
    assert summary(result)["over_pictures"] is None
    assert command_over_pictures(Spec(image="coffee")).endswith("--again efficientnet-lite0")


def test_a_picture_or_a_network_of_ones_own_is_one_picture(tmp_path):
    spec = Spec(sizes_px=(40.0, 150.0), shifts=1)
    own = run(Spec(sizes_px=Spec().sizes_px[-3:]), picture=Spec().subject().crop)
    assert {by_question(own)[name].reason for name in OVER_PICTURES} == {USER_PICTURE}
    network = load_external(scripted(small(), tmp_path / "small.pt"))
    external = run(spec, network=network)
    assert {by_question(external)[name].reason for name in OVER_PICTURES} == {EXTERNAL}
    everywhere = by_question(run(spec, network=network, pictures="all"))
    last = everywhere["last-layer-tolerance"]
    assert last.is_undecided and last.reason.startswith("There is no network with shuffled")
    assert everywhere["downsampling-widens-tolerance"].rests_on.networks == 1


def test_a_network_of_ones_own_is_not_taken_for_that_of_the_table():
    result = run(
        Spec(sizes_px=(40.0, 150.0), shifts=1),
        network=replace(load("efficientnet-lite0"), shuffled=True),
    )
    assert result.over_pictures is None


def test_all_pictures_are_asked_for_by_an_option():
    assert parse_inputs({"pictures": "all"}) == ({}, {"pictures": "all"})
    with pytest.raises(SpecError, match="pictures: 'some' is not allowed; give one or all"):
        parse_inputs({"pictures": "some"})
    assert "pictures" in EXPERIMENTS["network"].input_options


@pytest.mark.slow
def test_the_verdicts_of_random_specs_are_well_formed():
    experiment = EXPERIMENTS["network"]
    narrow = {
        "network": st.sampled_from(("efficientnet-lite0", "mobilenet-v2")),
        "sizes_px": st.sampled_from([(40.0, 150.0), (24.0, 48.0, 150.0), (200.0,)]),
        "shifts": st.integers(1, 2),
    }

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(specs(experiment.spec, **narrow))
    def check(spec):
        result = experiment.run(spec)
        _check(experiment, result)
        _check_findings(experiment, result)
        for finding in experiment.findings(result):
            assert "nan" not in finding.sentence.split() and finding.sentence.endswith(".")

    check()
