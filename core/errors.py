"""Errors: the one kind whose text is shown to a person, and what becomes of every other."""

from __future__ import annotations

import logging
import secrets

FAULT = "An unexpected error occurred; its details are in the log under the id {id}."


class UserError(ValueError):
    """One sentence for a person: what was wrong, what is allowed.

    Only errors of this class are ever shown; :func:`report_fault` takes every other.
    """


def report_fault(error: BaseException) -> str:
    """Log an unexpected error with its traceback, and return the sentence to show in its place.

    The sentence and the log hold the same new id, of 8 hexadecimal digits. Nothing of the error's
    own text is in the sentence.
    """
    fault_id = secrets.token_hex(4)
    logging.getLogger(__name__).error("fault %s", fault_id, exc_info=error)
    return FAULT.format(id=fault_id)


def error_sentence(error: BaseException) -> str:
    """What to show of an error: a :class:`UserError`'s own text, else :func:`report_fault`."""
    return str(error) if isinstance(error, UserError) else report_fault(error)
