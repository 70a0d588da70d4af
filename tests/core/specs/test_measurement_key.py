"""What identifies a measurement: the fields that affect it, and no others."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.field_types import Choice, Number, Numbers
from scalescope.core.specs.measurement_key import measurement_key
from scalescope.core.specs.spec import field_types

MEASUREMENTS = [
    *(("network", name) for name in ("views", "sweep", "ranking", "card", "palette")),
    *(("transfer", name) for name in ("scenes", "crowns", "user-tiles")),
    *((slug, "") for slug in EXPERIMENTS),
]


def values_of(field_type):
    """Some values of a field; the rules between fields do not matter to a key."""
    if isinstance(field_type, Choice):
        return st.sampled_from(field_type.options)
    if isinstance(field_type, Number):
        kind = st.integers if field_type.whole else st.floats
        return kind(field_type.low, field_type.high)
    if isinstance(field_type, Numbers):
        return st.tuples(st.floats(field_type.low, field_type.high))
    return st.text(max_size=5)


@st.composite
def changed(draw, slug):
    """A spec, the name of one of its fields, and the spec with another value of that field."""
    kind = EXPERIMENTS[slug].spec
    types = field_types(kind)
    spec = kind(**{name: draw(values_of(types[name])) for name in types})
    name = draw(st.sampled_from(sorted(types)))
    other = replace(spec, **{name: draw(values_of(types[name]))})
    assume(other != spec)
    return spec, name, other


@pytest.mark.parametrize(("slug", "measurement"), MEASUREMENTS)
def test_a_key_changes_with_every_field_that_affects_the_measurement_and_with_no_other(
    slug, measurement
):
    @given(changed(slug))
    def check(drawn):
        spec, name, other = drawn
        affects = field_types(spec)[name].affects
        same = measurement_key(spec, measurement) == measurement_key(other, measurement)
        assert same == (affects is not None and measurement not in affects)

    check()


@pytest.mark.parametrize(("slug", "measurement"), MEASUREMENTS)
def test_a_key_is_its_own_key_and_that_of_the_defaults_is_the_defaults(slug, measurement):
    defaults = EXPERIMENTS[slug].spec()
    assert measurement_key(defaults, measurement) == defaults

    @given(changed(slug))
    def check(drawn):
        key = measurement_key(drawn[0], measurement)
        assert measurement_key(key, measurement) == key

    check()


# Written out once more, independently of the fields' own metadata.
IRRELEVANT = {
    ("network", "views"): "sizes_px shifts order page unit colors",
    (
        "network",
        "sweep",
    ): "near_px far_px layer row_shift_px column_shift_px order page unit colors",
    ("network", "ranking"): (
        "near_px far_px detail_px row_shift_px column_shift_px sizes_px shifts "
        "order page unit colors"
    ),
    ("network", "card"): (
        "near_px far_px row_shift_px column_shift_px sizes_px shifts order page unit colors"
    ),
    ("scale-space", ""): "sigma_px max_keypoints",
    ("near-far", ""): "pin",
    ("filter", ""): "pin",
    ("pooling", ""): "",
    ("transfer", "scenes"): "",
    ("transfer", "crowns"): "gsd_m landscapes",
    ("transfer", "user-tiles"): "gsd_m data landscapes",
}


@pytest.mark.parametrize(("slug", "measurement"), IRRELEVANT)
def test_the_fields_that_only_choose_what_is_shown(slug, measurement):
    types = field_types(EXPERIMENTS[slug].spec)
    irrelevant = {
        name
        for name, one in types.items()
        if one.affects is not None and measurement not in one.affects
    }
    assert irrelevant == set(IRRELEVANT[slug, measurement].split())
