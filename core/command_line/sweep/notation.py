"""The notation for several values of one option."""

from __future__ import annotations

import csv

from ...specs.field_types import FieldType, Number, Numbers, Text, parse_numbers, plain
from ...specs.spec import SpecError, read

SEVERAL = "several as 2,4,8 or START:STOP:STEP or START:STOP:logN"


def split_values(name: str, text: str, field_type: FieldType | None) -> list[str]:
    """The values in ``text``, each as a text of its own.

    Of a number ``2,4,8``, ``START:STOP:STEP`` or ``START:STOP:logN``; of a list of numbers, lists
    separated by ``;``; of free text, texts separated by ``|``; of a name, or of an input (which has
    no ``field_type``), names separated by ``,``; a name that holds a comma stands in double quotes,
    as in CSV. Numbers are checked and normalized, names and texts are not. Raises
    :class:`SpecError`.
    """
    if isinstance(field_type, Number):
        texts = _split_numbers(name, text, field_type)
    elif isinstance(field_type, Numbers):
        lists = text.split(";")
        texts = [field_type.format(read(name, numbers, field_type)) for numbers in lists]
    elif isinstance(field_type, Text):
        texts = text.split("|")
    else:
        texts = _split_names(name, text)
    if len(set(texts)) != len(texts):
        raise SpecError(name, text, "values that differ")
    return texts


def _split_names(name: str, text: str) -> list[str]:
    try:
        (names,) = csv.reader([text], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        allowed = "names separated by commas, one that holds a comma in double quotes"
        raise SpecError(name, text, allowed) from None
    return [part.strip() for part in names] or [""]


def _split_numbers(name: str, text: str, field_type: Number) -> list[str]:
    try:
        is_range = ":" in text
        texts = [plain(number) for number in parse_numbers(text)] if is_range else text.split(",")
    except (ValueError, OverflowError):
        raise SpecError(name, text, f"{field_type.allowed}, or {SEVERAL}") from None
    return [field_type.format(read(name, number, field_type)) for number in texts]
