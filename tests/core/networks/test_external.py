"""Networks from elsewhere: files that the tests make, and libraries that only pretend."""

import importlib.machinery
import pickle
import sys
import types
import warnings

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from scalescope.core.networks import NETWORKS, NetworkMissing, load, load_external
from scalescope.core.networks.weights import read_weights, tensor_names

IMAGES = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(4))
NORMED = (IMAGES - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor(
    [0.229, 0.224, 0.225]
).view(3, 1, 1)


def small(classes=1000):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, 4, 1), nn.ReLU(inplace=True), nn.Conv2d(6, 8, 3, 2, 1),
        nn.BatchNorm2d(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, classes),
    ).eval()  # fmt: skip


class Wrapped(nn.Module):
    """A network whose outermost module is no sequence."""

    def __init__(self, classes=1000):
        super().__init__()
        self.features = small(classes)

    def forward(self, images):
        return self.features(images)


def scripted(module, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(torch.jit.script(module), str(path))
    return str(path)


def stage_answers(module, upto):
    maps = NORMED
    for part in list(module)[: upto + 1]:
        maps = part(maps).clone()
    return maps


def test_a_scripted_sequence_gives_logits_and_places(tmp_path):
    result = load_external(scripted(small(), tmp_path / "small.pt"))
    assert [(p.name, p.channels, p.stride_px) for p in result.network.layers] == [
        ("0", 6, 4), ("1", 6, 4), ("2", 8, 8), ("3", 8, 8)
    ]  # fmt: skip
    logits, maps = result.record(IMAGES, ["0", "2"])
    with torch.inference_mode():
        assert torch.allclose(logits, small()(NORMED), atol=1e-5)
        assert torch.allclose(maps["0"], stage_answers(small(), 0), atol=1e-5)  # before ReLU
        assert torch.allclose(maps["2"], stage_answers(small(), 2), atol=1e-5)
    assert result.pooled(IMAGES).mean["2"].shape == (2, 8) and result.network.missing_reason() == ""


def test_other_scripted_networks_give_logits_alone(tmp_path):
    result = load_external(scripted(Wrapped(), tmp_path / "wrapped.ts"))
    assert result.network.layers == () and result.pooled(IMAGES).mean == {}
    with torch.inference_mode():
        assert torch.allclose(result.logits(IMAGES), small()(NORMED), atol=1e-5)


def test_other_numbers_of_outputs_are_not_imagenets_classes(tmp_path):
    result = load_external(scripted(small(10), tmp_path / "ten.pt"))
    assert not result.network.classes and result.pooled(IMAGES).probabilities is None


@pytest.mark.parametrize("slug", NETWORKS)
def test_weights_of_ones_own_go_into_the_network_that_they_fit(slug, tmp_path):
    """The table's weights under their published names, as a file with another name."""
    network, path = NETWORKS[slug], tmp_path / f"{slug}-own.safetensors"
    state = {
        theirs: value
        for (_, theirs), value in zip(
            tensor_names(network).items(), read_weights(network).values(), strict=True
        )
    }
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    result, known = load_external(str(path)), load(slug)
    layers = [network.layers[3].name]
    images = IMAGES[:, :, :64, :64]
    assert torch.equal(
        result.record(images, layers)[1][layers[0]], known.record(images, layers)[1][layers[0]]
    )
    assert result.network.layers == network.layers and result.network.slug == path.name
    assert load_external(str(path)) is result
    assert result.network.missing_reason() == "" and load_file(path).keys() == state.keys()


def test_refusals_are_one_sentence(tmp_path):
    broken = tmp_path / "broken.pt"
    broken.write_bytes(pickle.dumps({"weight": 1}))
    odd = tmp_path / "odd.safetensors"
    save_file({"weight": torch.ones(2)}, odd)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(b"\0" * 5)
    shapes = tmp_path / "shapes.safetensors"
    save_file(
        {name: torch.ones(1) for name in tensor_names(NETWORKS["mobilenet-v2"]).values()}, shapes
    )
    flat = scripted(nn.Sequential(nn.Flatten(), nn.Linear(7, 3)), tmp_path / "flat.pt")
    for name, sentence in {
        "weights.pth": "weights.pth may be a pickle, which could run code when read; give",
        "weights.pkl": "may be a pickle",
        "resnet18": "There is no network 'resnet18'; give a name of the table, torchvision:NAME",
        str(tmp_path / "none.pt"): "There is no file",
        str(broken): "broken.pt is no TorchScript file that torch can read.",
        str(odd): "fit none of the networks of the table.",
        str(cut): "cut.safetensors is no safetensors file.",
        str(shapes): "are not those of MobileNetV2.",
        flat: "flat.pt does not take pictures of 224 x 224 pixels.",
    }.items():
        with pytest.raises(NetworkMissing) as caught:
            load_external(name)
        assert sentence in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(NetworkMissing, match="cannot be shuffled"):
        load_external(scripted(small(), tmp_path / "small.pt"), shuffled=True)


@pytest.mark.parametrize("library", ["torchvision", "timm"])
def test_libraries_that_are_not_installed_are_named(library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        NetworkMissing, match=f"needs the package {library}, which is not installed"
    ):
        load_external(f"{library}:resnet18")


def pretend(monkeypatch, name, **contents):
    """A module of that name as if it were installed."""
    module = types.ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """An empty folder of downloads, and torchvision and timm as far as they are used."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()

    def make(name, weights=None, pretrained=False):
        assert weights is None and not pretrained, "nothing may be downloaded"
        if name not in ("wrapped", "stages"):
            raise ValueError(name)
        module = Wrapped() if name == "wrapped" else small()
        module.pretrained_cfg = {"url": "https://example.org/any/small-1234.pth"}
        return module

    class Weights:
        DEFAULT = types.SimpleNamespace(url="https://example.org/any/small-1234.pth")

    pretend(monkeypatch, "torchvision")
    pretend(
        monkeypatch, "torchvision.models", get_model=make, get_model_weights=lambda name: Weights
    )
    pretend(monkeypatch, "timm", create_model=make)
    return tmp_path / "checkpoints" / "small-1234.pth"


@pytest.mark.parametrize("library", ["torchvision", "timm"])
def test_a_librarys_network_is_read_and_never_downloaded(library, hub):
    from scalescope.core.networks import external

    external._CACHE.clear()
    with pytest.raises(NetworkMissing, match="are not on this machine, and nothing is downloaded"):
        load_external(f"{library}:wrapped")
    with pytest.raises(NetworkMissing, match=f"{library} has no network 'nothing'"):
        load_external(f"{library}:nothing")
    build_trained = Wrapped()
    nn.init.constant_(build_trained.features[0].bias, 0.25)
    torch.save(build_trained.state_dict(), hub)
    result = load_external(f"{library}:wrapped")
    # One outermost module is too few: the places are what it is made of.
    assert [layer.name for layer in result.network.layers] == [
        f"features.{index}" for index in range(4)
    ]
    logits, maps = result.record(IMAGES, ["features.0", "features.3"])
    with torch.inference_mode():
        assert torch.allclose(logits, build_trained(NORMED), atol=1e-5)
        assert torch.allclose(
            maps["features.0"], stage_answers(build_trained.features, 0), atol=1e-5
        )
        assert torch.allclose(
            maps["features.3"], stage_answers(build_trained.features, 3), atol=1e-5
        )
    shuffled = load_external(f"{library}:wrapped", shuffled=True)
    assert not torch.allclose(shuffled.logits(IMAGES), logits, atol=1e-3)
    torch.save(nn.Linear(2, 2).state_dict(), hub)
    with pytest.raises(NetworkMissing, match="do not fit"):
        load_external(f"{library}:stages")
