from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.spec import (
    SpecError,
    field_types,
    from_query,
    from_text,
    to_query,
    validate,
)
from tests.core.random_specs import specs

NEAR_FAR = EXPERIMENTS["near-far"].spec
POOLING = EXPERIMENTS["pooling"].spec

ANY_SPEC = st.one_of(specs(NEAR_FAR), specs(POOLING))


@given(ANY_SPEC)
def test_a_link_reads_back_to_the_same_spec(spec):
    link = urlencode(to_query(spec))
    assert from_query(type(spec), dict(parse_qsl(link))) == (spec, [])


@given(ANY_SPEC)
def test_a_link_reads_back_strictly_too(spec):
    assert from_text(type(spec), to_query(spec)) == spec


@given(ANY_SPEC)
def test_a_link_holds_exactly_what_differs_from_the_defaults(spec):
    standard = vars(type(spec)())
    assert set(to_query(spec)) == {name for name in standard if standard[name] != vars(spec)[name]}


@pytest.mark.parametrize("kind", [NEAR_FAR, POOLING])
def test_the_defaults_are_valid_and_need_no_link(kind):
    assert validate(kind()) == from_text(kind, {}) == kind()
    assert to_query(kind()) == {}
    assert from_query(kind, {}) == (kind(), [])


BAD = [
    (NEAR_FAR, "near_m", "0.49", "a number from 0.5 to 40 m"),
    (NEAR_FAR, "near_m", "40.01", "a number from 0.5 to 40 m"),
    (NEAR_FAR, "far_m", "nan", "a number from 0.5 to 40 m"),
    (NEAR_FAR, "far_m", "inf", "a number from 0.5 to 40 m"),
    (NEAR_FAR, "far_m", "", "a number from 0.5 to 40 m"),
    (NEAR_FAR, "focal_px", "wide", "a number from 40 to 640 px"),
    (NEAR_FAR, "depth", "2.5", "a whole number from 0 to 8"),
    (NEAR_FAR, "depth", "-1", "a whole number from 0 to 8"),
    (NEAR_FAR, "object", "dog", "one of cat, square, disc, photo-cat"),
    (NEAR_FAR, "filter", "Custom", "small-square, custom"),
    (NEAR_FAR, "kernel", "1,2;3", "a full table of numbers, at most 9x9"),
    (NEAR_FAR, "pin", "1,2", "three whole numbers"),
    (NEAR_FAR, "canvas_px", "130", "a whole number from 32 to 128 px"),
    (NEAR_FAR, "zoom", "2", "one of the fields object_size_m, near_m"),
    (NEAR_FAR, "dilation", "5", "a whole number from 1 to 4 px"),
    (POOLING, "sizes_px", "1,4", "1 to 6 whole numbers from 2 to 64 px"),
    (POOLING, "sizes_px", "2,4.5", "1 to 6 whole numbers from 2 to 64 px"),
    (POOLING, "sizes_px", "2:8:1", "1 to 6 whole numbers from 2 to 64 px"),
    (POOLING, "sizes_px", "4,4", "sizes that differ"),
    (POOLING, "seed", "1000000", "a whole number from 0 to 999999"),
    (POOLING, "pool", "median", "one of max, average, l2, blur, max-blur"),
    (POOLING, "depth", "8", "a whole number from 0 to 7"),
]


@pytest.mark.parametrize(("kind", "name", "given_", "allowed"), BAD)
def test_a_bad_value_is_refused_with_field_value_and_what_is_allowed(kind, name, given_, allowed):
    with pytest.raises(SpecError) as caught:
        from_text(kind, {name: given_})
    message = str(caught.value)
    assert message.startswith(f"{name}: '{given_}' is not allowed; give ")
    assert allowed in message and message.endswith(".") and "\n" not in message


@pytest.mark.parametrize(("kind", "name", "given_", "allowed"), BAD)
def test_a_link_drops_the_bad_field_and_keeps_the_good_one(kind, name, given_, allowed):
    good = {"seed": "7"} if name != "seed" else {"column": "7"}
    spec, said = from_query(kind, {name: given_, **good})
    assert to_query(spec) == good
    assert len(said) == 1 and said[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "changed",
    [{"depth": True}, {"depth": 2.0}, {"far_m": float("nan")}, {"object": 3}, {"pin": None}],
)
def test_values_of_a_wrong_type_are_refused(changed):
    with pytest.raises(SpecError, match=f"^{next(iter(changed))}: "):
        validate(NEAR_FAR(**changed))


def test_a_long_value_is_shortened_in_the_message():
    with pytest.raises(SpecError) as caught:
        from_text(NEAR_FAR, {"object": "x" * 5000})
    assert len(str(caught.value)) < 200


NAMES = st.one_of(
    st.sampled_from([*field_types(NEAR_FAR), *field_types(POOLING)]), st.text(max_size=50)
)
ODD = st.sampled_from(
    ["", "nan", "-inf", "1e999", "2:8", "2:8:0", "2:64:log6", "8:2:-2", "1:inf:1", "2,,4", "a:b:c",
     "0:8:log3", "2:8:log", "1,2,3", "1;2", "-0", "٣", "1_0", "0x10", "true", "max", "custom", "9"]
)  # fmt: skip
VALUES = st.one_of(ODD, st.text(max_size=30), st.floats().map(str), st.integers(-9, 999).map(str))


@given(st.sampled_from([NEAR_FAR, POOLING]), st.dictionaries(NAMES, VALUES, max_size=12))
def test_a_link_is_never_refused(kind, query):
    spec, said = from_query(kind, query)
    assert validate(spec) == spec
    assert all(sentence.endswith(".") for sentence in said)
    unknown = [name for name in query if name not in field_types(kind)]
    assert len(said) >= len(unknown)


@given(specs(NEAR_FAR), st.dictionaries(st.text(min_size=30, max_size=50), VALUES, max_size=4))
def test_what_is_good_in_a_link_survives_what_is_unknown(spec, unknown):
    kept, said = from_query(NEAR_FAR, {**unknown, **to_query(spec)})
    assert kept == spec
    assert len(said) == len(unknown)


@pytest.mark.parametrize("written", ["1" + "0" * 400, "9" * 5000])
def test_a_huge_whole_number_is_refused_like_any_other(written):
    spec, said = from_query(NEAR_FAR, {"depth": written})
    assert (spec, len(said)) == (NEAR_FAR(), 1)


@pytest.mark.parametrize("name", ["pin", "object", "a\nb"])
def test_a_refusal_is_one_line_whatever_was_given(name):
    _, said = from_query(NEAR_FAR, {name: "a\nb\r\nc"})
    assert len(said) == 1 and len(said[0].splitlines()) == 1
