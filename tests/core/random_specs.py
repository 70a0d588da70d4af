"""Hypothesis strategies for valid specs of any experiment."""

from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from scalescope.core.specs.field_types import Choice, Number, Numbers
from scalescope.core.specs.spec import SpecError, field_types, validate

WEIGHTS = st.floats(-1000, 1000, width=16).map(lambda weight: f"{weight:g}")
KERNELS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: st.lists(
        st.lists(WEIGHTS, min_size=shape[1], max_size=shape[1]).map(",".join),
        min_size=shape[0],
        max_size=shape[0],
    ).map(";".join)
)
PINS = st.one_of(
    st.just(""), st.tuples(*[st.integers(0, 999)] * 3).map("{0[0]},{0[1]},{0[2]}".format)
)
TEXTS = {"kernel": KERNELS.filter(lambda text: len(text) <= 600), "pin": PINS}
AUTO = st.just("auto")  # every other field of text has it


def values_of(name, limit):
    """Everything that the limit of one field allows; of text, what is listed above."""
    if isinstance(limit, Choice):
        return st.sampled_from(limit.options)
    if isinstance(limit, Number):
        kind = st.integers if limit.whole else st.floats
        return kind(limit.low, limit.high)
    if isinstance(limit, Numbers):
        element = st.integers(int(limit.low), int(limit.high))
        return st.lists(
            element, min_size=limit.min_count, max_size=limit.max_count, unique=True
        ).map(tuple)
    return TEXTS.get(name, AUTO)


def _within(draw, spec):
    """The spec with what its own other fields limit drawn again within that."""
    kinds = field_types(spec)
    for name, (maximum, _) in spec.dynamic_maxima().items():
        high = min(maximum, kinds[name].high)
        if getattr(spec, name) > high:
            spec = replace(spec, **{name: draw(st.integers(int(kinds[name].low), int(high)))})
    return spec


def specs(kind, **fixed):
    """Valid specs of a class: every field within its limits; ``fixed`` fields by a strategy."""

    @st.composite
    def build(draw):
        strategies = {name: values_of(name, limit) for name, limit in field_types(kind).items()}
        spec = kind(**{name: draw(chosen) for name, chosen in {**strategies, **fixed}.items()})
        try:
            return validate(_within(draw, spec) if hasattr(spec, "dynamic_maxima") else spec)
        except SpecError:
            assume(False)

    return build()
