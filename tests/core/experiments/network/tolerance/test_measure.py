"""Tolerances against interpolation by hand, the sweep on the page, and the file that holds them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core import networks
from scalescope.core.experiments.network.responses import ResponseRecorder
from scalescope.core.experiments.network.run import run
from scalescope.core.experiments.network.similarity import octaves_tolerated, tolerance
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import other_objects
from scalescope.core.experiments.network.tolerance import measure, precomputed
from scalescope.core.experiments.network.tolerance.measure import (
    Step,
    collect,
    over_pictures,
    protocol_of,
    steps,
    tolerances_of,
)
from scalescope.core.experiments.network.tolerance.precomputed import (
    decode,
    encode,
    entry_of,
    is_standard,
    measured_with,
    precomputed_tolerances,
    standard_spec,
)
from scalescope.core.experiments.network.tolerance.run import measure_all
from scalescope.core.experiments.network.tolerance.table import Protocol
from scalescope.core.imaging.subjects import SUBJECTS
from scalescope.core.networks import NETWORKS

SLUG = "efficientnet-lite0"


@pytest.mark.parametrize(
    ("values", "octaves"),
    [
        ((0.1, 0.4, 0.6, 1.0), 1.5),  # from .6 at one octave to .4 at two
        ((0.0, 0.0, 0.0, 1.0), 0.5),
        ((0.2, 0.5, 0.8, 1.0), 2.0),  # one half is reached there, and left below
        ((0.9, 0.1, 0.9, 1.0), 1.5),  # what it rises to below does not count
        ((0.5, 0.6, 0.8, 1.0), np.inf),
        ((0.1, np.nan, 0.6, 1.0), np.nan),
    ],
)
def test_a_tolerance_is_interpolated_over_octaves(values, octaves):
    sizes = np.array([16.0, 32.0, 64.0, 128.0])
    known = octaves_tolerated(sizes, np.array(values), 3)
    assert known == pytest.approx(octaves, nan_ok=True)
    assert tolerance(sizes, np.array(values), 3) == (known if np.isfinite(known) else None)


@given(st.lists(st.floats(0.01, 0.4), min_size=2, max_size=8), st.floats(0.1, 0.9))
def test_the_interpolation_agrees_with_numpys(falls, start):
    curve = 1.0 - np.cumsum([0.0, *falls])
    sizes = 150 * 2.0 ** (-start * np.arange(len(curve)))
    known = octaves_tolerated(sizes[::-1], curve[::-1], len(curve) - 1)
    if curve[-1] >= 0.5:
        assert known == np.inf
    else:
        octaves = np.log2(sizes[0] / sizes)
        assert known == pytest.approx(np.interp(-0.5, -curve, octaves))


def planted(random, objects, sizes, channels):
    """Steps of random features, with those that stand for other objects different from them."""
    columns = {"stem": slice(0, 3), "head": slice(3, channels)}
    return [
        Step(None, name, *random.random((2, sizes, channels)).astype(np.float32), columns)
        for name in objects
    ]


def test_every_object_is_compared_with_all_the_others_by_brute_force():
    random, sizes = np.random.default_rng(0), (20.0, 40.0, 80.0, 160.0)
    shown = planted(random, ("a", "b", "c"), len(sizes), 8)
    known = tolerances_of(shown, Protocol(("a", "b", "c"), sizes, 4))

    def cosine(first, second):
        return first @ second / np.linalg.norm(first) / np.linalg.norm(second)

    for row, one in enumerate(shown):
        for column, part in enumerate((slice(0, 3), slice(3, 8))):
            reference = one.features[-1, part].astype(float)
            curve = []
            for at in range(len(sizes)):
                same = cosine(one.features[at, part].astype(float), reference)
                others = [
                    cosine(other.as_other[at, part].astype(float), reference)
                    for other in shown
                    if other is not one
                ]
                curve.append((same - np.mean(others)) / (1 - np.mean(others)))
            expected = octaves_tolerated(np.array(sizes), np.array(curve), 3)
            assert known[row, column] == pytest.approx(expected)


def test_only_whole_copies_are_in_the_table():
    random, protocol = np.random.default_rng(1), Protocol(("a", "b", "c"), (20.0, 40.0), 4)
    done = planted(random, protocol.objects * 3, 2, 8)
    network = NETWORKS[SLUG]
    assert collect(done[:2], protocol, network) is None
    assert [collect(done[:count], protocol, network).copies for count in (3, 5, 6, 9)] == [
        0,
        0,
        1,
        2,
    ]


def test_the_objects_are_of_different_photographs_and_measured_without_those_above():
    protocol = protocol_of(standard_spec(SLUG), NETWORKS[SLUG])
    assert protocol.objects == other_objects(None) and len(protocol.objects) == 10
    assert len({SUBJECTS[name].photograph for name in protocol.objects}) == 10
    assert protocol.reference_px == pytest.approx(152, abs=0.1) and protocol.sizes_px[0] == 16
    assert protocol.range_octaves == pytest.approx(3.25, abs=0.01)


def test_what_is_about_one_picture_does_not_change_the_settings():
    about_one = Spec(image="coffee", weights="shuffled", box="0,0,50,50", classes="13", near_px=99)
    assert over_pictures(about_one) == over_pictures(Spec()) and is_standard(about_one)
    assert not is_standard(Spec(background="white")) and not is_standard(Spec(shifts=2))


def sizes_around(octaves):
    """The standard sizes just above and below a tolerance, and the reference size."""
    sizes = protocol_of(standard_spec(SLUG), NETWORKS[SLUG]).sizes_px
    end = sizes[-1] * 2**-octaves
    above = min(size for size in sizes if size > end)
    return (max(size for size in sizes if size <= end), above, sizes[-1])


@pytest.mark.slow
@pytest.mark.parametrize("image", ["chelsea", "gravel"])
def test_the_file_holds_what_is_measured_and_what_the_page_measures(image):
    known = precomputed_tolerances(SLUG)
    head = known.trained[known.protocol.objects.index(image), -1]
    spec = Spec(image=image, sizes_px=sizes_around(head))
    again = collect(list(steps(over_pictures(spec), [None])), protocol_of(spec, spec.net), spec.net)
    row = again.protocol.objects.index(image)
    assert again.trained[row, -1] == pytest.approx(head, abs=2e-3)
    on_page = run(spec).layers["head"].tolerance_octaves
    assert on_page == pytest.approx(head, abs=2e-3)


@pytest.mark.slow
def test_the_file_holds_the_control_that_the_page_shows():
    known = precomputed_tolerances(SLUG)
    head = known.shuffled[0, 0, -1]
    spec = Spec(weights="shuffled", sizes_px=sizes_around(head))
    assert run(spec).layers["head"].tolerance_octaves == pytest.approx(head, abs=2e-3)


@pytest.mark.parametrize("slug", NETWORKS)
def test_every_network_of_the_table_is_in_the_file(slug):
    known = precomputed_tolerances(slug)
    assert known.trained.shape == (10, len(NETWORKS[slug].layers))
    assert known.copies >= 3 and not np.isnan(known.trained).any()


@given(st.lists(st.one_of(st.floats(0, 9), st.just(np.inf), st.just(np.nan)), min_size=1))
def test_the_file_keeps_what_is_cut_off_and_what_is_undefined(numbers):
    octaves = np.array([numbers])
    np.testing.assert_allclose(decode(encode(octaves)), octaves, atol=1e-4)


def test_what_was_measured_with_something_else_is_not_used():
    spec = standard_spec(SLUG)
    entry = {"measured_with": measured_with(spec), "trained": [[1.0]], "shuffled": []}
    assert entry_of({SLUG: entry}, spec) == entry
    for name, value in (("weights_sha256", "other"), ("shifts", 1), ("layers", [])):
        other = {**entry, "measured_with": {**entry["measured_with"], name: value}}
        assert entry_of({SLUG: other}, spec)["trained"] is None
    assert entry_of({}, spec)["shuffled"] == []


def test_a_network_without_an_entry_has_no_tolerances(tmp_path, monkeypatch):
    monkeypatch.setattr(precomputed, "FILE", tmp_path / "none.json")
    assert precomputed.read_file() == {}
    assert precomputed_tolerances.__wrapped__(SLUG) is None


@pytest.mark.slow
def test_shuffled_copies_differ_by_their_seed_and_the_first_is_the_control():
    image = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    copies = [networks.load_shuffled(SLUG, seed).features(image) for seed in (0, 1)]
    control = networks.load(SLUG, shuffled=True)
    torch.testing.assert_close(copies[0], control.features(image))
    assert not torch.allclose(copies[0], copies[1], atol=1e-3)
    assert networks.load_shuffled(SLUG, 1).shuffled


@pytest.mark.slow
def test_all_pictures_are_measured_at_any_settings(monkeypatch):
    monkeypatch.setattr("scalescope.core.experiments.network.tolerance.run.COPIES", 1)
    done = []
    spec = Spec(sizes_px=(40.0, 150.0), shifts=1, background="black", image="coffee")
    known = measure_all(spec, None, "cpu", done.append)
    assert known.trained.shape == (10, 18) and known.copies == 1
    assert done[-1] == 1 and len(done) == 20
    assert known.protocol.sizes_px == (40.0, 150.0)
    external = replace(networks.load(SLUG))
    alone = measure_all(spec, external, "cpu")
    assert alone.copies == 0
    np.testing.assert_allclose(alone.trained, known.trained, atol=1e-3)


def test_an_object_is_recorded_once_for_itself_and_as_another(monkeypatch):
    shown = []
    real = ResponseRecorder.record

    def record(self, subject, others, sizes_px, shifts, other_shifts):
        shown.append((subject.name, sizes_px, shifts, others))
        return real(self, subject, others, sizes_px, shifts, other_shifts)

    monkeypatch.setattr(measure.ResponseRecorder, "record", record)
    spec = Spec(sizes_px=(40.0, 150.0), shifts=3)
    step = next(steps(spec, [None]))
    assert sorted(shown) == [("chelsea", (40.0,), 3, ()), ("chelsea", (150.0,), 3, ())]
    assert step.features.shape == step.as_other.shape and not np.array_equal(
        step.features, step.as_other
    )
