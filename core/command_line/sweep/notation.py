"""How several values of one option are written."""

from __future__ import annotations

from ...specs.limits import Limit, Number, Numbers, Text, parse_numbers, plain
from ...specs.spec import SpecError, read

SEVERAL = "several as 2,4,8 or START:STOP:STEP or START:STOP:logN"


def values_of(name: str, written: str, limit: Limit | None) -> list[str]:
    """The values in ``written``, each as the text of one.

    Of a number ``2,4,8``, ``START:STOP:STEP`` or ``START:STOP:logN``; of a list of numbers, lists
    apart by ``;``; of free text, texts apart by ``|``; of a name, or where there is no ``limit``
    because the option is no field, names apart by ``,``. Numbers are checked and written in one
    way, names and texts are left to who reads them. Raises :class:`SpecError`.
    """
    if isinstance(limit, Number):
        texts = _numbers(name, written, limit)
    elif isinstance(limit, Numbers):
        texts = [limit.format(read(name, one, limit)) for one in written.split(";")]
    elif isinstance(limit, Text):
        texts = written.split("|")
    else:
        texts = [one.strip() for one in written.split(",")]
    if len(set(texts)) != len(texts):
        raise SpecError(name, written, "values that differ")
    return texts


def _numbers(name: str, written: str, limit: Number) -> list[str]:
    try:
        spaced = ":" in written
        texts = [plain(one) for one in parse_numbers(written)] if spaced else written.split(",")
    except (ValueError, OverflowError):
        raise SpecError(name, written, f"{limit.allowed}, or {SEVERAL}") from None
    return [limit.format(read(name, one, limit)) for one in texts]
