"""Verdicts in words."""

from scalescope.core.evidence.phrases import basis_phrase, interval_phrase, line_phrase
from scalescope.core.evidence.verdict import Basis, Estimate, Line


def test_a_basis_names_what_was_measured():
    assert basis_phrase(Basis(alignments=64, pictures=10, seeds=3)) == (
        "64 alignments, 10 pictures and 3 random seeds"
    )
    assert basis_phrase(Basis(alignments=1, control_draws=1)) == "1 alignment and 1 control draw"
    assert basis_phrase(Basis()) == "nothing"


def test_an_interval_has_its_unit():
    assert interval_phrase(Estimate(1.1, 0.75, 1.6), "octaves") == "1.1 octaves (0.75 to 1.6)"
    assert interval_phrase(Estimate(1.0, 0.5, 2.0), "octaves") == "1 octave (0.5 to 2)"
    assert interval_phrase(Estimate(0.34, -0.02, 0.4), "%") == "34 % (-2 % to 40 %)"
    assert interval_phrase(Estimate(0.5, 0.25, 0.75), "") == "0.5 (0.25 to 0.75)"


def test_an_interval_without_width_does_not_repeat_the_value():
    assert interval_phrase(Estimate(0.94, 0.94, 0.94), "%") == "94 %"
    assert interval_phrase(Estimate(1.0, 1.0, 1.0), "octaves") == "1 octave"


def test_an_end_that_is_not_known_is_not_named():
    infinite = float("inf")
    known = Estimate(2.8, 2.5, infinite, "at least")
    assert interval_phrase(known, "octaves") == "at least 2.8 octaves (2.5 or more)"
    below = Estimate(0.2, -infinite, 0.3, "at most")
    assert interval_phrase(below, "%") == "at most 20 % (30 % or less)"
    assert interval_phrase(Estimate(1.0, -infinite, infinite), "") == "1 (not known)"


def test_what_is_smaller_than_any_line_is_not_written_out():
    tiny = Estimate(0.000122, -0.0000152, 0.0261)
    assert interval_phrase(tiny, "octaves") == "0.0001 octaves (0 to 0.0261)"


def test_a_line_has_its_name():
    line = Line("the largest loss that counts as none", 0.1, "%")
    assert line_phrase(line) == "10 %, the largest loss that counts as none"
