"""Tiles of one's own from the command line: paths, bands, metres per pixel."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.command_line.main import main
from scalescope.core.experiments.transfer.inputs import UserTiles, parse_inputs
from scalescope.core.experiments.transfer.run import run
from scalescope.core.specs.spec import SpecError
from tests.core.experiments.transfer.test_transfer import QUICK, colored, networks


def test_the_command_line_opens_paths_and_refuses_what_is_not_there(tmp_path):
    left, found = parse_inputs({"data": str(tmp_path), "bands": "3,2,1", "gsd_m": "0.5"})
    assert left == {} and found == {"user_tiles": UserTiles(tmp_path, (3, 2, 1), 0.5)}
    assert parse_inputs({"data": str(tmp_path)}) == (
        {},
        {"user_tiles": UserTiles(tmp_path)},
    )  # what the files say
    assert parse_inputs({"data": "crowns", "gsd_m": "2"}) == ({"data": "crowns", "gsd_m": "2"}, {})
    for wrong in ("0", "fine", "nan"):
        with pytest.raises(SpecError, match="gsd_m: "):
            parse_inputs({"data": str(tmp_path), "gsd_m": wrong})
    assert parse_inputs({"data": "scenes", "seed": "2"}) == ({"data": "scenes", "seed": "2"}, {})
    with pytest.raises(SpecError, match=r"data: .*subfolder per class"):
        parse_inputs({"data": str(tmp_path / "nowhere")})
    with pytest.raises(SpecError, match="bands: '1,2'"):
        parse_inputs({"data": str(tmp_path), "bands": "1,2"})
    with pytest.raises(SpecError, match="network: 'alexnet'"):
        parse_inputs({"network": "alexnet"})


def test_a_folder_of_tiles_from_the_command_line(tmp_path, capsys):
    from PIL import Image

    tiles = colored(16, side=16, seed=4)
    for at, (image, label) in enumerate(zip(tiles.images, tiles.labels, strict=True)):
        folder = tmp_path / "tiles" / ("red", "blue")[label]
        folder.mkdir(parents=True, exist_ok=True)
        levels = (image.clip(0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
        Image.fromarray(levels).save(folder / f"{at}.png")
    words = ["run", "transfer", "--data", str(tmp_path / "tiles"), "--json", "--training-sets", "4"]
    words += ["--labels-per-class", "5", "--gsds-m", "1,2", "--factors", "1,2"]
    assert main([*words, "--gsd-m", "1"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers["gsd_m"] == [1, 2] and numbers["colour"] == [1, 1]
    assert max(row[0] for row in numbers["accuracy"]) == 1
    assert main(words) == 2  # nothing says what a pixel spans
    said = capsys.readouterr().err
    assert "gsd_m" in said and len(said.splitlines()) == 1


def test_own_tiles_take_the_typed_distance_before_a_swept_one_before_what_files_say(monkeypatch):
    asked = []

    def read(path, gsd_m, bands, progress):
        asked.append(gsd_m)
        return replace(colored(16), gsd_m=gsd_m or 3.0)

    monkeypatch.setattr("scalescope.core.aerial.tiles.labeled_folder.read", read)
    spec = replace(QUICK, gsds_m=(1.0,), factors=(1,))
    for user_tiles, one in (
        (UserTiles("x", None, 0.5), spec),
        (UserTiles("x"), replace(spec, gsd_m=2.0)),
    ):
        run(one, user_tiles=user_tiles, networks=networks())
    assert run(spec, user_tiles=UserTiles("x"), networks=networks()).protocol.tile_set.gsd_m == 3
    assert asked == [0.5, 2.0, None]
