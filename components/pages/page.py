"""What a page declares; all but its experiment, its controls and its picture has a default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ...core.evidence.finding import Finding
from ...core.experiments.experiment import Experiment

SpecT = TypeVar("SpecT")

Rows = Sequence[Sequence[str]]


def _no_rows(spec: Any) -> Rows:
    return []


def _no_reasons(spec: Any) -> Mapping[str, str]:
    return {}


def _no_maxima(spec: Any) -> Mapping[str, float]:
    return {}


def _no_details(spec: Any) -> str:
    return ""


def _no_findings(spec: Any) -> Sequence[Finding]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Page(Generic[SpecT]):
    """A page: the controls of one experiment and what they show.

    ``draw(spec)`` draws the part that follows a slider while it moves; ``details(spec)`` the part
    that follows once it rests, and returns the HTML that stands below that. ``main_fields`` and
    ``advanced_fields`` name the fields with a control; the latter are folded away. ``presets``
    holds field values by the text of a button. ``readouts(spec)``: rows of a small table, always
    on screen beside the controls. ``disabled_reasons(spec)``: the fields whose controls cannot act
    now, each with the reason. ``slider_maxima(spec)``: where a slider ends although its field
    allows more. ``findings(spec)``: what the page says now, each with how it is known; at the end
    of the page, once a slider rests.
    """

    experiment: Experiment[SpecT, Any]
    main_fields: Sequence[str]
    draw: Callable[[SpecT], None]
    advanced_fields: Sequence[str] = ()
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    readouts: Callable[[SpecT], Rows] = _no_rows
    disabled_reasons: Callable[[SpecT], Mapping[str, str]] = _no_reasons
    slider_maxima: Callable[[SpecT], Mapping[str, float]] = _no_maxima
    details: Callable[[SpecT], str] = _no_details
    findings: Callable[[SpecT], Sequence[Finding]] = _no_findings

    @property
    def slug(self) -> str:
        """The slug of the experiment, which is also the page's."""
        return self.experiment.slug
