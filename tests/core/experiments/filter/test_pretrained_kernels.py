"""Taking a filter from a trained network."""

import numpy as np
import pytest

from scalescope.core.experiments.filter import pretrained_kernels
from scalescope.core.experiments.filter.spec import Spec
from scalescope.core.filters.kernels import CUSTOM, kernel_of, max_response
from scalescope.core.networks import load
from scalescope.core.specs.spec import validate


def test_every_cell_of_the_table_is_its_kernels_or_a_gap():
    random = np.random.default_rng(0)
    kernels = random.standard_normal((19, 3, 3)).astype(np.float32)
    table = pretrained_kernels.tiled(kernels)
    met = np.zeros(19, dtype=int)
    for row, column in np.ndindex(table.shape):
        unit = pretrained_kernels.unit_at(kernels, row, column)
        if unit is None:
            assert np.isnan(table[row, column])
            continue
        met[unit] += 1
        top, left = 4 * (unit // 16), 4 * (unit % 16)
        expected = kernels[unit][row - top, column - left] / np.abs(kernels[unit]).max()
        assert table[row, column] == pytest.approx(expected)
    assert (met == 9).all()


def test_a_taken_kernel_is_the_networks_own_scaled_to_a_strongest_response_of_one():
    place, kernels = next(iter(pretrained_kernels.banks().items()))
    unit = next(index for index, kernel in enumerate(kernels) if kernel.any())
    spec = validate(Spec(**pretrained_kernels.kernel_fields(place, unit)))
    assert spec.filter == CUSTOM
    result = kernel_of(spec.filter, spec.kernel)
    stored = load("efficientnet-lite0").kernels[place][unit]
    ratio = result / stored
    assert ratio == pytest.approx(float(ratio.mean()), rel=1e-3)
    assert max_response(result) == pytest.approx(1, rel=1e-4)


def test_every_kernel_that_is_not_zero_fits_into_the_spec():
    for place, kernels in pretrained_kernels.banks().items():
        for unit in range(0, len(kernels), 37):
            if kernels[unit].any():
                validate(Spec(**pretrained_kernels.kernel_fields(place, unit)))


def test_a_kernel_of_zeros_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr(
        pretrained_kernels, "banks", lambda: {"stem": np.zeros((2, 3, 3), np.float32)}
    )
    with pytest.raises(ValueError, match=r"Kernel 1 of stem is all zeros; choose another\."):
        pretrained_kernels.kernel_fields("stem", 1)
