"""Sentences on H2 and on the tolerance of layers, made from the verdicts over all objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .... import formatting
from ....evidence.finding import Finding
from ....evidence.phrases import interval_phrase, quantity
from ....evidence.verdict import Estimate, Verdict
from ....networks import Network
from ..tolerance.compare import (
    effect_with_shuffled_weights,
    last_layer,
    places_of,
    shuffled_last_layer,
)
from ..tolerance.table import Tolerances
from .h2 import (
    DOWN_SAMPLING,
    LAST_LAYER,
    depth_verdict,
    down_sampling_verdict,
    last_layer_verdict,
    layer_verdicts,
    not_measured,
)

H2 = "H2, down-sampling generalizes over sizes"
TOLERANCE = (
    "The tolerance of a layer is how far an object may shrink, in octaves, before the similarity "
    "of its activations to those at the reference size, corrected for other objects, falls to one "
    "half."
)
RANKS = "A tolerance that the smallest size cuts off counts as a lower limit, by its rank."
GAIN = (
    f"{TOLERANCE} Compared within each picture with the same network with shuffled weights. {RANKS}"
)
EFFECT = (
    "Within each picture, the median change of tolerance from one layer to the next where the "
    "stride grows, less the median change elsewhere; neighbors that are both cut off are left out. "
    f"{RANKS}"
)
CROSSED = "Owen 2007, 'The pigeonhole bootstrap': an interval over pictures and shuffled copies"
CROSSED_AT_ONCE = f"{CROSSED}; Bonferroni's correction for the number of layers"
CORRELATION = (
    "Spearman's rank correlation of depth with tolerance over all layers, within each picture. "
    "Layers whose tolerance is cut off share the largest rank."
)
ORDERED = "Conover 1999, Practical Nonparametric Statistics, section 3.2: the interval of a median"


def _name(network: Network) -> str:
    return network.title.split(",")[0]


def _octaves(value: float) -> str:
    return formatting.significant_digits(value, 2)


def _range(estimate: Estimate, range_octaves: float) -> str:
    """'1.2 octaves (0.74 to 1.8)'; what the range cuts off is 'more than' it."""
    value, high = (
        f"more than {_octaves(range_octaves)}" if end >= range_octaves else _octaves(end)
        for end in (estimate.value, estimate.high)
    )
    start = f"at least {value}" if estimate.limit and estimate.value < range_octaves else value
    return f"{start} octaves ({_octaves(min(estimate.low, range_octaves))} to {high})"


def _difference(verdict: Verdict) -> str:
    """'0.66 octaves (0.33 to 0.88)', or what is known of it."""
    return "" if verdict.estimate is None else interval_phrase(verdict.estimate, verdict.line.unit)


def _undecided(verdict: Verdict, value: str) -> str:
    """Why a question is undecided, as the end of a sentence; ``value`` names what was measured."""
    if verdict.estimate is None:
        return f"is undecided. {verdict.reason}"
    line = quantity(verdict.line.value, verdict.line.unit)
    return f"is undecided: {value} is {_difference(verdict)}, and the line is {line}."


def _copies(table: Tolerances) -> str:
    return "1 copy" if table.copies == 1 else f"{table.copies} copies"


def last_layer_sentence(table: Tolerances, verdict: Verdict) -> str:
    """Say how far an object may shrink in the last layer, and compare that with the control."""
    trained, shuffled = last_layer(table), shuffled_last_layer(table)
    name, octaves = _name(table.network), table.protocol.range_octaves
    pictures = f"{len(table.trained)} pictures"
    if trained is None:
        return f"How far an object may shrink in the last layer of {name} is not known."
    start = (
        f"The last layer of {name} tolerates a median of {_range(trained, octaves)} of shrinking"
    )
    control = "."
    if shuffled is not None:
        control = f"; with shuffled weights, {_range(shuffled, octaves)}."
    compared = {
        "yes": f"That is more than with shuffled weights, by {_difference(verdict)}.",
        "no": f"That is not more than with shuffled weights: it differs by {_difference(verdict)}.",
    }
    open_question = (
        f"Whether that is more than with shuffled weights {_undecided(verdict, 'the difference')}"
    )
    answer = compared.get(verdict.verdict, open_question)
    copies = f" and {_copies(table)} with shuffled weights" if table.copies else ""
    return f"{start}{control} {answer} Measured over {pictures}{copies}."


def _down_sampling(network: Network) -> str:
    """How a network of the table down-samples; empty for another, of which it is not known."""
    if network.layout is not None:
        return ", by strided convolution, without max-pooling"
    pools = any(layer.name.startswith("pool") for layer in network.layers)
    return ", by max-pooling" if pools else ""


def down_sampling_sentence(table: Tolerances, verdict: Verdict) -> str:
    """Say whether the tolerance grows more where the network down-samples than elsewhere."""
    name, places = _name(table.network), len(places_of(table).down)
    where = "in one place" if places == 1 else f"in {places} places"
    start = f"{name} down-samples between its layers {where}{_down_sampling(table.network)}."
    if not places:
        return f"{name} does not down-sample between its layers."
    pictures = f"{verdict.rests_on.pictures} pictures"
    answers = {
        "yes": f"Tolerance grows more there than elsewhere, by {_difference(verdict)}",
        "no": f"Tolerance does not grow more there than elsewhere: it differs by "
        f"{_difference(verdict)}",
    }
    open_question = (
        f"Whether tolerance grows more there than elsewhere "
        f"{_undecided(verdict, f'over {pictures}, the difference')}"
    )
    answer = answers.get(verdict.verdict)
    return " ".join(
        (
            start,
            f"{answer}, over {pictures}." if answer else open_question,
            *_with_shuffled_weights(table),
            f"This is an association {where}, not a cause.",
        )
    )


def _with_shuffled_weights(table: Tolerances) -> list[str]:
    shuffled = effect_with_shuffled_weights(table)
    if shuffled is None:
        return []
    return [
        f"With shuffled weights ({_copies(table)}), the difference is "
        f"{interval_phrase(shuffled, 'octaves')}."
    ]


def depth_sentence(table: Tolerances, verdict: Verdict) -> str:
    """Say whether deeper layers tolerate more."""
    value = "the rank correlation of depth with tolerance"
    known = f"{value} is {_difference(verdict)} over {verdict.rests_on.pictures} pictures"
    answers = {
        "yes": f"Deeper layers tolerate more: {known}.",
        "no": f"Deeper layers do not tolerate more: {known}.",
    }
    return answers.get(
        verdict.verdict, f"Whether deeper layers tolerate more {_undecided(verdict, value)}"
    )


def layers_sentence(verdicts: Mapping[str, Verdict]) -> str:
    """Count the layers that tolerate more than with shuffled weights, for all layers at once."""
    counts = Counter(verdict.verdict for verdict in verdicts.values())
    words = {
        "yes": ("tolerates more", "tolerate more"),
        "no": ("does not tolerate more", "do not tolerate more"),
        "undecided": ("is undecided", "are undecided"),
    }
    parts = [
        f"{'all' if count == len(verdicts) else count} {words[answer][count != 1]}"
        for answer in words
        if (count := counts[answer])
    ]
    return (
        f"Of {len(verdicts)} layers, compared with shuffled weights, "
        f"{formatting.join_with_and(parts)} (corrected for {len(verdicts)} comparisons)."
    )


def h2_paragraph(network: Network, table: Tolerances | None, reason: str) -> str:
    """Say what was measured about H2 over all pictures, or why there is no answer."""
    if table is None:
        return f"{H2}: undecided for {_name(network)}. {reason}"
    return f"{H2}: " + " ".join(
        (
            down_sampling_sentence(table, down_sampling_verdict(table)),
            last_layer_sentence(table, last_layer_verdict(table)),
        )
    )


def tolerance_paragraph(table: Tolerances) -> str:
    """Say what holds of all layers, over all pictures."""
    depth = depth_sentence(table, depth_verdict(table))
    return f"{depth} {layers_sentence(layer_verdicts(table))}"


def findings(table: Tolerances | None, reason: str, command: str) -> list[Finding]:
    """Return what is said of the tolerance over all pictures, each with its verdict.

    ``table``: None where nothing was measured over all pictures, for the ``reason`` given;
    ``command`` measures it.
    """
    if table is None:
        return [
            Finding(f"{text} {reason}", definition, not_measured(question, reason), command=command)
            for question, text, definition in (
                (LAST_LAYER, "The tolerance of the last layer is undecided.", GAIN),
                (DOWN_SAMPLING, "Whether down-sampling widens tolerance is undecided.", EFFECT),
            )
        ]
    last, down = last_layer_verdict(table), down_sampling_verdict(table)
    depth, layers = depth_verdict(table), layer_verdicts(table)
    return [
        Finding(
            down_sampling_sentence(table, down), EFFECT, down, reference=ORDERED, command=command
        ),
        Finding(last_layer_sentence(table, last), GAIN, last, reference=CROSSED, command=command),
        Finding(
            depth_sentence(table, depth), CORRELATION, depth, reference=ORDERED, command=command
        ),
        Finding(
            layers_sentence(layers), GAIN, None, _by_layer(layers), CROSSED_AT_ONCE, command=command
        ),
    ]


def _by_layer(verdicts: Mapping[str, Verdict]) -> str:
    """Each layer with its difference, or 'not known'."""
    line = next(iter(verdicts.values())).line
    parts = [f"{name}: {_difference(verdict) or 'not known'}" for name, verdict in verdicts.items()]
    return f"Line: {quantity(line.value, line.unit)}. {'; '.join(parts)}."
