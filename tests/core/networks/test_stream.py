"""The ways that pictures take through a network on a GPU, tried on the CPU: the same answers."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.experiments.network.responses import ResponseRecorder, diagonal_shifts
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import collect, steps
from scalescope.core.imaging.subject_views import changed_region, draw, draw_background
from scalescope.core.imaging.subjects import (
    BACKGROUNDS,
    RESAMPLINGS,
    RESIZE_MODES,
    RenderSettings,
    bundled_subject,
)
from scalescope.core.networks import NETWORKS, load
from scalescope.core.networks.compiled import Compiled
from scalescope.core.networks.dirty_region import center_box
from scalescope.core.networks.loaded import LoadedNetwork
from scalescope.core.networks.pooled_features import pooled_features
from scalescope.core.networks.stream import Stream

LITE = "efficientnet-lite0"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(("chelsea", "coffee", "brick")),
    st.sampled_from(RESIZE_MODES),
    st.sampled_from(RESAMPLINGS),
    st.floats(8, 300),
    st.lists(st.tuples(*[st.integers(-60, 60)] * 2), min_size=1, max_size=3),
    st.integers(0, 9),
)
def test_what_is_drawn_lies_within_its_extent(name, resize_mode, resampling, size, shifts, seed):
    look = RenderSettings(resize_mode, "texture", 224, None, resampling, seed=seed)
    if look.canvas(size) > 500:
        return
    thing = bundled_subject(name)
    rows, columns = changed_region(thing, look, size, shifts)
    drawn, bare = draw(thing, look, [size], shifts), draw_background(thing, look, look.canvas(size))
    unlike = (drawn != bare).any(dim=0).any(dim=0)
    unlike[rows.start : rows.stop, columns.start : columns.stop] = False
    assert not unlike.any()


def test_an_extent_is_hardly_more_than_what_is_drawn():
    look, thing = RenderSettings(canvas_px=224), bundled_subject("chelsea")
    rows, columns = changed_region(thing, look, 80.0, diagonal_shifts(16))
    assert max(len(rows), len(columns)) == 80 + 15
    assert changed_region(thing, look, 500.0) == (range(224), range(224))


@given(st.integers(32, 600), st.data())
def test_the_middle_holds_what_it_is_given_or_there_is_none(side, data):
    start = [data.draw(st.integers(0, side - 1)) for _ in range(2)]
    box = tuple(range(one, data.draw(st.integers(one + 1, side))) for one in start)
    result = center_box(box, side)
    if result is not None:
        for inner, outer in zip(box, result, strict=True):
            assert set(inner) <= set(outer) <= set(range(side))
        assert len(result[0]) == len(result[1]) and len(result[0]) % 32 == 0


def test_a_sweeps_small_objects_lie_in_the_middle():
    """With all their shifts; an object at the edge and a large one do not."""
    look, thing = RenderSettings(canvas_px=224), bundled_subject("chelsea")
    small = {
        center_box(changed_region(thing, look, size, diagonal_shifts(16)), 224)
        for size in (16.0, 47.5, 80.0)
    }
    assert small == {(range(72, 168), range(72, 168))}
    for size, shifts in ((96.0, diagonal_shifts(16)), (40.0, [(-60, 0)]), (40.0, [(0, 80)])):
        assert center_box(changed_region(thing, look, size, shifts), 224) is None


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    """Pictures are kept apart by the way they go; which of the two they took, in order."""
    taken, way = [], LoadedNetwork._pass

    def incremental_pass(loaded, chunk, bare, box=None):
        taken.append((box is not None, len(chunk)))
        return way(loaded, chunk, bare, box) if box is not None else None

    monkeypatch.setattr(LoadedNetwork, "shared_box", lambda _, box, side: center_box(box, side))
    monkeypatch.setattr(LoadedNetwork, "_pass", incremental_pass)
    monkeypatch.setattr(ResponseRecorder, "groups", lambda _, sizes: [tuple(sizes)])
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("resize_mode", ["distance", "resolution"])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_a_sweep_by_both_ways_is_that_of_whole_pictures(
    resize_mode, background, as_on_a_gpu, monkeypatch
):
    spec = Spec(
        sizes_px=(16, 40, 60.5, 100, 150), shifts=3, resize_mode=resize_mode, background=background
    )
    parts = collect(list(steps(spec, object_only=True, network=load(LITE))))
    assert {part for part, _ in as_on_a_gpu} == {True, False}
    monkeypatch.setattr(LoadedNetwork, "shared_box", lambda *_: None)
    whole = collect(list(steps(spec, object_only=True, network=load(LITE))))
    np.testing.assert_allclose(parts.probability, whole.probability, atol=1e-5)
    for one, other in zip(parts.top, whole.top, strict=True):
        assert [label for label, _ in one] == [label for label, _ in other]


def test_rows_come_in_the_order_of_the_pictures(as_on_a_gpu, monkeypatch):
    """Whichever way they took, and however full their batches were."""
    loaded, thing, look = load(LITE), bundled_subject("coffee"), RenderSettings(canvas_px=224)
    monkeypatch.setattr(LoadedNetwork, "batch", lambda *_: 3)
    bare = draw_background(thing, look, 224)
    stream = Stream(loaded, 224, bare)
    groups = [draw(thing, look, [size], diagonal_shifts(count))
              for size, count in ((150.0, 2), (30.0, 2), (120.0, 2), (50.0, 3))]  # fmt: skip
    for size, images in zip((150.0, 30.0, 120.0, 50.0), groups, strict=True):
        stream.put(
            images,
            stream.shared_box(changed_region(thing, look, size, diagonal_shifts(len(images)))),
        )
    rows = stream.features()
    assert as_on_a_gpu == [(False, 3), (True, 3), (False, 1), (True, 2)]
    with torch.inference_mode():
        expected = torch.cat(
            [pooled_features(loaded.module, one[None]) for one in torch.cat(groups)]
        )
    assert torch.allclose(rows, expected, rtol=1e-4, atol=1e-5)


def test_half_precision_answers_alike_with_its_ground():
    """Means are added up in float32, or they would lose two more digits."""
    loaded, thing, look = (
        load(LITE, half=True),
        bundled_subject("chelsea"),
        RenderSettings(canvas_px=224),
    )
    images, bare = draw(thing, look, [40.0]).half(), draw_background(thing, look, 224).half()
    box = center_box(changed_region(thing, look, 40.0), 224)
    part, whole = loaded.features(images, bare, box), loaded.features(images)
    assert part.dtype == torch.float32
    for name, where in loaded.columns.items():
        far = (part[:, where] - whole[:, where]).abs().max()
        assert far < 4e-3 * whole[:, where].abs().max(), name


@pytest.mark.parametrize("background", ["gray", "texture"])
def test_a_blank_is_the_same_whether_its_ground_is_known_or_not(background):
    loaded, thing = load(LITE), bundled_subject("chelsea")
    bare = draw_background(thing, RenderSettings(canvas_px=224, background=background), 224)
    unknown = loaded.blank(bare.clone())
    loaded.features(bare[None], bare)
    assert loaded.background_cache.cached(bare) is not None
    known = loaded.blank(bare)
    assert torch.equal(known, unknown)
    assert known.shape == loaded.features(bare[None])[0].shape
    assert not known[loaded.columns["logits"]].any() and known.any()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the compiler's own
@pytest.mark.parametrize("slug", NETWORKS)
def test_torch_can_compile_both_ways(slug, monkeypatch):
    """Traced as for a GPU, without making code of it: nothing breaks the graph."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    loaded, thing, look = load(slug), bundled_subject("chelsea"), RenderSettings(canvas_px=224)
    quick = Compiled(loaded.module, 224, (3, 2))
    images, bare = draw(thing, look, [40.0], diagonal_shifts(6)), draw_background(thing, look, 224)
    box = center_box(changed_region(thing, look, 40.0, diagonal_shifts(6)), 224)
    with torch.inference_mode():
        some = loaded.background_cache.incremental_pass(images, bare, box)
        expected = torch.cat([pooled_features(loaded.module, one[None]) for one in images])
        for result in (quick(images), quick(images, some)):  # 3, 2 and one that is filled up
            assert torch.allclose(result, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torch_compiles_as_many_shapes_as_there_may_be(monkeypatch):
    """Torch's own limit is eight, for all networks and batches together."""
    torch._dynamo.reset()
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    module = load("vgg16-hed").module
    quick = Compiled(module, 16, tuple(range(10, 0, -1)))
    with torch.inference_mode():
        for count in range(1, 11):
            assert quick(torch.rand(count, 3, 16, 16)).shape[0] == count
