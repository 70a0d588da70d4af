"""The recipes by name, one file each; their names in order are in :mod:`core.training.names`."""

from __future__ import annotations

from importlib import import_module

from ...specs.spec import SpecError
from ..names import RECIPE_NAMES
from ..recipe import Recipe


def recipe(name: str) -> Recipe:
    """Import the recipe of that name alone. Raises SpecError for another name."""
    if name not in RECIPE_NAMES:
        raise SpecError("recipe", name, "one of " + ", ".join(RECIPE_NAMES))
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    loaded: Recipe = module.RECIPE
    return loaded
