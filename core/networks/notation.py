"""Parse what a person may write for a box or for the correct classes."""

from __future__ import annotations

from ..imaging.subjects import Box
from ..specs import spec
from .class_names import labels

AUTO = "auto"


def parse_box(written: str) -> Box | None:
    """Parse a box in percent of the picture, 'top,left,bottom,right'; None for 'auto'.

    Raises ValueError where the text is neither 'auto' nor four numbers that make a box.
    """
    if written == AUTO:
        return None
    top, left, bottom, right = (float(part) for part in written.split(","))
    if not (0 <= top < bottom <= 100 and 0 <= left < right <= 100):
        raise ValueError("not a box")
    return top, left, bottom, right


def parse_classes(written: str) -> tuple[int, ...]:
    """Parse classes from a text: numbers, labels, or words of labels; sorted.

    Raises SpecError for a part that names none.
    """
    classes: list[int] = []
    for part in (text.strip().casefold() for text in written.split(",")):
        if part.isdecimal() and int(part) < len(labels()):
            classes.append(int(part))
            continue
        names = [name.casefold() for name in labels()]
        fits = [number for number, name in enumerate(names) if name == part]
        fits = fits or [number for number, name in enumerate(names) if f" {part} " in f" {name} "]
        if not part or not fits:
            allowed = "'auto', or ImageNet's numbers from 0 to 999 or names, such as 281,tabby cat"
            raise spec.SpecError("classes", part or written, allowed)
        classes += fits
    return tuple(sorted(set(classes)))
