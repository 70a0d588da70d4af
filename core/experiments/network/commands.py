"""The commands that measure again what the page shows."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from ...specs.measurement_key import measurement_key
from ...specs.spec import to_query
from .inputs import ALL
from .spec import SWEEP, Spec


def _options(spec: Spec) -> list[str]:
    query = to_query(spec)
    return [f"--{name.replace('_', '-')} {quote(text)}" for name, text in query.items()]


def run_command(spec: Spec, all_pictures: bool = False) -> str:
    """Return the command that runs a spec, over all pictures if asked."""
    pictures = [f"--pictures {ALL}"] if all_pictures else []
    return " ".join(["python -m core run network", *_options(spec), *pictures, "--json"])


def _at_two_sizes(spec: Spec) -> Spec:
    sizes = tuple(sorted({spec.far_px, spec.near_px}))
    return replace(measurement_key(spec, SWEEP), sizes_px=sizes, shifts=1)


def views_command(spec: Spec) -> str:
    """Return the command that measures the two sizes of a spec, without a shift."""
    return run_command(_at_two_sizes(spec))


def backgrounds_command(spec: Spec, backgrounds: list[str]) -> str:
    """Return the command that measures the two sizes on every background, into a table."""
    options = _options(replace(_at_two_sizes(spec), background=Spec().background))
    names = f"--background {','.join(backgrounds)}"
    return " ".join(["python -m core sweep network", *options, names, "--out backgrounds.parquet"])
