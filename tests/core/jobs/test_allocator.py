"""Freed memory stays with the process, asked of the system's own count of page faults."""

import platform
import subprocess
import sys

import pytest

from tests.browser.servers import ROOT

GNU = platform.libc_ver()[0] == "glibc"

# Five pieces of 20 MB, freed together, wanted again ten times: 51,200 pages of 4 kB if cleared anew
# in every round. In a thread, as a page's script runs.
ROUNDS = """
import resource, threading
import numpy as np
{before}
def rounds(count):
    for _ in range(count):
        pieces = [np.ones(2_500_000) for _ in range(5)]
        del pieces
def work():
    global faults
    rounds(3)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    rounds(10)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(faults)
"""


def page_faults(before: str) -> int:
    script = ROUNDS.format(before=before)
    completed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(completed.stdout)


@pytest.mark.skipif(not GNU, reason="only the GNU C library has these options")
@pytest.mark.parametrize(
    "before",
    [
        "from scalescope.core.jobs.allocator import keep_freed; keep_freed()",
        "import scalescope.components.server",
    ],
)
def test_what_is_freed_is_used_again_without_the_system(before):
    assert page_faults("") > 20_000
    assert page_faults(before) < 1_000


def test_another_c_library_is_left_alone(monkeypatch):
    from scalescope.core.jobs import allocator

    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda name: object())
    allocator.keep_freed.__wrapped__()
    monkeypatch.setattr(allocator.sys, "platform", "darwin")
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda name: pytest.fail("asked"))
    allocator.keep_freed.__wrapped__()
