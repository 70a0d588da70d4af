"""Scale-tuning curves against SciPy and against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from scalescope.core.experiments.filter.stack import ORDERS, Pooling, geometries
from scalescope.core.experiments.filter.tuning import TuningCurve, curve, measure
from scalescope.core.filters.alignments import ALIGNMENTS, Stimulus, band, offsets, pictures
from scalescope.core.filters.half_maximum import half_maximum_sizes
from scalescope.core.filters.kernels import FILTERS
from scalescope.core.imaging.shapes import render_patch
from tests.core.filters.oracle import pooled

KERNELS = {name: one.make() for name, one in FILTERS.items()}
SIZES = (1, 2, 3, 4, 5, 6, 8, 12, 16)


def scene(name, size, row, column, side=48, at=16):
    """The object on black, drawn one alignment at a time."""
    picture = np.zeros((side, side))
    drawn = render_patch(name, size, at + row, at + column, brightness=1)
    rows, columns = drawn.premultiplied.shape
    picture[drawn.row : drawn.row + rows, drawn.column : drawn.column + columns] = (
        drawn.premultiplied
    )
    return picture


def answered(picture, kernel):
    """SciPy's correlation, registered on index size // 2, and its positive part."""
    return np.maximum(ndimage.correlate(picture, kernel.astype(np.float64), mode="constant"), 0)


@pytest.mark.parametrize("shape", ["square", "disc", "cat", "grating", "corner", "bar"])
@pytest.mark.parametrize("name", ["upper-left-corner", "small-square", "gabor"])
def test_a_curve_is_that_of_scipy_over_every_alignment(shape, name):
    kernel, sizes = KERNELS[name], (1.0, 3.3, 9.0)
    result = measure(kernel, Stimulus(shape), sizes, Pooling())
    steps = np.arange(ALIGNMENTS) / ALIGNMENTS
    for index, size in enumerate(sizes):
        maps = [answered(scene(shape, size, r, c), kernel) for r in steps for c in steps]
        peaks = [one.max() for one in maps]
        assert result.peak.median[index] == pytest.approx(np.median(peaks), abs=1e-5)
        assert result.peak.low[index] == pytest.approx(min(peaks), abs=1e-5)
        assert result.peak.high[index] == pytest.approx(max(peaks), abs=1e-5)


def test_the_mean_is_over_the_cells_that_see_the_object():
    """One pixel of 1 in a 3 x 3 blur: nine cells see it at a whole alignment, and they sum to 1."""
    result = measure(KERNELS["blur"], Stimulus("square"), (1.0, 4.0), Pooling())
    assert result.mean.high == pytest.approx([1 / 9, 16 / 36], abs=1e-6)
    steps = np.arange(ALIGNMENTS) / ALIGNMENTS  # off the grid a side of 4 touches 5 pixels
    areas = np.outer(*[np.where(steps == 0, 6, 7)] * 2)
    assert result.mean.median[1] == pytest.approx(np.median(16 / areas), abs=1e-6)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("pool", ["max", "average", "max-blur"])
@pytest.mark.parametrize("level", [1, 2])
def test_stacks_are_those_of_scipy_and_of_cut_out_windows(order, pool, level):
    """Every alignment over the stride of the top cells, by other means, on a large canvas."""
    import torch

    kernel, size, stride = KERNELS["laplacian"], 6.0, 2
    pooling = Pooling(order, level, pool, 3 if pool == "max-blur" else 2, stride)
    result = measure(kernel, Stimulus("square"), (size,), pooling)

    def shrunk(picture):
        maps = torch.from_numpy(picture)[None, None]
        return pooled(maps, pool, pooling.size, stride)[0, 0].numpy()

    def through(picture):
        below = {"layers-of-blur": KERNELS["blur"], "layers-of-filter": kernel}.get(order)
        if order == "filter-then-pool":
            picture = answered(picture, kernel)
        for _ in range(level):
            picture = shrunk(picture if below is None else answered(picture, below))
        return picture if order == "filter-then-pool" else answered(picture, kernel)

    steps = np.arange(ALIGNMENTS) * (stride**level / ALIGNMENTS)
    pictures_ = [scene("square", size, r, c, side=112, at=48) for r in steps for c in steps]
    peaks = [through(one).max() for one in pictures_]
    assert result.peak.low[0] == pytest.approx(min(peaks), abs=1e-5)
    assert result.peak.median[0] == pytest.approx(np.median(peaks), abs=1e-5)
    assert result.peak.high[0] == pytest.approx(max(peaks), abs=1e-5)


def test_small_square_follows_its_law_at_whole_alignments():
    """A filled square: s * s / 9 up to 3 px, then 1 - (s * s - 9) / 27, and nothing from 6 on.

    The best alignment is a whole one for squares of whole size.
    """
    result = measure(KERNELS["small-square"], Stimulus("square"), SIZES, Pooling())
    law = [s * s / 9 if s <= 3 else max(0, 1 - (s * s - 9) / 27) for s in SIZES]
    assert result.peak.high == pytest.approx(law, abs=1e-5)
    assert result.preferred_px == 3


def test_a_corner_detector_does_not_care_about_size():
    """The whole band is the same from 2 px on, and the median that of max(ab, a + b - 1) ..."""
    result = measure(KERNELS["upper-left-corner"], Stimulus("square"), (2, 3, 8, 64), Pooling())
    assert np.ptp(result.peak.median) < 1e-6 and result.size_selectivity == pytest.approx(
        0, abs=1e-6
    )
    parts = 1 - np.arange(ALIGNMENTS) / ALIGNMENTS  # of its first row and column that are covered
    row, column = parts[:, None], parts[None, :]
    law = np.maximum.reduce([row * column, row * (1 - column), column * (1 - row)])
    inside = 1 - row - column  # the pixel within, less its two neighbors outside
    law = np.maximum(law, inside)
    assert result.peak.high == pytest.approx([1] * 4, abs=1e-6)
    assert result.peak.median == pytest.approx([np.median(law)] * 4, abs=1e-6)
    assert result.bandwidth_octaves is None


def test_blur_is_flat_as_soon_as_a_square_fills_it():
    result = measure(KERNELS["blur"], Stimulus("square"), (1, 2, 3, 4, 10, 50), Pooling())
    assert result.peak.high[2:] == pytest.approx([1] * 4, abs=1e-6)
    assert result.peak.median[3:] == pytest.approx([1] * 3, abs=1e-6)  # 4 px fill 3 cells always
    assert result.bandwidth_octaves is None and result.half_maximum_px[0] is not None


def test_gabor_prefers_a_grating_of_its_own_wavelength():
    """Four cycles in the box: a wavelength of 5 px is a size of 20."""
    sizes = tuple(4.0 * wavelength for wavelength in (2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10))
    result = measure(KERNELS["gabor"], Stimulus("grating"), sizes, Pooling())
    assert result.preferred_px is not None and abs(result.preferred_px / 4 - 5) <= 0.5


def test_dog_prefers_the_disc_of_the_closed_form():
    """exp(-r^2 / 2 b^2) - exp(-r^2 / 2 a^2) is largest at r^2 = 4 ln(b / a) / (1/a^2 - 1/b^2)."""
    a, b = 1.0, 1.6
    radius = np.sqrt(4 * np.log(b / a) / (1 / a**2 - 1 / b**2))
    sizes = tuple(2 * radius * 2 ** (np.arange(-6, 7) / 6))
    result = measure(KERNELS["dog"], Stimulus("disc"), sizes, Pooling())
    assert result.preferred_px is not None
    assert abs(np.log2(result.preferred_px / (2 * radius))) <= 1 / 6 + 1e-9


def test_average_pooling_before_a_filter_moves_its_curve_by_an_octave_per_level():
    """A box filter over 2 px is area sampling at half the size: the same numbers, an octave on."""
    sizes = tuple(float(2**index) for index in range(7))
    kernel, stimulus = KERNELS["small-square"], Stimulus("disc")
    alone = measure(kernel, stimulus, sizes, Pooling())
    for level in (1, 2):
        pooling = Pooling("pool-then-filter", level, "average")
        result = measure(kernel, stimulus, sizes, pooling)
        for ours, theirs in ((result.peak, alone.peak), (result.mean, alone.mean)):
            for name in ("median", "low", "high"):
                shifted = getattr(ours, name)[level:]
                assert shifted == pytest.approx(getattr(theirs, name)[:-level], abs=1e-5)


def test_max_pooling_keeps_the_peak_of_what_was_filtered():
    """At the alignments that both measures share: whole pixels."""
    sizes = (2.0, 3.0, 5.0)
    kernel = KERNELS["small-square"]
    pooling = Pooling("filter-then-pool", 3)
    result = measure(kernel, Stimulus("square"), sizes, pooling)
    law = [4 / 9, 1, 1 - 16 / 27]
    assert result.peak.low == pytest.approx(law, abs=1e-5)
    assert result.peak.high == pytest.approx(law, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("window, stride", [(2, 2), (3, 2), (2, 3), (5, 1), (1, 4)])
def test_the_canvas_holds_every_cell_that_sees_the_object(order, window, stride):
    """With twice the room around it nothing changes: checked by moving the object by a period."""
    kernel, sizes = KERNELS["horizontal-edge"], (1.0, 7.0)
    pooling = Pooling(order, 2, "max", window, stride)
    result = measure(kernel, Stimulus("disc"), sizes, pooling)
    for index, size in enumerate(sizes):
        start, side = 4 * pooling.period * 8, 4 * pooling.period * 16 + 16 * pooling.period
        assert result.peak.high[index] == pytest.approx(
            _roomy(kernel, size, pooling, start, side), abs=1e-5
        )


def _roomy(kernel, size, pooling, start, side):
    import torch

    from scalescope.core.experiments.filter import stack

    batch = pictures(Stimulus("disc"), size, start + offsets(pooling.period), side)
    with torch.inference_mode():
        return float(stack.run(batch[None], kernel, pooling)[-1].max())


def test_negative_contrast_is_the_negative_picture():
    dark = measure(-KERNELS["dog"], Stimulus("disc", "negative"), SIZES, Pooling())
    bright = measure(KERNELS["dog"], Stimulus("disc"), SIZES, Pooling())
    assert dark.peak.median == pytest.approx(bright.peak.median, abs=1e-6)


def drawn(sizes, median):
    same = band(np.array(median, dtype=np.float64)[:, None])
    return TuningCurve(np.array(sizes, dtype=np.float64), same, same)


def test_bandwidth_is_measured_between_half_heights_on_octaves():
    assert half_maximum_sizes(np.array([1.0, 2, 4, 8]), np.array([0.0, 1, 1, 0])) == pytest.approx(
        (2**0.5, 2**2.5)
    )
    assert drawn([1, 2, 4], [0, 1, 0]).bandwidth_octaves == pytest.approx(1)
    assert drawn([1, 2, 4], [0, 1, 0]).center_px == pytest.approx(2)
    assert drawn([1, 2, 4], [0.6, 1, 0]).half_maximum_px == pytest.approx((None, 8**0.5))
    assert drawn([1, 2, 4], [0.6, 1, 0]).bandwidth_octaves is None


def test_the_index_tells_how_much_size_matters_from_two_pixels_on():
    assert drawn([1, 2, 4, 8], [0, 1, 0.5, 1]).size_selectivity == pytest.approx(0.5)
    assert drawn([1, 2, 4, 8], [0, 1, 1, 1]).size_selectivity == 0
    assert drawn([2, 4], [0, 3]).size_selectivity == 1
    assert drawn([1, 1.5, 2], [1, 1, 1]).size_selectivity is None
    silent = drawn([2, 4, 8], [0, 0, 0])
    assert silent.is_silent and silent.size_selectivity is None and silent.preferred_px is None


def test_of_equal_sizes_the_smallest_is_preferred():
    assert drawn([1, 2, 4], [0.5, 1 - 1e-9, 1]).preferred_px == 2


@given(st.floats(0.2, 30), st.integers(0, 7), st.integers(0, 7))
def test_batches_hold_the_object_at_every_pair_of_offsets(size, row, column):
    starts = 3 + offsets(1)
    batch = pictures(Stimulus("cat"), size, starts, 40)
    alone = scene("cat", size, row / 8, column / 8, side=40, at=3)
    np.testing.assert_allclose(batch[row * ALIGNMENTS + column], alone, atol=1e-5)


def test_receptive_fields_of_a_stack_are_those_of_an_impulse():
    """A cell sees a pixel iff a non-negative stack of ones answers an impulse there."""
    import torch

    from scalescope.core.experiments.filter import stack

    side, kernel = 40, np.ones((3, 5), dtype=np.float32)
    for order in ORDERS:
        pooling = Pooling(order, 2, "average", 3, 2)
        place = geometries(pooling, (3, 5), (side, side))[-1]
        impulses = np.zeros((1, side, side, side), dtype=np.float32)
        impulses[0, np.arange(side), np.arange(side), 20] = 1  # down the middle column
        with torch.inference_mode():
            top = stack.run(impulses, kernel, pooling)[-1][0].amax(2).numpy()
        assert top.shape[1] == place.shape[0]
        for cell in range(place.shape[0]):
            rows = np.flatnonzero(top[:, cell] > 0)
            first, _, last, _ = place.receptive_field(cell, 0, (side, side))
            if last < side:  # at the edge, pooling drops rows that do not fill a window
                assert (rows[0], rows[-1] + 1) == (first, last)


def test_curves_are_remembered():
    kernel = KERNELS["dog"]
    first = curve(kernel, Stimulus("disc"), (2.0, 4.0), Pooling("pool-then-filter", 0))
    assert curve(kernel.copy(), Stimulus("disc"), (2.0, 4.0), Pooling()) is first
