"""Scale space and keypoints against closed forms, scipy's own filters and brute force."""

from itertools import product
from math import erf, exp, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.optimize import minimize_scalar

from scalescope.core.errors import UserError
from scalescope.core.experiments.scale_space.run import detect, make_picture, run, summary
from scalescope.core.experiments.scale_space.spec import Spec
from scalescope.core.imaging import fit
from scalescope.core.scale_space.gaussian import MAX_RESPONSE, scale_space_of, scales
from scalescope.core.scale_space.keypoints import (
    Keypoints,
    away_from_borders,
    find_extrema,
    have_match,
    refine,
    shifted_by_half,
)
from scalescope.core.specs.measurement_key import measurement_key

OPERATORS = ("dog", "laplacian")


def blob(sigma, row=40.0, column=56.0, shape=(80, 112)):
    """A Gaussian blob of height 1 at a place between pixels."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    squared = (rows - row) ** 2 + (columns - column) ** 2
    return np.exp(-squared / (2 * sigma**2)).astype(np.float32)


def keypoints_of(picture, operator="dog", intervals=3, contrast_threshold=0.05, octaves=5):
    space, sigmas = scale_space_of(picture), scales(1, octaves, intervals)
    volume = space.response(operator, sigmas, intervals)
    return refine(space, find_extrema(volume, sigmas, contrast_threshold, 10), operator, intervals)


def noise(shape=(48, 64), seed=0):
    drawn = np.random.default_rng(seed).random(shape, dtype=np.float32)
    return ndimage.gaussian_filter(drawn, 1)


@pytest.mark.parametrize("sigma", [2, 3.7, 6])
def test_blurs_are_scipys(sigma):
    picture = noise()
    expected = ndimage.gaussian_filter(picture.astype(float), sigma, truncate=8)
    np.testing.assert_allclose(scale_space_of(picture).gaussian([sigma])[0], expected, atol=1e-6)


@pytest.mark.parametrize("sigma", [2, 3.7, 6])
def test_laplacians_are_scipys(sigma):
    picture = noise()
    expected = -(sigma**2) * ndimage.gaussian_laplace(picture.astype(float), sigma, truncate=8)
    np.testing.assert_allclose(scale_space_of(picture).laplacian([sigma])[0], expected, atol=2e-5)


def test_dog_is_two_of_scipys_blurs():
    picture, half = noise().astype(float), 2 ** (1 / 6)
    inner, outer = (ndimage.gaussian_filter(picture, s, truncate=8) for s in (3 / half, 3 * half))
    found = scale_space_of(picture).dog([3], half**2)[0]
    np.testing.assert_allclose(found, (inner - outer) / np.log(half**2), atol=1e-6)


def test_dog_approaches_the_laplacian():
    space = scale_space_of(noise(seed=3))
    exact = space.laplacian([4])[0]
    errors = [np.abs(space.dog([4], ratio)[0] - exact).max() for ratio in (1.6, 1.26, 1.05)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.002 * np.abs(exact).max()


def test_a_blob_blurs_to_a_lower_wider_blob():
    """Gaussians convolved: variances add, and the height falls by their ratio."""
    for sigma0, sigma in ((3, 2), (4, 5)):
        total = sqrt(sigma0**2 + sigma**2)
        expected = sigma0**2 / total**2 * blob(total)
        np.testing.assert_allclose(
            scale_space_of(blob(sigma0)).gaussian([sigma])[0], expected, atol=1e-5
        )


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("intervals", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("sigma0", "row", "column"), [(3, 40, 56), (4.3, 40.3, 55.8), (6, 41, 50.5)]
)
def test_a_gaussian_blob_is_found_at_its_own_sigma_and_place(
    operator, intervals, sigma0, row, column
):
    found = keypoints_of(blob(sigma0, row, column), operator, intervals)
    assert found.sigmas[0] == pytest.approx(sigma0, rel=0.005)
    assert (found.rows[0], found.columns[0]) == pytest.approx((row, column), abs=0.02)
    if operator == "laplacian":  # 2 s0^2 t / (s0^2 + t)^2 at t = s0^2
        assert found.responses[0] == pytest.approx(0.5, abs=0.002)


def test_dark_blobs_have_negative_responses():
    bright, dark = keypoints_of(blob(4)), keypoints_of(1 - blob(4))
    assert bright.responses[0] == pytest.approx(-dark.responses[0], rel=1e-6)
    assert bright.sigmas[0] == pytest.approx(dark.sigmas[0], rel=1e-6)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("radius", [3, 4, 5.5, 8, 12, 16, 20, 28, 40])
def test_a_disc_is_found_at_its_radius_over_the_root_of_two(operator, radius):
    numbers = summary(run(Spec(object="disc", radius_px=radius, operator=operator)))
    assert numbers["best_sigma"] == pytest.approx(radius / sqrt(2), rel=0.02)
    assert numbers["keypoints"][0]["response"] <= MAX_RESPONSE + 0.005


@pytest.mark.parametrize("side", [8, 20, 40])
def test_a_square_is_found_where_its_closed_form_peaks(side):
    """At the center L = erf(s / (2 sqrt(2) sigma))^2; the response is -dL / d ln(sigma)."""

    def against(sigma):
        u = side / (2 * sqrt(2) * sigma)
        return -2 * erf(u) * 2 / sqrt(pi) * exp(-u * u) * u

    peak = minimize_scalar(against, bounds=(0.1 * side, side), method="bounded").x
    spec = Spec(object="square", radius_px=side / 2, operator="laplacian")
    assert summary(run(spec))["best_sigma"] == pytest.approx(peak, rel=0.02)


def test_responses_between_pixels_are_those_of_the_moved_blob():
    """Where the blob stands at an offset, the response is the centered one's at that offset."""
    here, moved = scale_space_of(blob(4)), scale_space_of(blob(4, 40.4, 55.7))
    for operator in OPERATORS:
        one = here.response_at(operator, 3, np.array([40.0]), np.array([56.0]), np.array([3.0]))
        two = moved.response_at(operator, 3, np.array([40.4]), np.array([55.7]), np.array([3.0]))
        assert one[0] == pytest.approx(two[0], abs=1e-6)
        assert one[0] == pytest.approx(here.response(operator, [3.0], 3)[0, 40, 56], abs=1e-9)


def brute_extrema(volume, least):
    """Cells above or below all of their 26 neighbors, one by one."""
    found = []
    for at in product(*(range(1, side - 1) for side in volume.shape)):
        block = volume[tuple(slice(one - 1, one + 2) for one in at)]
        rest = np.delete(block.ravel(), 13)
        value = volume[at]
        if abs(value) >= least and (value > rest.max() or value < rest.min()):
            found.append(at)
    return found


def test_extrema_are_those_of_brute_force():
    picture, sigmas = noise((32, 40), seed=7), scales(1.5, 2, 2)
    volume = scale_space_of(picture).laplacian(sigmas)
    found = find_extrema(volume, sigmas, 0.01, 1e9)
    expected = brute_extrema(volume, 0.01)
    places = np.array([at[1:] for at in expected])
    assert len(expected) > 10
    for row, column in zip(found.rows, found.columns, strict=True):
        assert np.abs(places - (row, column)).max(axis=1).min() <= 0.76
    blobs = sum(_is_blob(volume, at) for at in expected)
    assert blobs * 0.8 <= len(found) <= len(expected)


def _is_blob(volume, at):
    scale, row, column = at
    plane = volume[scale, row - 1 : row + 2, column - 1 : column + 2]
    down, across = (
        plane[0, 1] - 2 * plane[1, 1] + plane[2, 1],
        plane[1, 0] - 2 * plane[1, 1] + plane[1, 2],
    )
    mixed = (plane[2, 2] - plane[2, 0] - plane[0, 2] + plane[0, 0]) / 4
    return down * across > mixed**2


def test_the_edge_threshold_drops_what_is_drawn_out():
    """A blob three times as long as wide has principal curvatures in the ratio of about 9."""
    rows, columns = np.mgrid[:80, :112]
    long = np.exp(-((rows - 40) ** 2) / (2 * 3**2) - (columns - 56) ** 2 / (2 * 9**2))
    space, sigmas = scale_space_of(long.astype(np.float32)), scales(1, 5, 3)
    volume = space.laplacian(sigmas)
    assert len(find_extrema(volume, sigmas, 0.1, 10)) == 1
    assert len(find_extrema(volume, sigmas, 0.1, 2)) == 0


@given(st.floats(0.02, 0.4), st.floats(0.01, 0.1))
def test_a_higher_threshold_only_drops_keypoints(low, more):
    space, sigmas = scale_space_of(blob(4) + blob(2, 15, 20) * 0.4), scales(1, 4, 3)
    volume = space.dog(sigmas, 2 ** (1 / 3))
    many, few = (find_extrema(volume, sigmas, least, 10) for least in (low, low + more))
    assert set(few.responses) <= set(many.responses)
    assert (np.abs(few.responses) >= low + more).all()


def test_keypoints_come_strongest_first_and_away_from_the_borders():
    spec = Spec(source="camera")
    found = run(spec).keypoints
    assert len(found) > 50
    strength = np.abs(found.responses)
    assert (np.diff(strength) <= 1e-12).all() and strength.min() >= 0.9 * spec.contrast_threshold
    assert len(away_from_borders(found, (128, 128))) == len(found)


def keypoints_at(*places):
    rows, columns, sigmas = np.array(places, dtype=float).T
    return Keypoints(rows, columns, sigmas, np.ones(len(places)))


def test_a_match_lies_within_a_pixel_and_half_an_octave():
    first = keypoints_at((10, 10, 4))
    near, far = keypoints_at((10.7, 10.7, 4)), keypoints_at((10.8, 10.8, 4))
    assert have_match(first, near).all() and not have_match(first, far).any()
    assert have_match(first, keypoints_at((10, 10, 4 * 2**0.49))).all()
    assert not have_match(first, keypoints_at((10, 10, 4 * 2**0.51))).any()
    assert have_match(first, far, 1, 0.5).all(), "half a sigma is two pixels here"


def test_transformed_and_shifted_keypoints_keep_pixel_centers():
    """Pixels 0 and 1 become pixel 0: their middle, 0.5, is 0 afterwards."""
    shrunk = keypoints_at((0.5, 2.5, 4)).transformed(0, 0, 2)
    assert (shrunk.rows[0], shrunk.columns[0], shrunk.sigmas[0]) == (0, 1, 2)
    around = shifted_by_half(keypoints_at((5, 15, 2)), (10, 20))
    assert (around.rows[0], around.columns[0]) == (0, 5)


def test_the_slider_chooses_only_what_is_shown():
    one, two = Spec(sigma_px=3, max_keypoints=5), Spec(sigma_px=20, max_keypoints=50)
    assert measurement_key(one) == measurement_key(two) == Spec()
    assert summary(run(one)) == summary(run(two))


def test_without_keypoints_there_is_no_best_sigma():
    numbers = summary(run(Spec(brightness=0)))
    assert numbers == {"keypoints": [], "best_sigma": None}


@pytest.mark.parametrize("shape", [(300, 20), (5, 5), (700, 900)])
def test_own_pictures_of_any_shape(shape):
    own = np.random.default_rng(1).random((3, *shape), dtype=np.float32)
    result = run(Spec(source="chelsea"), picture=own)
    rows, columns = result.picture.shape
    assert min(rows, columns) >= 16
    assert max(rows, columns) <= fit.LONGEST * 192
    assert result.is_user_picture and result.objects == () and len(result.levels) >= 1


def test_an_own_picture_that_is_too_elongated_is_refused_with_the_reason():
    own = np.zeros((3, 3, 400), dtype=np.float32)
    with pytest.raises(UserError, match=r"400 x 3 px is too elongated.*give a part of it"):
        run(Spec(source="chelsea"), picture=own)


def test_the_canvas_leaves_room_around_the_object():
    for radius in (1.5, 20, 33, 44):
        spec = Spec(radius_px=radius, canvas_px=64)
        assert spec.canvas[0] >= 4 * radius and spec.canvas[0] % 16 == 0


@pytest.mark.slow
def test_progress_ends_at_one_and_results_repeat():
    fractions = []
    spec = Spec(noise=0.1, seed=3)
    first, second = run(spec, fractions.append), run(spec)
    assert fractions[-1] == 1 and fractions == sorted(fractions)
    assert summary(first) == summary(second)
    assert summary(first) != summary(run(Spec(noise=0.1, seed=4)))


def test_the_negative_has_the_same_keypoints_with_the_other_sign():
    one, two = (
        detect(Spec(), make_picture(Spec(contrast_sign=sign))[0])[1]
        for sign in ("positive", "negative")
    )
    np.testing.assert_allclose(one.sigmas, two.sigmas, rtol=1e-4)
    np.testing.assert_allclose(one.responses, -two.responses, atol=1e-5)
