"""Gratings against their spectrum, and filters whose preferred wavelength is known."""

import numpy as np
import pytest
import torch

from scalescope.core.experiments.network.units.gratings import (
    CONTRAST,
    WAVELENGTHS_PX,
    Gratings,
    collect,
    grating,
    gratings,
    middle_of,
    steps,
)
from scalescope.core.networks import NETWORKS, Layer, LoadedNetwork, Network, load
from scalescope.core.networks.layout import layer_of
from scalescope.core.networks.recording import record_filters

SIDE, GRAY = 64, 0.5
TUNED = (4.0, 8.0, 16.0)
WAVES = (2.0, 2.8, 4.0, 5.7, 8.0, 11.3, 16.0, 22.6)


def gabors():
    """One even and upright filter per wavelength, without answer to a constant; float32."""
    at = np.arange(33) - 16
    drawn = []
    for wave in TUNED:
        hull = np.exp(-(at[:, None] ** 2 + at[None, :] ** 2) / (2 * (wave / 2) ** 2))
        kernel = hull * np.cos(2 * np.pi * at[None, :] / wave)
        kernel -= hull * kernel.sum() / hull.sum()
        drawn.append(kernel / np.abs(kernel).sum())
    return torch.from_numpy(np.array(drawn, dtype=np.float32))[:, None]


class Bank:
    """Twelve Gabor filters, four of each wavelength, and units that answer nothing but a bias."""

    def walk(self, images):
        weights = gabors().repeat_interleave(4, 0)
        answer = torch.nn.functional.conv2d(images[:, :1], weights, padding=16).relu()
        yield "gabors", answer
        yield "bias", torch.ones_like(answer) * 3


def bank():
    layers = (Layer("gabors", "Gabors", 12, 1, 33), Layer("bias", "nothing", 12, 1, 1))
    network = Network("bank", "Bank", "", "", SIDE, GRAY, layers, classes=False)
    return LoadedNetwork(network, False, "cpu", Bank())


@pytest.mark.parametrize("wavelength", [2.0, 3.7, 16.0, 112.0])
@pytest.mark.parametrize("orientation", [0.0, 0.7, np.pi / 2])
def test_mean_and_contrast_are_exact(wavelength, orientation):
    made = grating(wavelength, orientation, 0.4, 224, 127 / 255).astype(np.float64)
    assert made.mean() == pytest.approx(127 / 255, abs=1e-6)
    assert made.std() == pytest.approx(CONTRAST, abs=1e-6)
    assert made.min() >= 0 and made.max() <= 1


@pytest.mark.parametrize("row, column", [(0, 8), (8, 0), (6, 6), (16, 4)])
def test_a_grating_has_one_frequency(row, column):
    """Cycles per canvas by Fourier's transform; rows grow downwards."""
    cycles = np.hypot(row, column)
    made = grating(SIDE / cycles, np.arctan2(row, column), 0.3, SIDE, GRAY)
    power = np.abs(np.fft.fft2(made - made.mean())) ** 2
    assert power[row, column] + power[-row, -column] == pytest.approx(power.sum(), rel=1e-6)


def test_filters_prefer_their_own_wavelength_and_direction():
    result = gratings(bank(), WAVES, orientations=4, phases=4)
    likes = result.preferred_px("gabors")
    assert np.abs(np.log2(likes / np.repeat(TUNED, 4))).max() <= 0.5 + 0.02
    directions = result.response["gabors"].max(axis=0).argmax(axis=0)
    assert not directions.any()  # upright bars vary from column to column: 0
    assert result.median_px("gabors") == pytest.approx(8.0)
    assert np.isnan(result.preferred_px("bias")).all() and result.median_px("bias") is None


def test_a_response_is_the_mean_over_phases():
    every = gratings(bank(), (8.0,), orientations=1, phases=4).response["gabors"][0, 0]
    weights = gabors().repeat_interleave(4, 0)
    peaks = []
    for step in range(4):
        made = grating(8.0, 0.0, (step + 0.5) * np.pi / 4, SIDE, GRAY)
        answer = torch.nn.functional.conv2d(torch.from_numpy(made)[None, None], weights, padding=16)
        blank = torch.nn.functional.conv2d(
            torch.full((1, 1, SIDE, SIDE), GRAY), weights, padding=16
        )
        above = (answer.relu() - blank.relu())[..., 16:-16, 16:-16]  # out of the border's reach
        peaks.append(above.amax((0, 2, 3)).numpy())
    assert every == pytest.approx(np.mean(peaks, axis=0), abs=1e-6)


def test_steps_can_be_stopped_and_what_was_done_is_kept():
    made = steps(bank(), WAVES, 2, 2)
    part = collect(bank(), [next(made), next(made)])
    assert part.wavelengths_px.tolist() == [2.0, 2.8]
    reported: list[float] = []
    whole = gratings(bank(), (8.0, 4.0), 2, 2, progress=reported.append)
    assert reported == [0.5, 1.0] and whole.wavelengths_px.tolist() == [4.0, 8.0]
    with pytest.raises(ValueError, match="no grating"):
        collect(bank(), [])


def test_waves_that_a_grid_cannot_show_are_refused():
    with pytest.raises(ValueError, match="at least 2 px"):
        grating(1.9, 0, 0, SIDE, GRAY)
    assert WAVELENGTHS_PX[0] == 2 and WAVELENGTHS_PX[-1] == pytest.approx(112)


BLUR = 4.0  # a Gaussian's sigma, px
WIDE = 33
THRESHOLD = 0.08  # the strongest wave reaches 0.17 of 0.35 by itself


class Blurred:
    """A Gaussian less a wider one, above a threshold; zero padding is a dark outline to it.

    The wave that it prefers follows in closed form from the Gaussians' spectra.
    """

    def walk(self, images):
        at = torch.arange(WIDE) - WIDE // 2
        square = at[:, None] ** 2 + at[None, :] ** 2
        hulls = [torch.exp(-square / (2 * sigma**2)) for sigma in (BLUR / 2, BLUR)]
        narrow, wide = (hull / hull.sum() for hull in hulls)
        padded = torch.nn.functional.conv2d(
            images[:, :1], (narrow - wide)[None, None], padding=WIDE // 2
        )
        yield "smooth", (padded - THRESHOLD).relu().repeat(1, 8, 1, 1)


def blurred(side):
    layers = (Layer("smooth", "smooth", 8, 1, WIDE),)
    network = Network("blurred", "Blurred", "", "", side, GRAY, layers, classes=False)
    return LoadedNetwork(network, False, "cpu", Blurred())


def test_the_border_of_the_canvas_takes_no_part():
    """A canvas twice as large has another border and the same middle."""
    waves = tuple(2 * 2 ** (step / 2) for step in range(12))
    small, large = (gratings(blurred(side), waves, 2, 4) for side in (64, 128))
    frequency = 1 / np.array(waves)
    spectra = [np.exp(-2 * (np.pi * sigma * frequency) ** 2) for sigma in (BLUR / 2, BLUR)]
    expected = waves[int(np.abs(spectra[0] - spectra[1]).argmax())]
    long = np.array(waves) > 30
    for result in (small, large):
        assert result.preferred_px("smooth") == pytest.approx(np.full(8, expected))
        assert not result.response["smooth"][long].any()
    # Over the whole map, the outline of the canvas lets the unit respond to these waves too.
    loaded, whole = blurred(64), []
    _, blank = loaded.record(torch.full((1, 3, 64, 64), GRAY), ("smooth",))
    for wave in np.array(waves)[long]:
        made = torch.from_numpy(grating(wave, 0.0, np.pi / 8, 64, GRAY))
        _, maps = loaded.record(made.expand(1, 3, 64, 64), ("smooth",))
        whole.append(float((maps["smooth"] - blank["smooth"]).max()))
    assert min(whole) > 0.05


def test_the_middle_is_where_receptive_fields_lie_within_the_canvas():
    network = NETWORKS["mobilenet-v2"]
    early = middle_of(network, "blocks.2", 224, 56)  # a field of 19 px every 4 px, from -9 on
    assert early.is_inside and early.cells == slice(3, 54)
    late = middle_of(network, "head", 224, 7)
    assert not late.is_inside and late.cells == slice(2, 5)
    unknown = bank().network
    unknown = Network("x", "X", "", "", SIDE, GRAY, (Layer("a", "a", 1, 0, 0),), classes=False)
    assert middle_of(unknown, "a", SIDE, 9).cells == slice(3, 6)


@pytest.mark.parametrize("slug", ["efficientnet-lite0", "mobilenet-v2"])
def test_middle_cells_do_not_feel_the_border(slug):
    """On random pictures: the same cells of a canvas that goes on beyond the first one's end."""
    loaded = load(slug)
    picture = torch.from_numpy(np.random.default_rng(0).random((1, 3, 288, 288), np.float32))
    first = dict(record_filters(loaded, picture[..., :224, :224]))
    larger = dict(record_filters(loaded, picture))
    for name in ("stem", "blocks.0.depthwise", "blocks.3", "blocks.4.depthwise", "blocks.6"):
        middle = middle_of(loaded.network, layer_of(name), 224, first[name].shape[-1])
        assert middle.is_inside
        difference = first[name] - larger[name][..., : first[name].shape[2], : first[name].shape[3]]
        assert middle.crop(difference).abs().max() < 1e-4
    assert difference.abs().max() > 0.01  # of the last one, which pads on all sides


def test_depthwise_units_are_measured_beside_the_outputs():
    loaded = load("efficientnet-lite0")
    result = gratings(loaded, (4.0, 8.0), orientations=1, phases=1, canvas_px=96)
    assert [name for name in result.response if "depthwise" not in name] == [
        layer.name for layer in loaded.network.layers
    ]
    assert result.response["blocks.3.depthwise"].shape == (2, 1, 144)
    _, maps = loaded.record(torch.full((1, 3, 96, 96), 0.3), ("blocks.3",))
    recorded = dict(record_filters(loaded, torch.full((1, 3, 96, 96), 0.3)))
    torch.testing.assert_close(recorded["blocks.3"], maps["blocks.3"])


def test_units_that_saturate_at_several_waves_prefer_none():
    one = np.ones((3, 2, 10), np.float32)
    one[1, 1, :9] = 2
    result = Gratings("net", False, np.array([2.0, 4, 8]), np.array([0, np.pi / 2]), {"a": one})
    assert result.preferred_px("a")[:9].tolist() == [4] * 9 and np.isnan(
        result.preferred_px("a")[9]
    )
    assert result.median_px("a") == 4
