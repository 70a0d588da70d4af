"""P-Net against a plain reading of its file, and which way up its pictures stand."""

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from scipy.signal import correlate

from scalescope.core.imaging.decode import sample
from scalescope.core.networks import NetworkMissing
from scalescope.core.networks.face import P_NET, WEIGHTS, proposal_net, score_faces, window
from scalescope.core.networks.weights import verified_file

FACE = (82, 177, 178, 273)  # the astronaut's, in px of the photograph


@pytest.fixture(scope="module")
def stored():
    """The file's tensors in double precision."""
    result = torch.load(verified_file(P_NET), weights_only=True)
    return {name: tensor.double().numpy() for name, tensor in result.items()}


def convolved(stored, name, maps):
    weights, bias = stored[f"{name}.weight"], stored[f"{name}.bias"]
    return np.stack(
        [
            correlate(maps, one, "valid", "direct")[0] + add
            for one, add in zip(weights, bias, strict=True)
        ]
    )


def bent(stored, name, maps):
    slope = stored[f"{name}.weight"][:, None, None]
    return np.where(maps > 0, maps, slope * maps)


def pooled(maps):
    """The highest of every 2 x 2 cells; an odd side keeps its last row."""
    _, rows, columns = maps.shape
    pad_same = np.pad(maps, ((0, 0), (0, rows % 2), (0, columns % 2)), constant_values=-np.inf)
    return sliding_window_view(pad_same, (2, 2), (1, 2))[:, ::2, ::2].max(axis=(3, 4))


def by_hand(stored, picture):
    """Probability of a face (cells, cells), and the offsets left, top, right, bottom."""
    maps = (np.rint(picture * 255).astype(float) - 127.5) / 128
    maps = pooled(bent(stored, "prelu1", convolved(stored, "conv1", maps)))
    maps = bent(stored, "prelu2", convolved(stored, "conv2", maps))
    maps = bent(stored, "prelu3", convolved(stored, "conv3", maps))
    neither, face = np.exp(convolved(stored, "conv4_1", maps))
    return face / (neither + face), convolved(stored, "conv4_2", maps)


@pytest.fixture(scope="module")
def small():
    """The astronaut with a face of 12 px, float32 (3, 64, 64)."""
    levels = np.rint(sample("astronaut") * 255).astype(np.uint8).transpose(1, 2, 0)
    reduced = Image.fromarray(levels).resize((64, 64), Image.Resampling.LANCZOS)
    return np.asarray(reduced, dtype=np.float32).transpose(2, 0, 1) / 255


def highest(picture):
    return float(score_faces(torch.from_numpy(np.ascontiguousarray(picture))[None])[0].max())


@pytest.mark.parametrize("sides", [(12, 12), (13, 12), (25, 31), (40, 22)])
def test_it_answers_as_its_file_says(stored, small, sides):
    picture = small[:, : sides[0], 20 : 20 + sides[1]]
    log_odds, boxes = score_faces(torch.from_numpy(picture)[None])
    probabilities, offsets = by_hand(stored, picture)
    assert log_odds.shape[1:] == probabilities.shape
    np.testing.assert_allclose(torch.sigmoid(log_odds[0]).numpy(), probabilities, atol=1e-5)
    np.testing.assert_allclose(boxes[0].numpy(), offsets[[1, 0, 3, 2]], atol=1e-4)


def test_it_has_as_many_weights_as_its_file(stored):
    assert sum(one.size for one in stored.values()) == WEIGHTS == 6632
    assert sum(one.numel() for one in proposal_net().parameters()) == WEIGHTS


@pytest.mark.parametrize("cell", [(0, 0), (3, 5), (7, 2)])
def test_a_cell_sees_its_window_and_nothing_else(cell):
    random = np.random.default_rng(0)
    picture, other = random.random((2, 3, 30, 30)).astype(np.float32)
    top, left, bottom, right = window(*cell)
    assert (top, left, bottom - top, right - left) == (2 * cell[0], 2 * cell[1], 12, 12)

    def answer(levels):
        return float(score_faces(torch.from_numpy(levels)[None])[0][0, *cell])

    load_external = other.copy()
    load_external[:, top:bottom, left:right] = picture[:, top:bottom, left:right]
    assert answer(load_external) == pytest.approx(answer(picture), abs=1e-5)
    for rows, columns in ((top, slice(left, right)), (bottom - 1, slice(left, right)),
                          (slice(top, bottom), left), (slice(top, bottom), right - 1)):  # fmt: skip
        changed = picture.copy()
        changed[:, rows, columns] = other[:, rows, columns]
        assert abs(answer(changed) - answer(picture)) > 1e-3


def test_pictures_stand_upright_with_red_first(small):
    upright = highest(small)
    assert upright > highest(small.swapaxes(1, 2)) + 3
    assert upright > highest(small[:, ::-1]) + 3
    assert upright > highest(small[::-1]) + 3


def test_windows_around_the_face_draw_the_same_box(small):
    """Each of the four offsets must point the right way: they meet from all sides."""
    log_odds, boxes = score_faces(torch.from_numpy(small)[None])
    row, column = divmod(int(log_odds[0].argmax()), log_odds.shape[2])
    around = [(row + down, column + along) for down in (-1, 0, 1) for along in (-1, 0, 1)]
    windows = np.array([window(*cell) for cell in around], dtype=float)
    offsets = 12 * np.array([boxes[0, :, *cell].tolist() for cell in around])
    drawn, exchanged = windows + offsets, windows + offsets[:, [1, 0, 3, 2]]
    assert (windows.std(axis=0) > 1.6).all()
    assert (drawn.std(axis=0) < 0.8).all()
    assert (exchanged.std(axis=0) > 1.6).all()
    assert np.abs(drawn.mean(axis=0) - np.array(FACE) / 8).max() < 2


def test_the_package_is_read_and_not_run():
    proposal_net()
    assert "facenet_pytorch" not in sys.modules


def test_what_is_missing_or_foreign_is_said():
    absent = replace(P_NET, source=replace(P_NET.source, module="not_installed_here"))
    with pytest.raises(NetworkMissing, match="facenet-pytorch, which is not installed"):
        verified_file(absent)
    foreign = replace(P_NET, source=replace(P_NET.source, sha256="0" * 64))
    with pytest.raises(NetworkMissing, match="not the ones that were tested"):
        verified_file(foreign)
