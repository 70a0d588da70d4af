"""How we know: every number behind a sentence is written, and text stays text."""

from scalescope.components.widgets.how_we_know import how_we_know
from scalescope.core.evidence.finding import Finding
from scalescope.core.evidence.verdict import Basis, Estimate, Line, judge, no_verdict

LINE = Line("the largest loss that counts as none", 0.1, "%")
COMMAND = "python -m core run filter --json"


def test_a_finding_shows_all_that_it_rests_on():
    verdict = judge("depends", Estimate(0.34, 0.3, 0.4), LINE, Basis(alignments=64))
    finding = Finding("It depends on size.", "1 - min / max.", verdict, reference="A. Author 2009")
    html = how_we_know([finding], COMMAND)
    for text in ("It depends on size.", "yes", "34 % (30 % to 40 %)", "10 %, the largest loss"):
        assert text in html
    for text in ("64 alignments", "1 - min / max.", "A. Author 2009", f"<code>{COMMAND}</code>"):
        assert text in html


def test_what_is_undecided_says_why_and_shows_no_empty_value():
    verdict = no_verdict("depends", LINE, Basis(), "The object is below 2 px.")
    html = how_we_know([Finding("Not decided.", "As above.", verdict)], COMMAND)
    assert "The object is below 2 px." in html and "<dt>Value</dt>" not in html


def test_listed_numbers_break_between_two_of_them():
    html = how_we_know([Finding("Two.", "As above.", numbers="stem: 1 px; head: 2 px.")], COMMAND)
    assert "<dd><span>stem: 1 px;</span> <span>head: 2 px.</span></dd>" in html


def test_a_sentence_cannot_become_markup():
    html = how_we_know([Finding("<script>", "a < b", numbers="<b>")], "run --kernel '<i>'")
    assert "&lt;script&gt;" in html and "a &lt; b" in html and "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html and "<script>" not in html


def test_without_findings_there_is_nothing():
    assert how_we_know([], COMMAND) == ""
