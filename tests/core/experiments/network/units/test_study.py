"""The tests of all units of a network, trained and shuffled, on random responses."""

import numpy as np
import pytest

from scalescope.core.experiments.network.units import partners, study
from scalescope.core.imaging.subjects import RenderSettings, Subject
from scalescope.core.networks.unit_responses import Responses

DRAWS, COPIES = 4, 2


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few draws, halvings and copies."""
    monkeypatch.setattr(study, "DRAWS", DRAWS)
    monkeypatch.setattr(study, "COPIES", COPIES)
    monkeypatch.setattr(partners, "SPLITS", 2)
    monkeypatch.setattr(partners.make_plan, "__defaults__", (DRAWS, 2))


def random_responses(seed):
    random = np.random.default_rng(1 + (-1 if seed is None else seed))
    picture = random.random((3, 8, 8)).astype(np.float32)
    subjects = tuple(Subject(picture + at, (0, 0, 8, 8), str(at)) for at in range(6))
    response = {name: random.random((6, 4, 10)).astype(np.float32) for name in ("a", "b")}
    sizes = np.array([16.0, 32.0, 64.0, 128.0])
    return Responses("net", seed is not None, RenderSettings(), sizes, subjects, response, {})


def test_all_copies_of_a_network_are_tested_alike():
    done = list(study.steps("net", random_responses))
    assert [step.seed for step in done] == [None, None, 0, 0, 1, 1]
    found = study.collect(done)
    assert found.is_complete and list(found.partners) == ["a", "b"]
    copies, agreements = found.copies, found.agreements
    assert copies.layers == ("a", "a", "b", "b") and copies.octaves == (1, 2, 1, 2)
    assert copies.permuted.shape == copies.reweighted.shape == (DRAWS, 4)
    assert copies.shuffled.shape == (COPIES, 4)
    assert agreements.trained_draws.shape == agreements.shuffled_draws.shape == (DRAWS, 2)
    # Draw after draw, one shuffled network after the other.
    for draw in range(DRAWS):
        expected = [test.agreements[1 + draw] for test in found.shuffled[draw % COPIES]]
        np.testing.assert_array_equal(agreements.shuffled_draws[draw], expected)
    again = study.from_json(study.to_json(found))
    np.testing.assert_allclose(again.copies.permuted, copies.permuted, atol=1e-5)
    np.testing.assert_allclose(again.agreements.shuffled, agreements.shuffled, atol=1e-4)


def test_a_copy_counts_once_all_its_layers_are_tested():
    done = list(study.steps("net", random_responses))
    assert not study.collect(done[:1]).shuffled
    assert len(study.collect(done[:5]).shuffled) == 1 and not study.collect(done[:5]).is_complete
