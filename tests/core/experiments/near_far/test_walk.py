from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.near_far.cell import map_values
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.experiments.near_far.walk import FRAMES, distances, walk

SPECS = [
    Spec(depth=3),
    Spec(object="photo-cat", filter="gabor", background="texture", noise=0.1, pool="blur", depth=2),
    Spec(object="disc", contrast_sign="negative", background="mean", padding="valid", depth=1),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_every_frame_is_what_a_run_at_that_distance_gives(spec):
    walked = walk(spec)
    for frame in (0, 1, FRAMES // 2, FRAMES - 1):
        alone = run(replace(spec, far_m=walked.distances_m[frame]))
        assert walked.objects[frame] == alone.objects
        for films, still in zip(walked.maps, map_values(alone), strict=True):
            assert films.shape == (FRAMES, *still.shape)
            np.testing.assert_allclose(films[frame], still, atol=1e-6)


@pytest.mark.parametrize(
    ("near", "far", "last"), [(1.6, 8, 12.8), (1, 20, 20), (10, 20, 40), (0.5, 0.5, 4), (40, 1, 40)]
)
def test_the_walk_goes_from_near_to_three_octaves_on_or_as_far_as_allowed(near, far, last):
    path = distances(Spec(near_m=near, far_m=far))
    assert len(path) == FRAMES
    assert path == pytest.approx(np.geomspace(near, last, FRAMES))


def test_no_frame_leaves_the_limits():
    assert max(distances(Spec(near_m=7.3, far_m=8))) <= 40
