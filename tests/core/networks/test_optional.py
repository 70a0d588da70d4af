"""MobileNetV2 and VGG16 against plain re-runs from the stored weights."""

import h5py
import numpy as np
import pytest
import torch
from torch.nn import functional

from scalescope.core.imaging.decode import sample
from scalescope.core.networks import CAT_CLASSES, NETWORKS, load
from scalescope.core.networks.loading import build_trained
from scalescope.core.networks.weights import read_weights, verified_file

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of torchvision's training


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def normed(state, name, maps, eps=1e-5):
    weight, bias, mean, variance = (
        state[f"{name}.{part}"].double()[:, None, None]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    return (maps - mean) / (variance + eps).sqrt() * weight + bias


def mobilenet(images):
    """torchvision's MobileNetV2 in double precision, from the names and shapes of its weights."""
    state = torch.load(verified_file(NETWORKS["mobilenet-v2"]), weights_only=True)
    strided = {2, 4, 7, 14}  # the first bottleneck of every stage of stride 2, as published

    def convolved(name, norm, maps, stride=1):
        weight = state[f"{name}.weight"].double()
        groups = weight.shape[0] if weight.shape[1] == 1 else 1
        pad = weight.shape[2] // 2
        return normed(
            state, norm, functional.conv2d(maps, weight, None, stride, pad, groups=groups)
        )

    mean, deviation = (torch.tensor(part).view(3, 1, 1) for part in (MEAN, DEVIATION))
    maps = (images.double() - mean) / deviation
    maps = convolved("features.0.0", "features.0.1", maps, 2).clamp(0, 6)
    result = [maps]
    for index in range(1, 18):
        name, inside = f"features.{index}.conv", maps
        if f"{name}.3.weight" in state:
            inside = convolved(f"{name}.0.0", f"{name}.0.1", inside).clamp(0, 6)
        last = 1 if f"{name}.3.weight" in state else 0
        stride = 2 if index in strided else 1
        inside = convolved(f"{name}.{last}.0", f"{name}.{last}.1", inside, stride).clamp(0, 6)
        inside = convolved(f"{name}.{last + 1}", f"{name}.{last + 2}", inside)
        maps = inside + maps if inside.shape == maps.shape else inside
        result.append(maps)
    result.append(convolved("features.18.0", "features.18.1", maps).clamp(0, 6))
    weight, bias = (state[f"classifier.1.{part}"].double() for part in ("weight", "bias"))
    return [*result, result[-1].mean((2, 3)) @ weight.T + bias]


@pytest.mark.parametrize("rows, columns", [(96, 128), (75, 90)])
def test_mobilenet_is_what_its_weights_say(rows, columns):
    images = noise(2, 3, rows, columns)
    module = build_trained(NETWORKS["mobilenet-v2"], read_weights(NETWORKS["mobilenet-v2"]))
    with torch.inference_mode():
        ours, theirs = list(module.walk(images)), mobilenet(images)
    assert [name for name, _ in ours[:-1]] == [p.name for p in NETWORKS["mobilenet-v2"].layers]
    for (name, maps), expected in zip(ours, theirs, strict=True):
        assert float((maps - expected).abs().max()) < 1e-4 * float(expected.abs().max()), name


def test_mobilenet_knows_a_cat_a_cup_and_a_tower():
    """Middle squares of photographs; the rocket stands on its pad, so any tall thing will do."""
    known = {"chelsea": CAT_CLASSES, "coffee": (504, 967, 968), "rocket": (540, 657, 682, 744, 812)}
    for name, classes in known.items():
        picture = sample(name)
        side = min(picture.shape[1:])
        top, left = ((length - side) // 2 for length in picture.shape[1:])
        square = torch.tensor(picture[None, :, top : top + side, left : left + side])
        small = functional.interpolate(square, (224, 224), mode="bilinear", antialias=True)
        assert int(load("mobilenet-v2").logits(small).argmax()) in classes, name


def keras_trunk(picture):
    """VGG16's trunk in numpy, from the file: (rows, columns, channels), blue first, 'same'."""

    def convolved(maps, kernel, bias):
        rows, columns, _ = maps.shape
        wide = np.pad(maps, ((1, 1), (1, 1), (0, 0)))
        taps = [
            wide[i : i + rows, j : j + columns] @ kernel[i, j] for i in range(3) for j in range(3)
        ]
        return np.maximum(sum(taps) + bias, 0)

    def pooled(maps):
        rows, columns, channels = maps.shape
        wide = np.full((rows + rows % 2, columns + columns % 2, channels), -np.inf)
        wide[:rows, :columns] = maps
        quads = wide.reshape(wide.shape[0] // 2, 2, wide.shape[1] // 2, 2, channels)
        return quads.max((1, 3))

    maps = picture[::-1].transpose(1, 2, 0) * 255.0 - np.array([104.00699, 116.66877, 122.67892])
    results = []
    with h5py.File(verified_file(NETWORKS["vgg16-hed"]), "r") as file:
        for group, count in enumerate((2, 2, 3, 3, 3), start=1):
            for layer in ("conv2d", "conv2d_1", "conv2d_2")[:count]:
                variables = file[f"block{group}/layers/{layer}/vars"]
                maps = convolved(
                    maps, variables["0"][()].astype(float), variables["1"][()].astype(float)
                )
                results.append(maps.transpose(2, 0, 1))
            if group < 5:
                maps = pooled(maps)
                results.append(maps.transpose(2, 0, 1))
    return results


def test_the_trunk_is_what_its_weights_say():
    picture = noise(3, 37, 26, seed=2)  # odd at several levels: pooling keeps the last row
    names = [layer.name for layer in NETWORKS["vgg16-hed"].layers]
    _, maps = load("vgg16-hed").record(picture[None], names)
    for name, expected in zip(names, keras_trunk(picture.double().numpy()), strict=True):
        result = maps[name][0].numpy()
        assert result.shape == expected.shape, name
        assert np.abs(result - expected).max() < 1e-4 * np.abs(expected).max(), name


def test_the_trunk_finds_the_edges_that_it_was_trained_for():
    """With the detector's own outputs behind it, a gray square on black has edges at its border."""
    picture = torch.zeros(1, 3, 96, 96)
    picture[:, :, 32:64, 32:64] = 0.8
    last = ["conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"]
    _, maps = load("vgg16-hed").record(picture, last)
    with h5py.File(verified_file(NETWORKS["vgg16-hed"]), "r") as file:
        sides = []
        for index, name in enumerate(last, start=1):
            weight, bias = (torch.tensor(file[f"dsn{index}/vars/{part}"][()]) for part in (0, 1))
            side = torch.einsum("ncij,c->nij", maps[name], weight[0, 0, :, 0]) + bias
            sides.append(functional.interpolate(side[:, None], (96, 96), mode="bilinear"))
        fuse, bias = (torch.tensor(file[f"fuse/vars/{part}"][()]) for part in (0, 1))
    fused = torch.einsum("ncij,c->nij", torch.cat(sides, 1), fuse[0, 0, :, 0]) + bias
    edges = fused.sigmoid()[0].numpy()
    border = np.concatenate([edges[40:56, 31:33].max(1), edges[31:33, 40:56].max(0)])
    away = np.concatenate([edges[44:52, 44:52].ravel(), edges[8:16, 8:88].ravel()])
    assert border.min() > 0.6 and away.max() < 0.3
