"""Folders and zips of tiles: classes from paths, and zips that were made to do harm."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.aerial.tiles import archive
from scalescope.core.aerial.tiles.archive import SUFFIXES, Unreadable, labeled_paths, open_listing
from scalescope.core.aerial.tiles.tiles import TilesError


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name), data, packing)
    return file


def sentence(members: dict[str, bytes]) -> str:
    with pytest.raises(TilesError) as error, open_listing(zipped(members)):
        pass
    words = str(error.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


def test_a_zip_and_a_folder_give_the_same(tmp_path: Path) -> None:
    members = {"set/wood/1.png": b"a", "set/wood/2.tif": b"b", "set/lake/deep/3.JPG": b"c"}
    for name, data in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with open_listing(tmp_path) as folder, open_listing(zipped(members)) as packed:
        rows = [[(one.label, one.place, one.read()) for one in each.members]
                for each in (folder, packed)]  # fmt: skip
    assert rows[0] == rows[1] == [("lake", "deep", b"c"), ("wood", "", b"a"), ("wood", "", b"b")]


def test_train_and_test_folders_are_no_classes() -> None:
    names = [
        f"{part}/{label}/{i}.png" for part in ("train", "Test") for label in "ab" for i in "12"
    ]
    rows, notes = labeled_paths(names)
    assert {label for _, label, _ in rows} == {"a", "b"}
    assert notes == ("The folders Test, train are combined.",)


def test_what_is_no_tile_is_passed_over() -> None:
    names = ["a/1.png", "b/2.png", "loose.png", "__MACOSX/a/1.png", ".git/x/3.png", "_c/4.png"]
    rows, notes = labeled_paths(names)
    assert rows == [("_c/4.png", "_c", ""), ("a/1.png", "a", ""), ("b/2.png", "b", "")]
    assert notes == ("Omitted, because they are in no class folder: 1 picture.",)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "no picture"),
        (["a/readme.txt"], "no picture"),
        (["1.png", "2.png"], "no class"),
        (["data/wood/1.png", "data/wood/2.png"], "one subfolder, 'wood'"),
        (["a\nb/1.png", "wood/2.png"], r"folder 'a\nb' is not valid"),
        (["a" * 81 + "/1.png", "wood/2.png"], "at most 80 printable characters"),
    ],
)
def test_without_classes_there_is_one_sentence(names: list[str], said: str) -> None:
    assert said in sentence(dict.fromkeys(names, b"x"))


@pytest.mark.parametrize(
    "name", ["../a/1.png", "a/../../1.png", "/etc/1.png", "C:\\a\\1.png", "..\\a\\1.png", "a/.."]
)
def test_paths_that_climb_out_are_refused(name: str) -> None:
    assert "path outside it" in sentence({"a/1.png": b"x", "b/1.png": b"x", name: b"x"})


def test_links_are_refused() -> None:
    file = zipped({"a/1.png": b"x", "b/1.png": b"x"})
    link = zipfile.ZipInfo("b/2.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(TilesError, match=r"'b/2.png' of this zip is a link"), open_listing(file):
        pass


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    nothing = bytes(33 * 2**20)
    assert "100 times" in sentence({"a/1.png": nothing, "b/1.png": nothing})


def test_a_total_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    assert "the maximum is" in sentence({"a/1.png": bytes(600), "b/1.png": bytes(600)})


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    assert "the maximum is 3" in sentence({f"a/{i}.png": b"" for i in range(4)})
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 100)
    assert "central directory" in sentence({f"a/{i}.png": b"" for i in range(2)})


def test_a_zip_of_the_wide_kind_is_refused() -> None:
    file = zipped({"a/1.png": b"x", "b/1.png": b"x"}).getvalue()
    wide = file[:-22] + b"PK\6\7" + bytes(16) + file[-22:]
    with pytest.raises(TilesError, match="4 GB"), open_listing(io.BytesIO(wide)):
        pass


def test_one_large_member_is_left_out_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    members = {"a/1.png": os.urandom(101), "b/1.png": os.urandom(100)}
    for name, data in members.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(data)
    for source in (zipped(members), tmp_path):
        with open_listing(source) as listing:
            large, small = listing.members
            assert small.read() == members["b/1.png"]
            with pytest.raises(Unreadable, match="larger"):
                large.read()


def test_a_size_that_lies_gives_no_more_than_it_says() -> None:
    file = zipped({"a/1.png": bytes(10_000), "b/1.png": b"x"})
    size = (10_000).to_bytes(4, "little")
    lying = file.getvalue().replace(size, (7).to_bytes(4, "little"))
    with open_listing(io.BytesIO(lying)) as listing, pytest.raises(Unreadable, match="damaged"):
        listing.members[0].read()


def test_a_locked_or_damaged_member_is_named_and_the_others_are_read() -> None:
    file = zipped({"a/1.png": b"payload" * 9, "b/1.png": b"y"}, zipfile.ZIP_STORED)
    damaged = file.getvalue().replace(b"payload", b"damaged", 1)
    with open_listing(io.BytesIO(damaged)) as listing:
        assert listing.members[1].read() == b"y"
        with pytest.raises(Unreadable, match="damaged in the zip"):
            listing.members[0].read()
    with zipfile.ZipFile(file, "a") as made:
        made.infolist()[0].flag_bits |= 1
        made.writestr("c/1.png", b"z")
    with open_listing(file) as listing, pytest.raises(Unreadable, match="password"):
        listing.members[0].read()


def test_what_is_no_zip_gets_a_sentence(tmp_path: Path) -> None:
    for source in (io.BytesIO(b""), io.BytesIO(b"PK\5\6" * 30), io.BytesIO(os.urandom(999))):
        with pytest.raises(TilesError, match=r"not a zip|damaged"), open_listing(source):
            pass
    with pytest.raises(TilesError, match="cannot be opened"), open_listing(tmp_path / "none.zip"):
        pass


parts = st.sampled_from(["a", "b", "..", ".", "", "x.png", "wood", "~", "C:", "train", "\\", "é"])
paths = st.lists(parts, min_size=1, max_size=5).map("/".join)


@given(st.dictionaries(paths, st.binary(max_size=20), max_size=8))
def test_any_zip_is_listed_or_refused_in_a_sentence(members: dict[str, bytes]) -> None:
    try:
        with open_listing(zipped(members)) as listing:
            found = [(one, one.read()) for one in listing.members]
    except TilesError as error:
        assert "\n" not in str(error)
        return
    assert len({one.label for one, _ in found}) >= 2
    for one, data in found:
        assert members.get(one.name) == data or "\\" in "".join(members)
        assert ".." not in PurePosixPath(one.name).parts
        assert one.name.endswith(SUFFIXES)


@given(st.data())
def test_a_zip_with_bytes_changed_is_read_in_part_or_refused(data: st.DataObject) -> None:
    whole = {"a/1.png": b"first" * 20, "b/1.png": b"second" * 20, "b/2.png": b"third" * 20}
    file = bytearray(zipped(whole).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        with open_listing(io.BytesIO(file[: data.draw(st.integers(0, len(file)))])) as listing:
            members = listing.members
            for one in members:
                try:
                    assert one.read() in whole.values()
                except Unreadable as error:
                    assert str(error)
    except TilesError as error:
        assert str(error).endswith(".")
