"""The one kind of error whose text is meant for a person."""

from __future__ import annotations


class UserError(ValueError):
    """One sentence for a person: what was wrong, what is allowed.

    Only errors of this class are ever shown; everything else is logged as a fault.
    """
