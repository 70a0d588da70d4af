"""Errors of the command line: one sentence for a person, with the exit status."""

from __future__ import annotations

from ..errors import UserError


class UsageError(UserError):
    """A command that cannot be carried out, as one line. ``status`` is the exit status."""

    status = 2


class Stopped(UsageError):
    """A command that a person stopped; what was done stays."""

    status = 130
