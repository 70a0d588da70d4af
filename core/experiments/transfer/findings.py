"""What is said of a measurement of transfer, and how each sentence is known."""

from __future__ import annotations

from collections.abc import Sequence

from ...evidence.finding import Finding
from ...evidence.verdict import Verdict
from ...formatting import join_with_and
from . import accuracy_sentences as accuracies
from . import sentences, verdicts
from .gains import Gain
from .result import Result
from .selection import Choice

ALAIN = "Alain & Bengio 2016, 'Understanding intermediate layers using linear classifier probes'"
OWEN = "Owen 2007, 'The pigeonhole bootstrap'; Student 1908, 'The probable error of a mean'"
DUNN = "Dunn 1961, 'Multiple comparisons among means'"
MEASURED = "Training sets, tiles and intervals as in the first answer."
METHODS = {
    "whole": "the chosen layer and factor, less the last layer on unresized tiles",
    "layer": "the chosen layer, less the last layer, both on tiles resized by the chosen factor",
    "resize": "the last layer on tiles resized by the chosen factor, less on unresized tiles",
    "over_mean_color": "the chosen layer and factor, less a probe of each tile's mean color",
    "over_shuffled": (
        "the chosen layer and factor, less the same with shuffled weights, in another order on "
        "each landscape"
    ),
    "over_untrained": (
        "the chosen layer and factor, less the same with random weights, other ones on each "
        "landscape"
    ),
    "resize_alone": (
        "the last layer on tiles resized by the factor that is best for it in validation, less on "
        "unresized tiles"
    ),
    "layer_alone": (
        "the layer that is best for unresized tiles in validation, less the last layer, unresized"
    ),
    "few_labels": (
        "the chosen layer and factor with the fewest labels, less the last layer on unresized "
        "tiles with the most"
    ),
}


def findings(result: Result) -> list[Finding]:
    """What is said of a result, the recommendation first; nothing before a choice."""
    choice = result.choice
    if choice is None:
        return []
    gains = [
        _of_gain(result, name, sentence, verdicts.gain_verdict(result, choice, name))
        for name, sentence in _gain_sentences(result).items()
        if name in choice.gains
    ]
    advice = verdicts.recommendation(result, choice)
    first = _of_gain(result, "whole", sentences.recommendation(result), advice)
    return [first, *gains, *_few_labels(result), *_accuracies(result, choice)]


def _gain_sentences(result: Result) -> dict[str, str]:
    """The sentence of each gain; those of the two parts of the whole always."""
    return {
        "layer": sentences.describe_layer_gain(result) or sentences.SAME_LAYER,
        "resize": sentences.describe_resize_gain(result) or sentences.SAME_SIZE,
        **{
            name: sentence
            for name in ("resize_alone", "layer_alone")
            if (sentence := sentences.describe_alone(result, name))
        },
        **{name: sentences.describe_control_gain(result, name) for name in sentences.CONTROL_NAMES},
    }


def _of_gain(result: Result, name: str, sentence: str, verdict: Verdict) -> Finding:
    assert result.choice is not None
    gain = result.few_labels if name == "few_labels" else result.choice.gains[name]
    references = [ALAIN, OWEN, DUNN] if result.protocol.are_scenes else [ALAIN, OWEN]
    return Finding(
        sentence,
        f"Accuracy of {METHODS[name]}; paired by training set and test tile. "
        f"{_measured(result, name)}",
        verdict,
        "" if gain is None else _numbers(result, gain),
        ". ".join(references) + ".",
    )


def _measured(result: Result, name: str) -> str:
    """How it was measured, in full once."""
    if name != "whole":
        return MEASURED
    return f"{accuracies.describe_evidence(result)} {accuracies.describe_limits(result)}"


def _numbers(result: Result, gain: Gain) -> str:
    """The interval of this distance alone, and the gain on each landscape."""
    if not result.protocol.are_scenes:
        return ""
    each = join_with_and([f"{points:+.1f}" for points in gain.by_landscape])
    return (
        f"On the landscapes, seeds {_seeds(result)}: {each} percentage points. 95 % interval of "
        f"this ground sample distance alone: {gain.low:+.1f} to {gain.high:+.1f}."
    )


def _seeds(result: Result) -> str:
    return join_with_and([str(protocol.spec.seed) for protocol in result.protocols])


def _few_labels(result: Result) -> list[Finding]:
    verdict = verdicts.few_labels(result)
    if verdict is None:
        return []
    return [_of_gain(result, "few_labels", sentences.describe_few_labels(result), verdict)]


def _accuracies(result: Result, choice: Choice) -> Sequence[Finding]:
    """The sentences that state accuracies and are judged by no line."""
    places = "photographed tiles"
    if result.protocol.are_scenes:
        places = f"{choice.landscapes} landscapes, seeds {_seeds(result)}"
    sets, tiles = choice.training_sets, choice.test_tiles
    numbers = f"Means over {sets} training sets and {tiles} test tiles; {places}."
    definition = "Share of test tiles that a linear probe classifies correctly. "
    stated = {
        accuracies.describe_controls(result): definition,
        accuracies.describe_label_counts(result): (
            f"{definition}Smaller training sets are parts of the larger ones. "
        ),
        accuracies.describe_layers(result): (
            f"{definition}All layers whose accuracy is not below the lower limit of the most "
            "accurate one; which of them is best is left open. "
        ),
        accuracies.describe_cross_resolution(result): (
            f"{definition}Means over all pairs of ground sample distances that are 0.9 to 2.1 "
            "octaves apart. "
        ),
    }
    return [
        Finding(sentence, text + MEASURED, None, numbers, f"{ALAIN}.")
        for sentence, text in stated.items()
        if sentence
    ]
