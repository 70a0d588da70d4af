"""An error that nobody foresaw, on the command line."""

from scalescope.core.command_line.main import main
from scalescope.core.experiments import EXPERIMENTS
from tests.core.test_errors import assert_reported, misfit


def test_an_unexpected_error_is_one_line_below_its_traceback(capsys, caplog, monkeypatch):
    monkeypatch.setattr(type(EXPERIMENTS["near-far"]), "run", misfit)
    assert main(["run", "near-far"]) == 1
    assert_reported(capsys.readouterr().err.strip(), caplog.text)
