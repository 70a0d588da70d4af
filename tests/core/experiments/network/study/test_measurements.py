"""Measurements that are shared, and the work that takes them."""

import time
from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.network import responses, sweep
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study import measurements as study
from tests.core.networks.fake_network import fake, flat


@pytest.fixture
def network(monkeypatch):
    """The fake network in place of the table's."""
    one = fake()
    monkeypatch.setattr(
        sweep, "recorder", lambda *arguments: sweep.ResponseRecorder(one, arguments[3])
    )
    return one


def taken(measurement):
    return measurement.run(lambda fraction, partial=None: None).result


SPEC = Spec(sizes_px=(16.0, 32.0, 64.0), shifts=2, classes="281")


def test_a_sweep_of_the_object_alone_has_the_same_probabilities_and_no_layers(network):
    picture = flat((0.9, 0.8, 0.7))
    alone, whole = (taken(study.sweep(SPEC, picture, only)) for only in (True, False))
    np.testing.assert_array_equal(alone.probability, whole.probability)
    assert not alone.layers and list(whole.layers) == ["color", "edges"]
    assert alone.complete and len(alone.sizes_px) == 3


def test_detail_is_taken_away_at_one_size(network):
    picture = flat((0.9, 0.8, 0.7))
    result = taken(study.details(SPEC, picture))
    assert [one.setting.spec.detail_px for one in result] == [16, 32, 64]
    assert all(one.setting.sizes_px == (study.DETAIL_SHOWN_PX,) for one in result)
    # A flat picture has no detail to lose: the answer is the same at every amount.
    probabilities = np.stack([one.probability for one in result])
    np.testing.assert_allclose(probabilities, probabilities[:1].repeat(3, 0), rtol=1e-4)


def test_what_only_chooses_what_is_shown_does_not_matter():
    shown = replace(SPEC, near_px=99.0, far_px=20.0, row_shift_px=3)
    assert study.trained_and_shuffled(shown) == study.trained_and_shuffled(SPEC)
    assert [one.weights for one in study.trained_and_shuffled(SPEC)] == ["trained", "shuffled"]
    assert [one.background for one in study.per_background(SPEC)][:2] == ["gray", "mean"]


def test_a_network_without_large_depthwise_kernels_has_none_to_compare(monkeypatch):
    monkeypatch.setattr(study, "load", lambda network: fake())
    assert taken(study.kernels("mobilenet-v2")) == {}


def test_the_time_is_told_before(network):
    standard = Spec()
    alone, whole = study.sweep(standard, None, True), study.sweep(standard)
    assert 3 < whole.seconds / alone.seconds < 7
    assert study.sweep(replace(standard, network="vgg16-hed")).seconds > 100


@pytest.mark.parametrize("threads", [1, 3])
def test_sizes_in_threads_come_in_order_and_a_stop_computes_no_more(threads, monkeypatch):
    monkeypatch.setattr(responses.torch, "get_num_threads", lambda: threads)
    recorded = []

    def look(group):
        time.sleep(0.01 if group[0] % 2 else 0)
        recorded.append(group)
        return group[0]

    groups = [(float(index),) for index in range(40)]
    assert list(responses.in_threads(look, groups, "cpu")) == [one[0] for one in groups]
    recorded.clear()
    some = responses.in_threads(look, groups, "cpu")
    assert [next(some), next(some)] == [0.0, 1.0]
    some.close()
    time.sleep(0.1)
    assert len(recorded) <= 2 + 2 * threads


def test_a_sweep_in_threads_is_the_same_to_the_last_bit(network, monkeypatch):
    picture, results = flat((0.9, 0.8, 0.7)), []
    for threads in (1, 2):
        monkeypatch.setattr(responses.torch, "get_num_threads", lambda count=threads: count)
        results.append(taken(study.sweep(SPEC, picture)))
    one, two = results
    np.testing.assert_array_equal(one.probability, two.probability)
    for name, layer in one.layers.items():
        np.testing.assert_array_equal(layer.corrected, two.layers[name].corrected)
