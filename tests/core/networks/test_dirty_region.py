"""Passes over what an object changes, against passes over the whole picture."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from scalescope.core.imaging.subject_views import draw, draw_background
from scalescope.core.imaging.subjects import RenderSettings, bundled_subject
from scalescope.core.networks import NETWORKS, dirty_region, load
from scalescope.core.networks.chain import Chain
from scalescope.core.networks.dirty_region import BackgroundCache, dirty_range
from scalescope.core.networks.layout import Layer, MobileLayout, Stage, mobile_layers
from scalescope.core.networks.mobile import MobileNet
from scalescope.core.networks.normalize import Normalize
from scalescope.core.networks.pooled_features import LOGITS, pooled_features
from scalescope.core.networks.trunk import conv_relu

stages = st.lists(
    st.builds(
        Stage,
        st.integers(1, 2),
        st.sampled_from((3, 5)),
        st.sampled_from((1, 2)),
        st.sampled_from((1, 2)),
        st.integers(2, 4),
    ),
    min_size=1,
    max_size=4,
)
layouts = st.builds(
    MobileLayout,
    stages=stages.map(tuple),
    same=st.booleans(),
    epsilon=st.just(1e-3),
    mean=st.just((100.0, 110.0, 120.0)),
    scale=st.just((60.0, 60.0, 60.0)),
    stem=st.just(4),
    head=st.just(6),
)


@st.composite
def pictures(draw, least=9, most=70):
    """(images, ground), which differ in a random rectangle, at an edge more often than not."""
    rows, columns = draw(st.integers(least, most)), draw(st.integers(least, most))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 999)))
    bare = torch.rand(3, rows, columns, generator=generator, dtype=torch.float64)
    images = bare.repeat(draw(st.integers(1, 3)), 1, 1, 1)
    box = []
    for side in (rows, columns):
        start = draw(st.sampled_from((0, side // 3, side - 1)) | st.integers(0, side - 1))
        stop = draw(st.sampled_from((side, start + 1)) | st.integers(start + 1, side))
        box.append(slice(start, min(stop, side)))
    part = images[:, :, box[0], box[1]]
    part.copy_(torch.rand(part.shape, generator=generator, dtype=torch.float64))
    return images, bare


def filled(module):
    """The module with weights that answer to everything, in numbers precise enough to compare."""
    torch.manual_seed(0)
    for one in module.parameters():
        torch.nn.init.uniform_(one, -0.5, 0.5)
    return module.double().eval()


def compared(module, layers, images, bare):
    """Every map and the sums of both ways."""
    names = {layer.name for layer in layers} | {LOGITS}
    with torch.inference_mode():
        part = BackgroundCache(module, layers).incremental_pass(images, bare)
        if part is None:
            return
        for (name, expected), (other, result) in zip(
            module.walk(images), part.walk(images, names), strict=True
        ):
            assert name == other and result.shape == expected.shape
            assert torch.allclose(result, expected, rtol=1e-9, atol=1e-9), name
        # The sums of the whole picture are in float32.
        assert torch.allclose(
            part.features(images), pooled_features(module, images), rtol=1e-4, atol=1e-5
        )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(layouts, pictures())
def test_maps_are_those_of_the_whole_picture(layout, seen):
    """Whatever the kernels, the strides, the padding, the sides and where the object stands."""
    compared(filled(MobileNet(layout)), mobile_layers(layout), *seen)


class Narrow(Chain):
    """As VGG16's trunk is made, with four channels."""

    def __init__(self):
        super().__init__()
        self.normalize = Normalize((100.0,) * 3, (60.0,) * 3)
        self.first, self.second = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)

    def steps(self):
        pooling = nn.MaxPool2d(2, ceil_mode=True)
        yield "first", partial(conv_relu, self.first)
        yield "pool1", pooling
        yield "second", partial(conv_relu, self.second)
        yield "pool2", pooling


NARROW = (Layer("first", "", 4, 1, 3), Layer("pool1", "", 4, 2, 4), Layer("second", "", 4, 2, 8),
          Layer("pool2", "", 4, 4, 10))  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(pictures())
def test_maps_behind_poolings_are_too(seen):
    compared(filled(Narrow()), NARROW, *seen)


@given(
    st.integers(1, 40), st.sampled_from(((1, 1), (3, 1), (5, 1), (2, 2), (3, 2), (5, 2))), st.data()
)
def test_reach_is_what_the_windows_see(side, window, data):
    """Found by which windows hold a changed cell, one after the other."""
    kernel, stride = window
    start = data.draw(st.integers(0, side - 1))
    changed = range(start, data.draw(st.integers(start + 1, side)))
    needed, dirty = dirty_range(changed, side, kernel, stride)
    cells = range(-(-side // stride))
    assert dirty.start in cells and dirty[-1] in cells
    assert needed.start % stride == 0 and (side - needed.stop) % stride == 0
    short = max((len(cells) - 1) * stride + kernel - side, 0)
    # The paddings in use: TensorFlow's for any stride, half the kernel, and none for a pooling.
    for before in {short // 2, 0 if kernel == 2 else kernel // 2}:
        for cell in cells:
            sees = range(cell * stride - before, cell * stride - before + kernel)
            if any(at in changed for at in sees):
                assert cell in dirty
            if cell in dirty:
                assert all(at in needed for at in sees if 0 <= at < side)


@pytest.mark.slow
@pytest.mark.parametrize("slug", NETWORKS)
@pytest.mark.parametrize("shuffled", [False, True])
def test_a_network_answers_alike_with_its_ground(slug, shuffled):
    """What the app asks: float32, folded, on a texture, over shifts, for the maps and for sums."""
    loaded, thing = load(slug, shuffled), bundled_subject("chelsea")
    look = RenderSettings(canvas_px=224, background="texture")
    bare = draw_background(thing, look, 224)
    images = draw(thing, look, [30.0], [(0, 0), (5, -90)])
    layers = [layer.name for layer in loaded.network.layers]
    logits, maps = loaded.record(images, layers)
    logits_incremental, incremental = loaded.record(images, layers, bare)
    for name in layers:
        assert torch.allclose(incremental[name], maps[name], rtol=1e-5, atol=1e-5), name
        assert incremental[name].is_contiguous(memory_format=torch.channels_last), name
    if logits is not None:
        assert torch.allclose(logits_incremental, logits, rtol=1e-5, atol=1e-5)
    rows, rows_beside = loaded.features(images), loaded.features(images, bare)
    assert torch.allclose(rows_beside, rows, rtol=1e-4, atol=1e-5)


def counted(monkeypatch):
    """The share of its cells that every step is given, in order; filled as passes are made."""
    shares, propagate = [], dirty_region.propagate

    def counting(box, whole, kernel, stride):
        result = propagate(box, whole, kernel, stride)
        (rows, columns), (all_rows, all_columns) = result[0], whole
        shares.append(len(rows) * len(columns) / (len(all_rows) * len(all_columns)))
        return result

    monkeypatch.setattr(dirty_region, "propagate", counting)
    return shares


def test_a_small_object_needs_a_small_part_of_the_early_layers(monkeypatch):
    loaded, thing, look = (
        load("efficientnet-lite0"),
        bundled_subject("chelsea"),
        RenderSettings(canvas_px=224),
    )
    bare = draw_background(thing, look, 224)
    shares = counted(monkeypatch)
    loaded.features(draw(thing, look, [24.0]), bare)
    assert len(shares) == len(loaded.network.layers)
    assert shares == sorted(shares)
    assert max(shares[:3]) < 0.1 and shares[5] < 0.5 and shares[-1] == 1


def test_a_large_object_goes_through_whole(monkeypatch):
    loaded, thing, look = (
        load("efficientnet-lite0"),
        bundled_subject("chelsea"),
        RenderSettings(canvas_px=224),
    )
    shares, images = counted(monkeypatch), draw(thing, look, [215.0])
    assert torch.equal(
        loaded.features(images, draw_background(thing, look, 224)), loaded.features(images)
    )
    assert shares == []


def test_a_picture_of_the_ground_alone_answers_as_the_ground():
    loaded, thing, look = (
        load("efficientnet-lite0"),
        bundled_subject("chelsea"),
        RenderSettings(canvas_px=224),
    )
    bare = draw_background(thing, look, 224)
    assert torch.allclose(loaded.features(bare[None], bare), loaded.features(bare[None]), atol=1e-6)


def test_answers_do_not_depend_on_which_grounds_are_known(monkeypatch):
    """To the last bit; and no more is kept than there is room for, but always the last one."""
    loaded, thing = load("efficientnet-lite0"), bundled_subject("chelsea")
    grounds = BackgroundCache(loaded.module, loaded.network.layers)
    monkeypatch.setattr(dirty_region, "MAX_CACHED_BYTES", 12 * 2**20)
    looks = [RenderSettings(canvas_px=224, background=one) for one in ("gray", "black", "white")]
    asked = [(draw(thing, look, [40.0]), draw_background(thing, look, 224)) for look in looks]
    with torch.inference_mode():
        first, again = (
            [grounds.incremental_pass(*one).features(one[0]) for one in asked] for _ in range(2)
        )
        for one, other in zip(first, again, strict=True):
            assert torch.equal(one, other)
        assert len(grounds._cached) == 2 and sum(one.nbytes for one in grounds._cached) < 12 * 2**20
        known = grounds._cached[0]
        grounds.incremental_pass(*asked[1])
        assert grounds._cached[-1] is known  # what is asked for again stays the longest
        monkeypatch.setattr(dirty_region, "MAX_CACHED_BYTES", 0)
        assert torch.equal(grounds.incremental_pass(*asked[0]).features(asked[0][0]), first[0])
        assert len(grounds._cached) == 1
    assert np.isfinite(first[0].numpy()).all()
