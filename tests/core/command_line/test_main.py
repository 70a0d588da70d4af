import csv
import json
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from scalescope.core.command_line.main import main
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.output import flat, plain
from scalescope.core.specs.spec import field_types, from_query

NEAR_FAR = ["--object-size-m", "0.5", "--near-m", "2", "--far-m", "8", "--focal-px", "100",
            "--depth", "3", "--filter", "upper-left-corner"]  # fmt: skip
POOLING = ["--sizes-px", "2,4,8", "--row", "1", "--column", "0", "--depth", "4", "--pool", "max",
           "--pool-size", "2", "--pool-stride", "2"]  # fmt: skip


def printed(capsys, *words):
    assert main(words) == 0
    streams = capsys.readouterr()
    assert streams.err == ""
    return streams.out


def test_list_names_every_experiment_and_its_question(capsys):
    lines = printed(capsys, "list").splitlines()
    slugs = [line.split()[0] for line in lines]
    assert slugs[:5] == ["near-far", "pooling", "filter", "scale-space", "network"]
    assert slugs[5:] == ["training", "calculator", "transfer"]
    assert "Does pooling remove size information?" in lines[1]


def test_list_also_names_what_no_link_may_hold(capsys):
    text = printed(capsys, "list", "network")
    assert "--device\n    not in links: cpu, cuda or auto" in text
    assert "not in links" not in printed(capsys, "list", "pooling")


@pytest.mark.parametrize("slug", ["near-far", "pooling"])
def test_list_of_one_experiment_names_its_fields_and_limits(slug, capsys):
    text = printed(capsys, "list", slug)
    known = field_types(EXPERIMENTS[slug].spec)
    fields = [line.split()[0] for line in text.splitlines() if line.startswith("--")]
    assert fields == ["--" + name.replace("_", "-") for name in known]
    assert all(limit.allowed in text for limit in known.values())


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_shows_the_commands(words, capsys):
    text = printed(capsys, *words)
    assert all(
        f"python -m core {command}" in text for command in ("list", "run ", "link", "sweep", "app")
    )


def test_run_near_far_prints_the_promised_keys(capsys):
    found = json.loads(printed(capsys, "run", "near-far", *NEAR_FAR, "--json"))
    assert list(found) == ["apparent_px", "gsd_m", "octaves", "levels", "verdicts"]
    assert (found["apparent_px"], found["gsd_m"], found["octaves"]) == ([25, 6.25], [0.02, 0.08], 2)
    assert [level["level"] for level in found["levels"]] == [0, 1, 2, 3]
    keys = {"level", "shape", "receptive_field_px", "receptive_field_sides_px", "stride_px", "peak"}
    assert all(set(level) == keys and len(level["peak"]) == 2 for level in found["levels"])


def test_run_pooling_prints_the_promised_keys(capsys):
    found = json.loads(printed(capsys, "run", "pooling", *POOLING, "--json"))
    squares = found["squares"]
    assert [square["size_px"] for square in squares] == [2, 4, 8]
    # p XOR (p + D) at offset (1, 0): 1^2, 1^4 and 1^8 have 2, 3 and 4 bits.
    assert [square["merge_level"] for square in squares] == [2, 3, 4]
    for square, distance in zip(squares, (1, 3, 7), strict=True):
        law = [max(0, 1 - distance / 2**level) ** 2 for level in (1, 2, 3, 4)]
        assert square["same_cell_fraction"] == pytest.approx(law)
        assert square["closed_form"] == pytest.approx(law)


def test_what_is_not_known_is_null(capsys):
    words = ("--sizes-px", "40", "--depth", "2", "--pool-stride", "3")
    (square,) = json.loads(printed(capsys, "run", "pooling", *words, "--json"))["squares"]
    assert square["merge_level"] is None and square["closed_form"][1] is None


@pytest.mark.parametrize(("slug", "words"), [("near-far", NEAR_FAR), ("pooling", POOLING)])
def test_csv_and_plain_lines_hold_the_same_numbers_as_json(slug, words, capsys):
    numbers = json.loads(printed(capsys, "run", slug, *words, "--json"))
    sheet = list(csv.reader(printed(capsys, "run", slug, *words, "--csv").splitlines()))
    assert sheet[0] == ["name", "value"]
    lines = [line.split(" = ") for line in printed(capsys, "run", slug, *words).splitlines()]
    assert lines == sheet[1:]
    for name, value in sheet[1:]:
        path = name.replace("[", ".").replace("]", "").split(".")
        found = numbers
        for part in path:
            found = found[int(part)] if isinstance(found, list) else found[part]
        assert str(found) == value


def test_options_may_be_written_with_an_equals_sign_and_underscores(capsys):
    plainly = printed(capsys, "run", "near-far", *NEAR_FAR, "--json")
    pairs = zip(NEAR_FAR[::2], NEAR_FAR[1::2], strict=True)
    joined = [f"--{name[2:].replace('-', '_')}={value}" for name, value in pairs]
    assert printed(capsys, "run", "near-far", "--json", *joined) == plainly


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_out_writes_what_would_be_printed(form, tmp_path, capsys):
    file = tmp_path / "numbers.txt"
    text = printed(capsys, "run", "pooling", *POOLING, form)
    assert printed(capsys, "run", "pooling", *POOLING, form, "--out", str(file)) == ""
    assert file.read_text(encoding="utf-8") == text


KERNEL = "1,0,-1;+2,0.5,-2;1,0,-1"


@pytest.mark.parametrize(
    ("slug", "words", "changed"),
    [
        ("near-far", [], {}),
        ("near-far", ["--far-m", "21", "--filter", "small-square"],
         {"far_m": 21.0, "filter": "small-square"}),
        ("near-far", ["--filter", "custom", "--kernel", KERNEL],
         {"filter": "custom", "kernel": KERNEL}),
        ("near-far", ["--pin", "1,20,30", "--row-shift-px", "-2.25"],
         {"pin": "1,20,30", "row_shift_px": -2.25}),
        ("near-far", ["--depth", "6", "--near-m", "1.6"], {}),
        ("pooling", ["--sizes-px", "2:32:log5"], {}),
        ("pooling", ["--sizes-px", "3:9:3", "--pool", "max-blur"],
         {"sizes_px": (3, 6, 9), "pool": "max-blur"}),
    ],
)  # fmt: skip
def test_a_link_reads_back_to_the_same_spec(slug, words, changed, capsys):
    link = printed(capsys, "link", slug, *words).strip()
    kind = EXPERIMENTS[slug].spec
    address = urlsplit(link)
    assert address.netloc == "127.0.0.1:8501"
    assert address.path == {"near-far": "/", "pooling": "/pooling"}[slug]
    assert from_query(kind, dict(parse_qsl(address.query))) == (kind(**changed), [])
    assert len(parse_qsl(address.query)) == len(changed)


def test_a_link_to_another_host_and_path(capsys):
    words = ["filter", "--size-px", "9", "--base", "https://example.org/lab/"]
    assert printed(capsys, "link", *words) == "https://example.org/lab/filter?size_px=9\n"


BAD = [
    (["fly"], "'fly' is not a command"),
    (["run"], "name an experiment: near-far, pooling"),
    (["run", "nearfar"], "'nearfar' is not allowed; give one of near-far, pooling"),
    (["link", "nearfar"], "'nearfar' is not allowed; give one of near-far, pooling"),
    (["list", "nearfar"], "'nearfar' is not allowed; give one of near-far, pooling"),
    (["list", "near-far", "junk"], "junk"),
    (["run", "near-far", "0.5"], "'0.5' is not an option"),
    (["run", "near-far", "--near-m"], "near_m: a value is missing"),
    (["run", "near-far", "--near-m", "0.1"], "near_m: '0.1' is not allowed; give a number from"),
    (["run", "near-far", "--near-m="], "near_m: '' is not allowed; give a number from 0.5 to 40 m"),
    (["run", "near-far", "--zoom", "2"], "zoom: '2' is not allowed; give one of the fields"),
    (["run", "near-far", "--depth", "7"], "depth: '7' is not allowed; give at most 6"),
    (["run", "near-far", "--depth", "1" + "0" * 400], "depth: '1000"),
    (["run", "near-far", "--pin", "a\nb"], "pin: 'a"),
    (["run", "near-far", "--kernel", "1,2;3"], "kernel: '1,2;3' is not allowed; give a full table"),
    (["run", "near-far", "--kernel", "1e39"], "kernel: '1e39' is not allowed; give a full table"),
    (["run", "near-far", "--json", "--csv"], "--json or --csv, not both"),
    (["run", "near-far", "--out", "/nowhere/at/all"], "out: '/nowhere/at/all' cannot be written"),
    (["run", "pooling", "--sizes-px", "2,2"], "sizes_px: '2,2' is not allowed"),
    (["run", "pooling", "--pool", "median"], "pool: 'median' is not allowed; give one of max"),
    (["link", "pooling", "--json"], "json: '' is not allowed; give one of the fields"),
    (["run", "near-far", "--dep", "3"], "dep: '3' is not allowed; give one of the fields"),
    (["run", "near-far", "--json=3"], "json: this option takes no value"),
    (["run", "near-far", "-x"], "'-x' is not an option"),
    (["run", "near-far", "--"], "'--' is not an option"),
    (["run", "network", "--zoom", "2"], "sizes_px"),
    (["run", "network", "--zoom", "2"], "or of the inputs stretch, device, precision"),
    (["link", "network", "--device", "cpu"], "device: 'cpu' is not allowed; give one of the"),
    (["app", "--port", "0"], "port: '0' is not allowed; give a whole number from 1 to 65535"),
    (["app", "--port"], "port: a value is missing"),
    (["app", "--host", "x"], "host: 'x' is not allowed; give port or address"),
    (["app", "--address", "nowhere.invalid"], "'nowhere.invalid:8501' cannot be used; give a free"),
    (["link", "pooling", "--depth", "9"], "depth: '9' is not allowed; give a whole number"),
    (["link", "pooling", "--base", "here"], "base: 'here' is not allowed; give an address as"),
    (["run", "pooling", "--progress", "--quiet"], "give --progress or --quiet, not both"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=lambda one: str(one)[:60])
def test_bad_input_exits_with_2_and_one_line(words, said, capsys):
    assert main(words) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert said in streams.err
    assert len(streams.err.splitlines()) == 1 and streams.err.endswith("\n")


@pytest.mark.parametrize("text", ["-1,0,1", "-1;-2", "-1e-3,2", "+1,-1"])
def test_a_value_may_begin_with_a_minus(text, capsys):
    link = printed(capsys, "link", "near-far", "--kernel", text, "--filter", "custom")
    assert dict(parse_qsl(urlsplit(link.strip()).query))["kernel"] == text
    assert printed(capsys, "link", "near-far", f"--kernel={text}", "--filter", "custom") == link


def test_the_last_of_repeated_options_counts(capsys):
    link = printed(capsys, "link", "pooling", "--depth", "3", "--depth", "4")
    assert link == "http://127.0.0.1:8501/pooling?depth=4\n"


@pytest.mark.parametrize("command", ["run", "link"])
def test_ctrl_c_ends_a_command_with_130(command, capsys, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("scalescope.core.command_line.commands.from_text", stop)
    assert main([command, "near-far"]) == 130
    assert capsys.readouterr() == ("", "stopped.\n")


def test_arrays_become_nested_lists():
    value = {"a": np.arange(4.0).reshape(2, 2), 3: (np.float32(0.5), np.int64(2), None)}
    assert json.dumps(plain(value)) == '{"a": [[0.0, 1.0], [2.0, 3.0]], "3": [0.5, 2, null]}'
    assert flat(plain(value)) == [
        ("a[0][0]", 0), ("a[0][1]", 1), ("a[1][0]", 2), ("a[1][1]", 3),
        ("3[0]", 0.5), ("3[1]", 2), ("3[2]", None),
    ]  # fmt: skip


def python(code_or_module):
    done = subprocess.run(
        [sys.executable, *code_or_module], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_module_runs_and_hands_on_its_exit_status():
    assert python(["-m", "core", "list"])[0] == 0
    status, out, err = python(["-m", "core", "link", "near-far", "--depth", "x"])
    assert (status, out, len(err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("words", [["list"], *(["link", slug] for slug in EXPERIMENTS)])
def test_what_needs_no_network_does_not_wait_for_torch(words):
    code = f"import sys; from scalescope.core.command_line.main import main; main({words}); " \
           "sys.exit('torch' in sys.modules)"  # fmt: skip
    assert python(["-c", code])[0] == 0


def test_a_reader_that_has_seen_enough_is_no_fault():
    command = f"set -o pipefail; {sys.executable} -m core list | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
