"""Gratings against their spectrum, and filters whose preferred wavelength is known."""

import numpy as np
import pytest
import torch

from scalescope.core.experiments.network.units.gratings import (
    CONTRAST,
    WAVELENGTHS_PX,
    Gratings,
    collect,
    describe,
    grating,
    gratings,
    steps,
)
from scalescope.core.networks import Layer, LoadedNetwork, Network

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
        peaks.append((answer.relu() - blank.relu()).amax((0, 2, 3)).numpy())
    assert every == pytest.approx(np.mean(peaks, axis=0), abs=1e-6)


def test_steps_can_be_stopped_and_what_was_done_is_kept():
    made = steps(bank(), WAVES, 2, 2)
    part = collect(bank(), [next(made), next(made)])
    assert part.wavelengths_px.tolist() == [2.0, 2.8]
    reported: list[float] = []
    whole = gratings(bank(), (8.0, 4.0), 2, 2, reported.append)
    assert reported == [0.5, 1.0] and whole.wavelengths_px.tolist() == [4.0, 8.0]
    with pytest.raises(ValueError, match="no grating"):
        collect(bank(), [])


def test_waves_that_a_grid_cannot_show_are_refused():
    with pytest.raises(ValueError, match="at least 2 px"):
        grating(1.9, 0, 0, SIDE, GRAY)
    assert WAVELENGTHS_PX[0] == 2 and WAVELENGTHS_PX[-1] == pytest.approx(112)


def preferring(medians):
    """Places whose units all prefer one wavelength each."""
    waves = np.array(WAVES)
    response = {}
    for index, median in enumerate(medians):
        one = np.zeros((len(waves), 2, 10), np.float32)
        one[np.abs(waves - median).argmin()] = 1
        response[f"place {index}"] = one
    return Gratings("net", False, waves, np.array([0, np.pi / 2]), response)


def test_sentences_are_true_of_the_numbers():
    rising, level = preferring([2, 2.8, 4, 5.7, 8, 11.3, 16, 22.6]), preferring([4] * 8)
    assert "2.5 octaves longer" not in describe(level, rising)
    assert "octaves longer" in describe(
        rising, level
    ) and "correlation with depth 1.00" in describe(rising, level)
    assert "without training" in describe(rising, rising)
    assert "Too few" in describe(preferring([2, 4]), preferring([2, 4]))
