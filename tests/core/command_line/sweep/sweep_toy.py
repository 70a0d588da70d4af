"""A quick experiment for the tests of sweeps: every shape a summary may have, and inputs.

``log`` is a folder that gets a file for every run that began, so that runs in any process count.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from scalescope.core.command_line.main import main
from scalescope.core.evidence.finding import Finding
from scalescope.core.evidence.verdict import Basis, Estimate, Line, judge, no_verdict
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.experiment import Definition, Experiment
from scalescope.core.specs import spec
from scalescope.core.specs.spec import SpecError

ROOT = Path(__file__).parents[4]


def define():
    """The parts as they stand now, so that a test may replace them."""
    return Definition(Spec, run, summary, given, INPUT_OPTIONS, findings)


TOY = Experiment("toy", "A toy?", define)


def stand(monkeypatch, folder):
    """The toy in the table of experiments, nothing open, and a folder with an empty log."""
    monkeypatch.setitem(EXPERIMENTS, "toy", TOY)
    monkeypatch.setattr("scalescope.core.command_line.sweep.compute._OPEN", {})
    monkeypatch.chdir(folder)
    Path("log").mkdir()


def swept(*words, out="t.parquet"):
    """The table that a sweep writes."""
    assert main(["sweep", *words, "--out", out]) == 0
    return pq.read_table(out)


def refused(capsys, *words):
    """The one line that a sweep says when it exits with 2."""
    assert main(["sweep", *words]) == 2
    streams = capsys.readouterr()
    assert streams.out == "" and len(streams.err.splitlines()) == 1
    return streams.err


def runs():
    """How many runs have begun."""
    return len(list(Path("log").iterdir()))


@dataclass(frozen=True)
class Spec:
    size: float = spec.number(1, low=0, high=1000, step=1, label="Size")
    count: int = spec.integer(2, low=0, high=4, label="Count")
    name: str = spec.choice("dog", options=("dog", "gabor"), label="Name")
    sizes_px: tuple[float, ...] = spec.numbers((1.0, 2.0), low=0, high=99, label="Sizes")
    words: str = spec.text(
        "", label="Words", expected="any text", valid=lambda text: "!" not in text
    )
    wait_s: float = spec.number(0, low=0, high=9, step=1, label="Time that it takes")

    def dynamic_maxima(self):
        return {"count": (1 if self.size > 500 else 4, "of so large a size")}

    def check(self):
        if self.size == 13:
            raise SpecError("size", 13, "another number")


@dataclass(frozen=True)
class Result:
    spec: Spec
    data: bytes
    device: str


INPUT_OPTIONS = {"device": "any name", "log": "a folder", "name": "a .bin file"}


def given(values):
    left = dict(values)
    inputs = {}
    if "device" in left:
        inputs["device"] = left.pop("device")
        if inputs["device"] == os.environ.get("SWEEP_TOY_LACKS"):
            raise SpecError("device", inputs["device"], "a device that this computer has")
    if "log" in left:
        inputs["log"] = Path(left.pop("log")).absolute()
    if left.get("name", "").endswith(".bin"):
        path = Path(left.pop("name"))
        if not path.is_file():
            raise SpecError("name", path, "a file or one of dog, gabor")
        inputs["data"] = path.read_bytes()
    return left, inputs


def run(spec, progress=None, data=b"", device="cpu", log=None):
    if log is not None:
        (log / f"{os.getpid()} {spec.size:g} {uuid.uuid4().hex}").touch()
    for step in range(4):
        time.sleep(spec.wait_s / 4)
        if progress:
            progress((step + 1) / 4)
    if spec.size == 666:
        raise SpecError("size", 666, "a number that can be computed")
    if spec.size == 667:
        raise ZeroDivisionError("a fault")
    return Result(spec, data, device)


def summary(result):
    size, count = result.spec.size, result.spec.count
    return {
        "sizes_px": [size, 2 * size],
        "third": size / 3,
        "whole": count,
        "device": result.device,
        "is_large": size > 2,
        "nothing": None,
        "bytes": list(result.data),
        "found": [{"at": at, "value": None if at else size} for at in range(count)],
        "top": [[[f"class {at}", size / (at + 1)] for at in range(2)] for _ in range(count)],
        "layers": {result.spec.name: {"similarity": [size, None], "tolerance": None}},
    }


LARGE = Line("a size that counts as large", 2)


def findings(result):
    """One verdict, with no numbers at size 1."""
    size, rests_on = result.spec.size, Basis(sizes=1)
    if size == 1:
        verdict = no_verdict("is-large", LARGE, rests_on, "Size 1 is not measured.")
    else:
        verdict = judge("is-large", Estimate(size, size, size), LARGE, rests_on)
    return [Finding("It has a size.", "The size itself.", verdict)]
