"""The fields of the experiment on pretrained networks: one object at every apparent size.

:mod:`core.experiments.network.views` compares two sizes, :mod:`core.experiments.network.sweep`
measures all of them. Nothing here needs torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ...imaging.subjects import (
    BACKGROUNDS,
    FULL_IMAGE,
    RESAMPLINGS,
    RESIZE_MODES,
    SUBJECTS,
    Box,
    RenderSettings,
    SampleObject,
    Subject,
    bundled_subject,
    make_subject,
    photograph,
)
from ...networks import NETWORKS, Network
from ...networks.notation import AUTO, parse_box, parse_classes
from ...specs import spec
from ...specs.field_types import accepted_by

if TYPE_CHECKING:
    from ...imaging.subjects import Picture

WEIGHTS = ("trained", "shuffled")
MIN_SIZE_PX = 12.0
MAX_SIZE_PX = 320.0
STEPS = 16  # of the standard sweep: a quarter of an octave each
DEFAULT_SIZES_PX = (
    16.0,
    *(16 * 2 ** (math.log2(215 / 16) * at / 15) for at in range(1, 15)),
    215.0,
)
LAYERS = frozenset(layer.name for network in NETWORKS.values() for layer in network.layers)
# What is measured of a spec, as in the ``affects`` of its fields: both sizes with the maps of a
# layer, all sizes, how its units rank by change with size, one unit's card, the colors of the views
VIEWS, SWEEP, RANKING, CARD, PALETTE = "views", "sweep", "ranking", "card", "palette"
ORDERS, COLOR_RANGES = ("change", "number"), ("shared", "per-map")
PER_PAGE, PER_PAGE_FULL_SIZE = (
    32,
    8,
)  # units of a layer that are shown at once; of maps as large as the picture
MAX_CHANNELS = max(layer.channels for network in NETWORKS.values() for layer in network.layers)


@dataclass(frozen=True)
class Spec:
    """Every field of the experiment, with its limits."""

    near_px: float = spec.number(
        150,
        low=MIN_SIZE_PX,
        high=MAX_SIZE_PX,
        step=0.5,
        log=True,
        unit="px",
        label="Near: size",
        affects=(VIEWS,),
    )
    far_px: float = spec.number(
        40,
        low=MIN_SIZE_PX,
        high=MAX_SIZE_PX,
        step=0.5,
        log=True,
        unit="px",
        label="Far: size",
        affects=(VIEWS,),
    )
    image: str = spec.choice("chelsea", options=tuple(SUBJECTS), label="Picture")
    network: str = spec.choice("efficientnet-lite0", options=tuple(NETWORKS), label="Network")
    weights: str = spec.choice(
        "trained",
        options=WEIGHTS,
        label="Weights",
        help="'shuffled' is a control: the same network with every weight tensor in random order.",
        affects=(VIEWS, SWEEP, RANKING, CARD),
    )
    resize_mode: str = spec.choice(
        "distance",
        options=RESIZE_MODES,
        label="What is resized",
        help="The object on a fixed canvas, the whole picture, or the network's input itself.",
    )
    background: str = spec.choice("gray", options=BACKGROUNDS, label="Background")
    detail_px: int = spec.integer(
        0,
        low=0,
        high=320,
        unit="px",
        label="Detail",
        help="The object is reduced to this size and enlarged again, so that it has less detail at "
        "the same apparent size. 0 leaves it as it is.",
        affects=(VIEWS, SWEEP, CARD),
    )
    layer: str = spec.text(
        AUTO,
        expected="'auto' or a layer of the network, such as stem, blocks.5 or head",
        valid=lambda name: name == AUTO or name in LAYERS,
        label="Layer",
        affects=(VIEWS, RANKING, CARD),
    )
    row_shift_px: int = spec.integer(
        0, low=-64, high=64, unit="px", label="Shift down", affects=(VIEWS,)
    )
    column_shift_px: int = spec.integer(
        0, low=-64, high=64, unit="px", label="Shift right", affects=(VIEWS,)
    )
    box: str = spec.text(
        AUTO,
        expected="'auto' or top,left,bottom,right in percent of the picture",
        valid=accepted_by(parse_box),
        label="Box of the object",
    )
    classes: str = spec.text(
        AUTO,
        expected="'auto' or ImageNet's numbers or names, separated by commas",
        valid=lambda written: bool(written.strip()),
        max_length=200,
        label="Correct classes",
    )
    resampling: str = spec.choice(
        "lanczos",
        options=RESAMPLINGS,
        label="Resampling",
        help="'aliased' takes the nearest pixel; the others average (anti-aliasing).",
    )
    sizes_px: tuple[float, ...] = spec.numbers(
        DEFAULT_SIZES_PX,
        low=MIN_SIZE_PX,
        high=MAX_SIZE_PX,
        max_count=64,
        unit="px",
        label="Sizes of the sweep",
        affects=(SWEEP,),
    )
    shifts: int = spec.integer(
        4,
        low=1,
        high=16,
        label="One-pixel shifts",
        help="Each size is averaged over this many one-pixel shifts, down and right.",
        affects=(SWEEP,),
    )
    seed: int = spec.integer(0, low=0, high=9999, label="Random seed of the texture")
    order: str = spec.choice("change", options=ORDERS, label="Order of units", affects=())
    page: int = spec.integer(
        1, low=1, high=-(-MAX_CHANNELS // PER_PAGE), label="Page of units", affects=()
    )
    unit: int = spec.integer(
        -1,
        low=-1,
        high=MAX_CHANNELS - 1,
        label="Unit shown in detail",
        help="-1 is the unit of the layer that is most sensitive to size.",
        affects=(),
    )
    colors: str = spec.choice(
        "shared", options=COLOR_RANGES, label="Color range of the units", affects=()
    )

    RESETS_WITH: ClassVar = {"box": "image", "classes": "image"}

    @property
    def net(self) -> Network:
        """The row of the table."""
        return NETWORKS[self.network]

    @property
    def shown_layer(self) -> str:
        """The name of the layer that is shown; 'auto' is the middle one."""
        layers = self.net.layers
        return layers[len(layers) // 2].name if self.layer == AUTO else self.layer

    @property
    def per_page(self) -> int:
        """How many units of the layer are shown at once."""
        return PER_PAGE_FULL_SIZE if self.net.layer(self.shown_layer).stride_px == 1 else PER_PAGE

    @property
    def sample(self) -> SampleObject:
        """The bundled object."""
        return SUBJECTS[self.image]

    def render_settings(self, network: Network | None = None) -> RenderSettings:
        """How the object is rendered, for the spec's network or for another."""
        net = network or self.net
        return RenderSettings(
            self.resize_mode,
            self.background,
            net.input_px,
            self.detail_px or None,
            self.resampling,
            net.padding_gray,
            self.seed,
        )

    def box_percent(self, is_user_picture: bool) -> Box:
        """The object's box in percent of the user's picture or of the bundled one."""
        return parse_box(self.box) or (FULL_IMAGE if is_user_picture else self.sample.box)

    def subject(self, picture: Picture | None = None) -> Subject:
        """The object, in the user's picture, float32 (3, rows, columns) in [0, 1], if any."""
        box = self.box_percent(picture is not None)
        if picture is not None:
            return make_subject(picture, box, self.named_classes())
        if self.box == AUTO and self.classes == AUTO:
            return bundled_subject(self.image)
        classes = self.named_classes() or self.sample.classes
        return make_subject(photograph(self.sample.photograph), box, classes, self.image)

    def named_classes(self) -> tuple[int, ...]:
        """The classes that the spec names; empty for 'auto'."""
        return () if self.classes == AUTO else parse_classes(self.classes)

    def dynamic_maxima(self) -> dict[str, tuple[int, str]]:
        """Units and their pages end with the layer."""
        channels = next(
            (one.channels for one in self.net.layers if one.name == self.shown_layer), 0
        )
        if not channels:
            return {}
        reason = f"at {self.shown_layer}"
        return {"unit": (channels - 1, reason), "page": (-(-channels // self.per_page), reason)}

    def check(self) -> None:
        """The layer must be one of the network's, and the classes must be known."""
        self.named_classes()
        names = [layer.name for layer in self.net.layers]
        if self.layer != AUTO and self.layer not in names:
            raise spec.SpecError("layer", self.layer, f"'auto' or one of {', '.join(names)}")
