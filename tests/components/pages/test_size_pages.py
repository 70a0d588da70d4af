"""Pages near-far and filter: what they say is in 'How we know', and presets do as they say."""

import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from scalescope.components.pages import PAGES
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.filter.sentences import describe_curve
from scalescope.core.experiments.near_far.sentences import describe
from scalescope.core.specs.spec import validate

PAGES_BY_SLUG = {page.slug: page for page in PAGES if page.slug in ("near-far", "filter")}


def notes(run: Any) -> dict[str, str]:
    """What stands below the picture."""
    elements = (element.proto for element in run.get("bidi_component"))
    proto = next(proto for proto in elements if proto.component_name.endswith("live_notes"))
    return {name: unescape(text) for name, text in json.loads(proto.json).items()}


@pytest.mark.parametrize("slug", PAGES_BY_SLUG)
def test_how_we_know_has_every_finding(slug: str, open_page: Any) -> None:
    run = open_page(slug)
    assert not run.exception
    known = notes(run)["known"]
    experiment = EXPERIMENTS[slug]
    for finding in experiment.findings(experiment.run(experiment.spec())):
        assert finding.sentence in known and finding.definition in known
    assert "64 alignments" in known and "the largest loss of peak response" in known


def test_every_sentence_of_a_caption_is_a_finding() -> None:
    near_far, filters = (EXPERIMENTS[slug] for slug in ("near-far", "filter"))
    seen = near_far.run(near_far.spec())
    said = {finding.sentence for finding in near_far.findings(seen)}
    assert set(describe(seen)) <= said
    tuned = filters.run(filters.spec())
    said = {finding.sentence for finding in filters.findings(tuned)}
    assert {describe_curve(each.name, each.curve) for each in tuned.filters} <= said


@pytest.mark.parametrize("slug", PAGES_BY_SLUG)
def test_a_preset_gives_the_same_whatever_was_pressed_before(slug: str) -> None:
    """All that a caption is about is named: 'Pool after the filter' is not average pooling."""
    presets = PAGES_BY_SLUG[slug].load().presets
    experiment = EXPERIMENTS[slug]
    related = {
        "Average pooling": ("order", "pool", "depth", "pool_size", "pool_stride"),
        "Pool after the filter": ("order", "pool", "depth", "pool_size", "pool_stride"),
        "Three layers of one filter": ("order", "pool", "depth", "pool_size", "pool_stride"),
        "Gratings": ("filter", "second", "third", "fourth", "object", "sizes_px", "source"),
        "Four filters": ("filter", "second", "third", "fourth"),
        "On a photograph": ("source",),
        "A size-selective filter": ("filter", "object", "near_m", "far_m", "noise", "background"),
    }
    for name, values in presets.items():
        fresh = validate(replace(experiment.spec(), **values))
        for before in presets.values():
            after = replace(replace(experiment.spec(), **before), **values)
            assert all(getattr(after, field) == getattr(fresh, field) for field in related[name])


def test_the_preset_of_a_size_selective_filter_is_one() -> None:
    presets = PAGES_BY_SLUG["near-far"].load().presets
    experiment = EXPERIMENTS["near-far"]
    result = experiment.run(replace(experiment.spec(), **presets["A size-selective filter"]))
    verdict = experiment.summary(result)["verdicts"][0]
    assert verdict["question"] == "response-depends-on-size" and verdict["verdict"] == "yes"
    assert verdict["subject"] == "small-square" and verdict["low"] > 0.9


def test_a_kernel_that_is_not_square_has_both_sides_of_its_fields(open_page: Any) -> None:
    run = open_page("near-far", filter="custom", kernel="1,0,0,0,-1", depth="1")
    assert not run.exception
    assert "1 x 5 px: 2.5 % by a tenth of the near cat" in notes(run)["html"]
