"""Sweeps on this computer: notation, table and errors."""

import dataclasses
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from scalescope.core.command_line.main import main
from scalescope.core.command_line.sweep import plan
from scalescope.core.evidence.verdict import Basis
from tests.core.command_line.sweep import sweep_toy
from tests.core.command_line.sweep.sweep_toy import ROOT, refused, runs, swept


@pytest.fixture(autouse=True)
def toy(monkeypatch, tmp_path):
    sweep_toy.stand(monkeypatch, tmp_path)


def test_the_rows_are_the_product_with_the_last_option_fastest(capsys):
    table = swept("toy", "--count", "1,0", "--name", "gabor,dog", "--size", "1:2:0.5")
    product = itertools.product((1, 0), ("gabor", "dog"), (1.0, 1.5, 2.0))
    columns = (table[name].to_pylist() for name in ("count", "name", "size"))
    assert list(zip(*columns, strict=True)) == list(product)
    assert capsys.readouterr().out == f"t.parquet: 12 rows, {table.num_columns} columns\n"
    assert sorted(path.name for path in Path().iterdir()) == ["log", "t.parquet"]


def test_columns_are_the_fields_given_as_declared_and_then_the_numbers_of_the_result():
    table = swept("toy", "--name", "dog,gabor", "--device", "abc", "--count", "2", "--size", "3")
    assert table.column_names == [
        "size", "count", "name", "device",
        "result.sizes_px", "third", "whole", "result.device", "is_large", "nothing", "bytes",
        "found.at", "found.value", "top[0]", "top[1]",
        "layers.dog.similarity", "layers.dog.tolerance",
        "verdicts.question", "verdicts.subject", "verdicts.verdict",
        "verdicts.value", "verdicts.low", "verdicts.high", "verdicts.line",
        *(f"verdicts.rests_on.{part.name}" for part in dataclasses.fields(Basis)),
        "verdicts.reason",
        "layers.gabor.similarity", "layers.gabor.tolerance",
    ]  # fmt: skip
    first, second = table.to_pylist()
    assert first["found.value"] == [3.0, None] and first["found.at"] == [0, 1]
    assert first["top[0]"] == [["class 0", "class 1"]] * 2 and first["top[1]"] == [[3, 1.5]] * 2
    assert first["layers.gabor.similarity"] is None and second["layers.dog.similarity"] is None
    assert second["layers.gabor.similarity"] == [3.0, None]
    assert (first["result.sizes_px"], first["result.device"]) == ([3, 6], "abc")
    assert first["verdicts.question"] == ["is-large"] and first["verdicts.verdict"] == ["yes"]


def test_verdicts_are_columns_of_one_type_also_where_there_is_nothing_to_compare():
    table = swept("toy", "--size", "1,2,3")
    assert table["verdicts.verdict"].to_pylist() == [["undecided"], ["undecided"], ["yes"]]
    assert table["verdicts.value"].to_pylist() == [[None], [2.0], [3.0]]
    kinds = {column.name: column.type for column in table.schema}
    assert kinds["verdicts.value"] == pa.list_(pa.float64())
    assert kinds["verdicts.subject"] == kinds["verdicts.reason"] == pa.list_(pa.string())
    assert kinds["verdicts.rests_on.seeds"] == pa.list_(pa.int64())


def test_columns_have_types_that_do_not_hang_on_chance():
    schema = swept("toy", "--size", "3,4", "--count", "0,2", "--sizes-px", "1;2,3").schema
    kinds = {one.name: one.type for one in schema}
    real, whole = pa.float64(), pa.int64()
    assert kinds["size"] == real and kinds["count"] == whole and kinds["sizes_px"] == pa.list_(real)
    assert kinds["whole"] == whole and kinds["is_large"] == pa.bool_() and kinds["nothing"] == real
    assert kinds["found.at"] == pa.list_(whole) and kinds["top[0]"] == pa.list_(
        pa.list_(pa.string())
    )
    assert kinds["bytes"] == pa.list_(real)  # always empty


def test_a_list_of_objects_that_is_empty_in_one_row_stays_a_list():
    table = swept("toy", "--count", "0,2")
    assert "found" not in table.column_names
    assert table["found.at"].to_pylist() == [[], [0, 1]] and table["top[1]"][0].as_py() == []


@pytest.mark.parametrize(
    ("option", "written", "values"),
    [
        ("size", "2, 4,8", [2, 4, 8]),
        ("size", "0.5:2:0.5", [0.5, 1, 1.5, 2]),
        ("size", "1:16:log5", [1, 2, 4, 8, 16]),
        ("count", "4:1:-1", [4, 3, 2, 1]),
        ("count", "1:4:log3", [1, 2, 4]),
        ("name", "gabor,dog", ["gabor", "dog"]),
        ("sizes_px", "1,2;4:8:2", [[1, 2], [4, 6, 8]]),
        ("words", "a,b;c|d", ["a,b;c", "d"]),
    ],
)
def test_values_are_written_in_the_notation_of_their_field(option, written, values):
    assert swept("toy", f"--{option}", written)[option].to_pylist() == values


def test_a_default_that_must_be_lowered_in_some_rows_becomes_a_column():
    table = swept("toy", "--size", "1,600")
    assert table["count"].to_pylist() == [2, 1] == table["whole"].to_pylist()
    told = json.loads(table.schema.metadata[b"scalescope"])
    assert told["fields"] == {"name": "dog", "sizes_px": "1,2", "words": "", "wait_s": "0"}
    assert told["experiment"] == "toy" and told["engine"] == plan.engine()


@pytest.mark.parametrize(
    ("slug", "lists"),
    [
        ("pooling", {"depth": ["2", "3"], "pool": ["max", "average"]}),
        ("near-far", {"far_m": ["4", "8.5"], "filter": ["gabor", "upper-left-corner"]}),
        ("filter", {"filter": ["dog", "gabor"], "sizes_px": ["2,4,8", "3,6"]}),
        ("scale-space", {"seed": ["1", "2"]}),
    ],
)
def test_every_row_holds_what_run_prints(slug, lists, capsys):
    words = [w for n, texts in lists.items() for w in ("--" + n, ";".join(texts))]
    words = [w if "_px" in words[at - 1] else w.replace(";", ",") for at, w in enumerate(words)]
    rows = swept(slug, *words).to_pylist()
    for row, texts in zip(rows, itertools.product(*lists.values()), strict=True):
        capsys.readouterr()
        options = [w for n, t in zip(lists, texts, strict=True) for w in ("--" + n, t)]
        assert main(["run", slug, *options, "--json"]) == 0
        numbers = json.loads(capsys.readouterr().out)
        for name, value in numbers.items():
            column = f"result.{name}" if name in lists or name not in row else name
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for key in value[0]:
                    if f"{name}.{key}" in row:
                        assert row[f"{name}.{key}"] == [one.get(key) for one in value]
            elif column in row:
                assert row[column] == value


@pytest.mark.slow
def test_the_same_command_gives_the_same_bytes():
    words = ("pooling", "--depth", "1,2", "--pool", "max,average")
    swept(*words, out="a.parquet")
    swept(*words, out="b.parquet")
    swept(*words, "--workers", "2", out="c.parquet")
    first, second, third = (Path(f"{name}.parquet").read_bytes() for name in "abc")
    assert first == second == third
    swept("pooling", "--depth", "1,2", "--pool", "max,l2", out="d.parquet")
    assert Path("d.parquet").read_bytes() != first


def test_inputs_that_no_link_may_hold_are_opened_once_and_told_as_written(monkeypatch):
    Path("a.bin").write_bytes(b"\1\2")
    Path("b.bin").write_bytes(b"\3")
    opened = []
    given = sweep_toy.given
    monkeypatch.setattr(sweep_toy, "given", lambda values: opened.append(values) or given(values))
    table = swept("toy", "--name", "a.bin,gabor,b.bin", "--size", "1:9:1", "--device", "cpu")
    assert table["name"].to_pylist()[::9] == ["a.bin", "gabor", "b.bin"]
    assert table["bytes"].to_pylist()[::9] == [[1, 2], [], [3]]
    assert table["device"].to_pylist() == ["cpu"] * 27
    assert len([one for one in opened if one.get("name") == "a.bin"]) == 2  # checked, then used


def test_run_takes_such_inputs_too(capsys):
    Path("a.bin").write_bytes(b"\7")
    assert main(["run", "toy", "--name", "a.bin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == [7]
    assert main(["run", "toy", "--name", "b.bin"]) == 2
    assert "name: 'b.bin' is not allowed; give a file" in capsys.readouterr().err
    assert main(["link", "toy", "--name", "a.bin"]) == 2


REFUSED = [
    (["--size", "1:5"], "size: '1:5' is not allowed; give a number from 0 to 1000, or several as"),
    (["--size", "1,,2"], "size: '' is not allowed"),
    (["--size", "1,nan"], "size: 'nan' is not allowed"),
    (["--size", "nan:1:1"], "size: 'nan:1:1' is not allowed"),
    (["--size", "1:1e300:1e-300"], "size: '1:1e300:1e-300' is not allowed"),
    (["--size", "1,2,1001"], "size: '1001' is not allowed; give a number from 0 to 1000"),
    (["--size", "1,1.0"], "size: '1,1.0' is not allowed; give values that differ"),
    (["--count", "1:2:0.5"], "count: '1.5' is not allowed; give a whole number"),
    (["--name", "dog,cat"], "name: 'cat' is not allowed; give one of dog, gabor"),
    (["--name", "dog,none.bin"], "name: 'none.bin' is not allowed; give a file or"),
    (["--sizes-px", "1,2;x"], "sizes_px: 'x' is not allowed"),
    (["--words", "a|b!"], "words: 'b!' is not allowed; give any text"),
    (["--zoom", "1,2"], "zoom: '1,2' is not allowed; give one of the fields"),
    (["--size", "12:14:1"], "size: '13' is not allowed; give another number. It is in the comb"),
    (["--name", "dog,gabor", "--size", "400:600:200", "--count", "1,3"],
     "of so large a size. It is in the combination name dog, size 600, count 3."),
    (["--size", "0:999:1", "--sizes-px", "1;2;3", "--count", "0:4:1", "--wait-s", "0:9:1"],
     "these are 150,000 combinations; give at most 100,000."),
    (["--workers", "0"], "workers: '0' is not allowed; give a whole number from 1 to 256"),
    (["--workers", "2", "--scheduler", "tcp://h:1"], "--workers or --scheduler, not both"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=lambda one: str(one)[:50])
def test_what_is_not_allowed_is_known_before_anything_is_computed(words, said, capsys):
    assert said in refused(capsys, "toy", *words, "--log", "log", "--out", "t.parquet")
    assert runs() == 0 and [path.name for path in Path().iterdir()] == ["log"]


def test_a_table_that_cannot_be_written_is_known_before_anything_is_computed(capsys):
    words = ("toy", "--log", "log")
    assert "out: a value is missing" in refused(capsys, *words)
    assert "out: 'no/t.parquet' cannot" in refused(capsys, *words, "--out", "no/t.parquet")
    assert "out: 's.csv' is not allowed; give a name" in refused(capsys, *words, "--out", "s.csv")
    Path("log.parquet").mkdir()
    assert "out: 'log.parquet' is a folder" in refused(capsys, *words, "--out", "log.parquet")
    Path("t.parquet.parts").write_text("a file in the way")
    assert "cannot be written" in refused(capsys, *words, "--out", "t.parquet")
    assert runs() == 0


def test_a_part_that_is_refused_when_it_runs_names_itself_and_what_was_done_is_kept(capsys, caplog):
    words = ("toy", "--size", "1,2,666,3", "--log", "log", "--out", "t.parquet")
    said = refused(capsys, *words)
    assert said.startswith("size: '666' is not allowed; give a number that can be computed. It")
    assert "size 666" in said and len(list(Path("t.parquet.parts").iterdir())) == 2
    assert main(["sweep", "toy", "--size", "667", "--out", "t.parquet"]) == 1
    assert "ZeroDivisionError: a fault" in caplog.text  # not hidden behind a sentence


@pytest.mark.slow
def test_the_command_line_counts_with_one_thread():
    code = (
        "from scalescope.core.__main__ import start;"
        "start(['sweep', 'pooling', '--out', 't.parquet']);"
        "import os, torch; print(torch.get_num_threads(), os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "2"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "1 1"


def test_a_name_that_holds_a_comma_stands_in_double_quotes():
    for name in ("one, two.bin", "three.bin"):
        Path(name).write_bytes(name.encode())
    table = swept("toy", "--name", '"one, two.bin", three.bin,dog')
    assert table["name"].to_pylist() == ["one, two.bin", "three.bin", "dog"]
    assert [bytes(int(value) for value in row) for row in table["bytes"].to_pylist()] == [
        b"one, two.bin", b"three.bin", b""
    ]  # fmt: skip


def test_a_quote_that_does_not_close_is_refused(capsys):
    words = ("toy", "--name", '"dog,gabor', "--out", "t.parquet")
    assert "one that holds a comma in double quotes" in refused(capsys, *words)
