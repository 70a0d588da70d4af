import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image, ImageFile

from scalescope.core.imaging import decode as pictures
from scalescope.core.imaging.decode import MAX_SIDE_PX, SAMPLES, PictureError, decode, gray, sample
from scalescope.core.imaging.decode_worker import read
from scalescope.core.imaging.picture_errors import LIMITS, check_sides
from tests.core.imaging.picture_corpus import PAPER, encoded, gray_tiff, pattern, shown
from tests.core.imaging.picture_faults import corpus, endless_jpeg
from tests.core.jobs.worker_toy import TOY
from tests.core.test_errors import assert_reported

ROOT = Path(__file__).parents[3]
KINDS = sorted({case.kind for case in corpus()})


def outcome(reading, data):
    """The levels, (rows, columns, 3), or the sentence; both checked for what holds of any."""
    try:
        levels = reading(data, PAPER).levels
    except PictureError as error:
        sentence = str(error)
        assert sentence.endswith(".") and ". " not in sentence and "\n" not in sentence
        return sentence
    assert levels.dtype == np.float32 and levels.ndim == 3 and levels.shape[0] == 3
    assert min(levels.shape[1:]) >= 1 and max(levels.shape[1:]) <= MAX_SIDE_PX
    assert levels.min() >= 0 and levels.max() <= 1  # false for what is not finite
    return levels.transpose(1, 2, 0)


def read_and_checked(data, paper):
    decoded = read(data, paper)
    check_sides(decoded.stored, decoded.levels.shape[1:])
    return decoded


def fault(case, decoded):
    """What is wrong with an outcome; '' for nothing."""
    if isinstance(decoded, str):
        return "" if case.levels is None else decoded
    if case.refused:
        return "was read"
    if case.levels is None:
        return ""
    if decoded.shape != case.levels.shape:
        return f"{decoded.shape} for {case.levels.shape}"
    wrong = float(np.abs(decoded - case.levels).max())
    return "" if wrong <= case.near else f"off by {wrong * 255:.2f} / 255"


def test_the_corpus_is_large_and_every_time_the_same():
    assert len(corpus()) >= 500
    assert len({(case.kind, case.name) for case in corpus()}) == len(corpus())
    again = corpus.__wrapped__()
    assert [case.data for case in again] == [case.data for case in corpus()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_shows_its_pixels_or_gets_one_sentence(kind):
    cases = [case for case in corpus() if case.kind == kind]
    faults = {case.name: fault(case, outcome(read, case.data)) for case in cases}
    assert {name: wrong for name, wrong in faults.items() if wrong} == {}
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


@pytest.mark.slow
def test_the_worker_gives_the_same_from_many_threads():
    """Every lie and bomb, and every fortieth of all files, four at a time."""
    hard = [case for case in corpus() if case.kind in ("lie", "bomb")]
    cases = [*hard[::3], *corpus()[::40]]
    with ThreadPoolExecutor(4) as threads:
        result = list(threads.map(lambda case: outcome(decode, case.data), cases))
    for case, one in zip(cases, result, strict=True):
        if not case.data:
            assert one == pictures.EMPTY
        elif isinstance(one, str):
            assert outcome(read_and_checked, case.data) == one, case.name
        else:
            np.testing.assert_array_equal(one, outcome(read, case.data), err_msg=case.name)


def test_a_file_that_would_take_minutes_is_given_up(monkeypatch):
    monkeypatch.setattr(pictures, "LIMITS", replace(LIMITS, reply_s=1.5))
    began = time.monotonic()
    with pytest.raises(PictureError, match="could not be read within 10 seconds"):
        decode(endless_jpeg())
    assert time.monotonic() - began < 10


def test_waiting_for_a_worker_is_bounded(monkeypatch):
    monkeypatch.setattr(pictures, "_WORKERS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "MAX_WAITING_S", 0.05)
    pictures._WORKERS.acquire()
    with pytest.raises(PictureError, match="at the moment"):
        decode(b"a file")


def test_seats_are_given_back_after_any_end(monkeypatch):
    seats = threading.BoundedSemaphore(1)
    monkeypatch.setattr(pictures, "_WORKERS", seats)
    monkeypatch.setattr(pictures, "LIMITS", replace(LIMITS, reply_s=1e-3))
    for data in (b"text", encoded(pattern(3, 3, 3), "PNG")):
        with pytest.raises(PictureError, match="within"):
            decode(data)
    assert seats.acquire(blocking=False)


@pytest.mark.parametrize("end", [b"exit 1", b"signal 9", b"signal 11", b"half", b"memory"])
def test_a_worker_that_fails_gives_a_sentence(end, monkeypatch):
    monkeypatch.setattr(pictures, "WORKER", TOY)
    with pytest.raises(PictureError, match="could not be read within"):
        decode(end)


def test_an_unexpected_error_in_the_worker_is_reported(monkeypatch, caplog):
    monkeypatch.setattr(pictures, "WORKER", TOY)
    with pytest.raises(PictureError) as caught:
        decode(b"misfit")
    assert_reported(str(caught.value), caplog.text)


def test_no_worker_to_be_had_gives_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "executable", str(ROOT / "no such interpreter"))
    with pytest.raises(PictureError, match="try again"):
        decode(b"a file")


def test_too_many_bytes_start_no_worker(monkeypatch):
    monkeypatch.setattr(pictures, "WorkerProcess", lambda *_, **__: pytest.fail("a worker"))
    with pytest.raises(PictureError, match="at most 20 MB"):
        decode(bytes(pictures.MAX_FILE_BYTES + 1))
    with pytest.raises(PictureError, match="empty"):
        decode(b"")


@pytest.mark.parametrize("paper", [-0.1, 1.1, float("nan")])
def test_paper_is_a_level(paper):
    with pytest.raises(ValueError, match=r"paper: .* from 0 to 1"):
        decode(b"a file", paper)


def confined(script):
    """What a process held like the worker prints."""
    lines = (
        "import numpy\n"
        "from scalescope.core.imaging.picture_errors import LIMITS\n"
        f"from scalescope.core.jobs.worker_main import confine\nconfine(LIMITS)\n{script}"
    )
    run = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True)
    return run.stdout.strip(), run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
def test_the_worker_can_write_no_file_and_take_no_endless_memory(tmp_path):
    script = f"""
try:
    with open({str(tmp_path / "picture")!r}, "wb", buffering=0) as file:
        file.write(b"pixels")
except OSError:
    print("unwritten")
try:
    numpy.ones({LIMITS.memory_bytes}, dtype="u1")
except MemoryError:
    print("refused")
"""
    assert confined(script)[0].split() == ["unwritten", "refused"]
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


def test_a_picture_within_the_limits_passes_with_the_largest_of_sides():
    for data in (
        encoded(np.zeros((1, 200_000), np.uint8), "PNG"),
        gray_tiff(1, 300_000, 8, bytes(300_000)),
    ):
        sides = read(data, PAPER).levels.shape[1:]
        assert max(sides) == MAX_SIDE_PX and min(sides) == 1


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_large_pictures_are_reduced_in_their_shape(form):
    """A ramp stays a ramp; its ends differ by half a pixel of the small one at most."""
    pixels = pattern(1500, 3000, 3)
    result = outcome(read, encoded(pixels, form))
    rows, columns = result.shape[:2]
    assert (rows, columns) == (512, 1024)
    row = ((np.arange(rows) + 0.5) / rows)[:, None] * np.ones(columns)
    column = ((np.arange(columns) + 0.5) / columns)[None] * np.ones((rows, 1))
    np.testing.assert_allclose(result[..., 0], row * 250 / 255, atol=5 / 255)
    np.testing.assert_allclose(result[..., 1], column * 250 / 255, atol=5 / 255)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_reduction_is_anti_aliased(dtype):
    """Squares of one pixel become their mean, where taking every third pixel would keep them."""
    squares = np.indices((96, 3072)).sum(0) % 2 * np.iinfo(dtype).max
    result = outcome(read, encoded(squares.astype(dtype), "PNG"))
    assert result.shape == (32, 1024, 3)
    np.testing.assert_allclose(result[2:-2, 2:-2], 0.5, atol=0.02)


def test_a_picture_at_the_limit_keeps_its_size():
    pixels = pattern(3, MAX_SIDE_PX, 3)
    result = outcome(read, encoded(pixels, "PNG"))
    np.testing.assert_allclose(result, shown(pixels), atol=1e-6)


def test_gray_weighs_as_itu_r_601():
    colors = np.eye(3, dtype=np.float32)[:, None, :]
    np.testing.assert_allclose(gray(colors), [[0.299, 0.587, 0.114]], rtol=1e-6)
    white = gray(np.ones((3, 4, 5), dtype=np.float32))
    assert white.shape == (4, 5) and white.dtype == np.float32
    assert white.max() <= 1 and white.min() > 0.999999


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_there_and_cannot_be_changed(name):
    levels = sample(name)
    assert levels is sample(name)
    assert levels.dtype == np.float32 and levels.shape[0] == 3
    assert max(levels.shape[1:]) <= MAX_SIDE_PX and levels.min() >= 0 and levels.max() <= 1
    assert levels.std() > 0.03
    with pytest.raises(ValueError, match="read-only"):
        levels[0, 0, 0] = 0
    assert SAMPLES[name].title and SAMPLES[name].license


def test_a_sample_is_its_file():
    file = Path(skimage.__file__).parent / "data" / "coffee.png"
    with Image.open(file) as picture:
        want = np.asarray(picture) / 255
    np.testing.assert_allclose(sample("coffee").transpose(1, 2, 0), want, atol=1e-6)


def test_there_is_no_other_sample():
    with pytest.raises(ValueError, match="there is no sample 'moon'; there are chelsea, coffee"):
        sample("moon")
