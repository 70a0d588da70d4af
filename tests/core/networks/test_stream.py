"""The ways that pictures take through a network on a GPU, tried on the CPU: the same answers."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.experiments.network.responses import Watch, diagonal
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import result_of, steps
from scalescope.core.imaging.subject_views import draw, extent, ground
from scalescope.core.imaging.subjects import GROUNDS, OPERATIONS, RESAMPLINGS, Look, subject
from scalescope.core.networks import NETWORKS, load
from scalescope.core.networks.compiled import Compiled
from scalescope.core.networks.dirty_region import middle
from scalescope.core.networks.loaded import Loaded
from scalescope.core.networks.pooled_features import sums
from scalescope.core.networks.stream import Stream

LITE = "efficientnet-lite0"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(("chelsea", "coffee", "brick")),
    st.sampled_from(OPERATIONS),
    st.sampled_from(RESAMPLINGS),
    st.floats(8, 300),
    st.lists(st.tuples(*[st.integers(-60, 60)] * 2), min_size=1, max_size=3),
    st.integers(0, 9),
)
def test_what_is_drawn_lies_within_its_extent(name, operation, resampling, size, shifts, seed):
    look = Look(operation, "texture", 224, None, resampling, seed=seed)
    if look.canvas(size) > 500:
        return
    thing = subject(name)
    rows, columns = extent(thing, look, size, shifts)
    drawn, bare = draw(thing, look, [size], shifts), ground(thing, look, look.canvas(size))
    unlike = (drawn != bare).any(dim=0).any(dim=0)
    unlike[rows.start : rows.stop, columns.start : columns.stop] = False
    assert not unlike.any()


def test_an_extent_is_hardly_more_than_what_is_drawn():
    look, thing = Look(canvas_px=224), subject("chelsea")
    rows, columns = extent(thing, look, 80.0, diagonal(16))
    assert max(len(rows), len(columns)) == 80 + 15
    assert extent(thing, look, 500.0) == (range(224), range(224))


@given(st.integers(32, 600), st.data())
def test_the_middle_holds_what_it_is_given_or_there_is_none(side, data):
    start = [data.draw(st.integers(0, side - 1)) for _ in range(2)]
    box = tuple(range(one, data.draw(st.integers(one + 1, side))) for one in start)
    found = middle(box, side)
    if found is not None:
        for inner, outer in zip(box, found, strict=True):
            assert set(inner) <= set(outer) <= set(range(side))
        assert len(found[0]) == len(found[1]) and len(found[0]) % 32 == 0


def test_a_sweeps_small_objects_lie_in_the_middle():
    """With all their shifts; an object at the edge and a large one do not."""
    look, thing = Look(canvas_px=224), subject("chelsea")
    small = {middle(extent(thing, look, size, diagonal(16)), 224) for size in (16.0, 47.5, 80.0)}
    assert small == {(range(72, 168), range(72, 168))}
    for size, shifts in ((96.0, diagonal(16)), (40.0, [(-60, 0)]), (40.0, [(0, 80)])):
        assert middle(extent(thing, look, size, shifts), 224) is None


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    """Pictures are kept apart by the way they go; which of the two they took, in order."""
    taken, way = [], Loaded._pass

    def pass_over(loaded, chunk, bare, box=None):
        taken.append((box is not None, len(chunk)))
        return way(loaded, chunk, bare, box) if box is not None else None

    monkeypatch.setattr(Loaded, "lane", lambda _, box, side: middle(box, side))
    monkeypatch.setattr(Loaded, "_pass", pass_over)
    monkeypatch.setattr(Watch, "together", lambda _, sizes: [tuple(sizes)])
    return taken


@pytest.mark.parametrize("operation", ["distance", "resolution"])
@pytest.mark.parametrize("background", GROUNDS)
def test_a_sweep_by_both_ways_is_that_of_whole_pictures(
    operation, background, as_on_a_gpu, monkeypatch
):
    spec = Spec(
        sizes_px=(16, 40, 60.5, 100, 150), shifts=3, operation=operation, background=background
    )
    parts = result_of(list(steps(spec, alone=True, network=load(LITE))))
    assert {part for part, _ in as_on_a_gpu} == {True, False}
    monkeypatch.setattr(Loaded, "lane", lambda *_: None)
    whole = result_of(list(steps(spec, alone=True, network=load(LITE))))
    np.testing.assert_allclose(parts.probability, whole.probability, atol=1e-5)
    for one, other in zip(parts.top, whole.top, strict=True):
        assert [label for label, _ in one] == [label for label, _ in other]


def test_rows_come_in_the_order_of_the_pictures(as_on_a_gpu, monkeypatch):
    """Whichever way they took, and however full their batches were."""
    loaded, thing, look = load(LITE), subject("coffee"), Look(canvas_px=224)
    monkeypatch.setattr(Loaded, "batch", lambda *_: 3)
    bare = ground(thing, look, 224)
    stream = Stream(loaded, 224, bare)
    groups = [draw(thing, look, [size], diagonal(count))
              for size, count in ((150.0, 2), (30.0, 2), (120.0, 2), (50.0, 3))]  # fmt: skip
    for size, images in zip((150.0, 30.0, 120.0, 50.0), groups, strict=True):
        stream.put(images, stream.lane(extent(thing, look, size, diagonal(len(images)))))
    rows = stream.rows()
    assert as_on_a_gpu == [(False, 3), (True, 3), (False, 1), (True, 2)]
    with torch.inference_mode():
        expected = torch.cat([sums(loaded.module, one[None]) for one in torch.cat(groups)])
    assert torch.allclose(rows, expected, rtol=1e-4, atol=1e-5)


def test_half_precision_answers_alike_with_its_ground():
    """Means are added up in float32, or they would lose two more digits."""
    loaded, thing, look = load(LITE, half=True), subject("chelsea"), Look(canvas_px=224)
    images, bare = draw(thing, look, [40.0]).half(), ground(thing, look, 224).half()
    box = middle(extent(thing, look, 40.0), 224)
    part, whole = loaded.sums(images, bare, box), loaded.sums(images)
    assert part.dtype == torch.float32
    for name, where in loaded.columns.items():
        far = (part[:, where] - whole[:, where]).abs().max()
        assert far < 4e-3 * whole[:, where].abs().max(), name


@pytest.mark.parametrize("background", ["gray", "texture"])
def test_a_blank_is_the_same_whether_its_ground_is_known_or_not(background):
    loaded, thing = load(LITE), subject("chelsea")
    bare = ground(thing, Look(canvas_px=224, background=background), 224)
    unknown = loaded.blank(bare.clone())
    loaded.sums(bare[None], bare)
    assert loaded.grounds.known(bare) is not None
    known = loaded.blank(bare)
    assert torch.equal(known, unknown)
    assert known.shape == loaded.sums(bare[None])[0].shape
    assert not known[loaded.columns["logits"]].any() and known.any()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the compiler's own
@pytest.mark.parametrize("slug", NETWORKS)
def test_torch_can_compile_both_ways(slug, monkeypatch):
    """Traced as for a GPU, without making code of it: nothing breaks the graph."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    loaded, thing, look = load(slug), subject("chelsea"), Look(canvas_px=224)
    quick = Compiled(loaded.module, 224, (3, 2))
    images, bare = draw(thing, look, [40.0], diagonal(6)), ground(thing, look, 224)
    box = middle(extent(thing, look, 40.0, diagonal(6)), 224)
    with torch.inference_mode():
        some = loaded.grounds.pass_over(images, bare, box)
        expected = torch.cat([sums(loaded.module, one[None]) for one in images])
        for found in (quick(images), quick(images, some)):  # 3, 2 and one that is filled up
            assert torch.allclose(found, expected, rtol=1e-4, atol=1e-5)


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
