"""What a person reads of an error, and what the log holds."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from scalescope.core.errors import UserError, error_sentence
from scalescope.core.jobs.queue import FAILED, JobQueue

FAULT = re.compile(
    r"An unexpected error occurred; its details are in the log under the id ([0-9a-f]{8})\."
)
NUMPYS = "could not be broadcast together"


def misfit(*_: Any) -> Any:
    """Two arrays that cannot be added."""
    return np.zeros(2) + np.zeros(3)


def assert_reported(sentence: str, log: str) -> None:
    """The sentence holds an id and nothing of NumPy's; the log has the traceback under that id."""
    match = FAULT.fullmatch(sentence)
    assert match, sentence
    assert f"fault {match[1]}" in log
    assert "Traceback" in log and "in misfit" in log and NUMPYS in log


def test_an_error_for_a_person_is_shown_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert error_sentence(UserError("depth: give at most 3.")) == "depth: give at most 3."
    assert not caplog.text


def test_any_other_error_is_logged_under_an_id_of_its_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(ValueError, match=NUMPYS) as caught:
        misfit()
    first, second = (error_sentence(caught.value) for _ in range(2))
    assert first != second
    assert_reported(first, caplog.text)
    assert_reported(second, caplog.text)


def test_numpys_error_in_a_job_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    job = JobQueue(1).submit("a session", misfit)
    assert job.ended.wait(10) and job.state == FAILED
    assert_reported(job.error, caplog.text)
