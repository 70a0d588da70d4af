"""Many pictures, some of them damaged or made to do harm, read by one process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from scalescope.core.aerial.tiles import labeled_folder, reader
from scalescope.core.aerial.tiles.archive import Unreadable
from scalescope.core.aerial.tiles.reader_worker import picture_message, raster_of
from scalescope.core.jobs import worker_process
from scalescope.core.jobs.worker_process import WorkerProcess
from tests.core.aerial.tiles.tile_files import RED, of, png, refused, said
from tests.core.imaging.picture_corpus import sound
from tests.core.imaging.picture_faults import corpus
from tests.core.jobs.worker_toy import TOY
from tests.core.test_errors import assert_reported


def test_damaged_pictures_are_named_and_the_rest_is_read() -> None:
    files = {f"{label}/{i}.png": png(RED) for label in "ab" for i in range(3)}
    files["b/1.png"] = files["b/1.png"][:60]
    files["a/no.tif"] = b"II*\0 nothing"
    files["c/1.png"] = b""
    tiles = of(files, 1)
    assert len(tiles.labels) == 5
    for name in (
        "'b/1.png' holds no picture",
        "'a/no.tif' is damaged",
        "'c/1.png' holds no picture",
    ):
        assert name in said(tiles)
    assert "No tile is left of c." in tiles.notes
    assert "'a/1.png' holds no picture" in refused({"a/1.png": b"x", "b/1.png": b"y"}, 1).replace(
        "b/1.png", "a/1.png"
    )
    assert "Fewer than two classes" in refused({"a/1.png": b"x", "b/1.png": png(RED)}, 1)


def test_a_picture_with_too_many_pixels_is_left_out() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    tiles = of({"a/1.png": png(RED), "b/1.png": png(RED), "b/2.png": file.getvalue()}, 1)
    assert "'b/2.png' has more than 25 million pixels" in said(tiles)


class Clock:
    """Stands in for threading.Timer; rings when a test says so."""

    last: Clock

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        assert seconds == 15
        self.ring = ring
        Clock.last = self

    def start(self) -> None: ...

    def cancel(self) -> None: ...


def test_what_takes_too_long_is_left_out_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = WorkerProcess._send

    def send(worker: WorkerProcess, kind: bytes, body: bytes) -> None:
        if body == b"slow":
            Clock.last.ring()
        real(worker, kind, body)

    monkeypatch.setattr(WorkerProcess, "_send", send)
    monkeypatch.setattr(worker_process.threading, "Timer", Clock)
    files = {"a/1.png": png(RED), "b/1.png": png(RED), "b/0.png": b"slow"}
    tiles = of(files, 1)
    assert len(tiles.labels) == 2
    assert "'b/0.png' could not be read within 15 seconds" in said(tiles)
    files |= {f"b/{i}.png": b"slow" for i in range(5, 9)}
    assert "4 pictures took more than 15 seconds" in refused(files, 1)


def test_more_than_memory_holds_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labeled_folder, "MAX_LEVELS", 8 * 3 * 16 * 16)
    files = {f"a/{i}.png": png(RED) for i in range(20)} | {f"b/{i}.png": png(RED) for i in range(4)}
    tiles = of(files, 1)
    assert np.bincount(tiles.labels).tolist() == [4, 4]
    assert "8 of 24 tiles are read" in said(tiles)


def test_a_thousand_tiles_come_with_progress_and_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[int] = []
    real = reader.Reader._start
    monkeypatch.setattr(reader.Reader, "_start", lambda self: started.append(1) or real(self))
    one = png(RED)
    heard: list[float] = []
    files = {f"{label}/{i}.png": one for label in "ab" for i in range(500)}
    tiles = of(files, 1, progress=heard.append)
    assert len(tiles.labels) == 1000
    assert heard == sorted(heard)
    assert len(heard) == 1000
    assert started == [1]


def test_the_pictures_that_the_app_takes_come_out_alike_as_tiles() -> None:
    """Every sound file of the corpus for :func:`core.imaging.decode.decode`, if without alpha."""
    compared = 0
    for case in sound():
        with Image.open(io.BytesIO(case.data)) as picture:
            if picture.has_transparency_data or case.levels is None:
                continue
        raster = raster_of(case.data)
        levels = raster.values / np.iinfo(raster.values.dtype).max
        assert levels.shape[0] in (1, 3), case.name
        wanted = case.levels.transpose(2, 0, 1)
        assert levels.shape[1:] == wanted.shape[1:], case.name
        assert np.abs(levels - wanted).max() <= case.near, case.name
        compared += 1
    assert compared > 200


def test_what_is_made_to_do_harm_is_read_or_refused() -> None:
    for case in corpus():
        try:
            line = picture_message(case.data, None).partition(b"\n")[0]
            assert "shape" in json.loads(line), case.name
        except Unreadable as error:
            assert str(error), case.name


def test_an_unexpected_error_leaves_the_picture_out_and_is_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reader, "WORKER", TOY)
    with reader.Reader(None) as one, pytest.raises(Unreadable) as caught:
        one.read(b"misfit")
    start, _, reason = str(caught.value).partition("(")
    assert start == "could not be read "
    assert_reported(reason.replace(")", "."), caplog.text)
