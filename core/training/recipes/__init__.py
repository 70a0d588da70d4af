"""The recipes by name, one file each; their names in order are in :mod:`core.training.names`."""

from __future__ import annotations

from importlib import import_module

from core.spec import SpecError
from core.training.names import RECIPE_NAMES
from core.training.recipe import Recipe


def recipe(name: str) -> Recipe:
    """The recipe of that name; only its own file is imported. Raises SpecError for another name."""
    if name not in RECIPE_NAMES:
        raise SpecError("recipe", name, "one of " + ", ".join(RECIPE_NAMES))
    module = import_module(f"core.training.recipes.{name.replace('-', '_')}")
    found: Recipe = module.RECIPE
    return found
