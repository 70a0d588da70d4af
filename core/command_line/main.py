"""The command line: the same engine as the app, by the same specs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..errors import UserError, report_fault
from .commands import COMMANDS
from .errors import UsageError
from .parser import HELP, HelpRequested

LINES = {
    "list [EXPERIMENT]": "name the experiments, or the fields of one and their limits",
    "run EXPERIMENT [--FIELD VALUE]...": "compute one result and print its numbers",
    "link EXPERIMENT [--FIELD VALUE]...": "print the link to a page in that state",
    "sweep EXPERIMENT [--FIELD VALUES]... --out TABLE.parquet": "compute every combination",
    "app [--port N] [--address A]": "serve the app",
}


def main(words: Sequence[str], prog: str = "python -m core") -> int:
    """Carry out one command line; ``prog``: how the program was called, for the help.

    Returns the exit status: 0 when done; 2, with one line on standard error, when it cannot be
    done; 130 when stopped; 1 after an unexpected error, which is logged.
    """
    try:
        text = _carry_out(words, prog)
    except HelpRequested as request:
        text = str(request)
    except UserError as error:
        print(error, file=sys.stderr)
        return getattr(error, "status", 2)
    except KeyboardInterrupt:
        print("stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        print(report_fault(error), file=sys.stderr)
        return 1
    _print(text)
    return 0


def _carry_out(words: Sequence[str], prog: str) -> str:
    if not words or words[0] in (*HELP, "help"):
        lines = "\n".join(f"  {prog} {line}\n      {text}" for line, text in LINES.items())
        return f"usage:\n{lines}\n\nAdd --help for the options of a command."
    if words[0] not in COMMANDS:
        raise UsageError(f"'{words[0]}' is not a command; there are {', '.join(COMMANDS)}")
    return COMMANDS[words[0]](words[1:], f"{prog} {words[0]}")


def _print(text: str) -> None:
    """Also into a pipe whose reader, such as ``head``, has closed it."""
    if not text:
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's last flush
