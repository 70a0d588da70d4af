"""What is said of trainings, each sentence with how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from shlex import quote

from ... import formatting
from ...evidence.finding import Finding
from ...evidence.phrases import quantity
from ...evidence.verdict import Verdict
from ...specs.spec import to_query
from . import comparison_sentences, comparisons, sentences, verdicts
from .claims import Claim
from .precomputed import name_of
from .result import Result

INTERVAL = (
    "Interval: from the lowest 95 % limit of any seed to the highest, a seed's being those of a "
    "share of its test objects."
)
OF_SEEDS = (
    "The seeds' range alone covers the median over seeds with a probability of 75 % for three and "
    "94 % for five."
)
OF_SLOPE = (
    "Interval: from the lowest 95 % limit of any seed to the highest, a seed's from the spread of "
    "the winning factors over its test objects, whose errors add up over sizes."
)
OF_TWO = "Interval: from the lowest 95 % limit of any pair of seeds, one of each, to the highest."
OF_HIGHEST = (
    "Test accuracy {}, as a fraction of the highest over all tested sizes; between tested sizes "
    "interpolated over log2 of the size."
)
DEFINITIONS = {
    verdicts.SMALLER: OF_HIGHEST.format("at half of the smallest training size"),
    verdicts.LARGER: OF_HIGHEST.format("at twice the largest training size"),
    verdicts.VARIES: "The highest less the lowest test accuracy over the range of training sizes.",
    verdicts.CHANNEL_RANGE: OF_HIGHEST.format("where it is lowest in the channels' range"),
    verdicts.RIGHT_CHANNEL: (
        "The fraction of test objects for which the channel whose factor resizes them nearest to "
        "the trained size has the largest logit of all channels and classes; mean over sizes."
    ),
    verdicts.FOLLOWS: (
        "The slope of the mean log2 of the winning channel's factor over log2 of the object's "
        "size, its sign turned: 1 if the winning channel sees every object at the same size, 0 if "
        "the same channel always wins."
    ),
    verdicts.BETTER: "The difference of test accuracies at one size.",
    verdicts.BLUR_SHIFT: (
        "The difference of shift consistencies at the trained size: how often the same class is "
        "predicted at two random positions up to 8 px off center."
    ),
    verdicts.BLUR_SIZE: (
        "The difference of the widths, in octaves, of the range of sizes around the maximum over "
        "which accuracy is at least half of it. A width is narrowest where each accuracy is at its "
        "lower limit and the maximum at its upper one."
    ),
}
PAIRS = (verdicts.BETTER, verdicts.BLUR_SHIFT, verdicts.BLUR_SIZE)
WILSON = (
    "Wilson: Probable inference, the law of succession, and statistical inference. Journal of the "
    "American Statistical Association 22, 1927"
)
NEWCOMBE = (
    "Newcombe: Interval estimation for the difference between independent proportions. Statistics "
    "in Medicine 17, 1998"
)
AGRESTI = (
    "Agresti, Coull: Approximate is better than 'exact' for interval estimation of binomial "
    "proportions. The American Statistician 52, 1998"
)
ZHANG = "Zhang: Making Convolutional Networks Shift-Invariant Again. ICML 2019"
CHANNELS = (verdicts.CHANNEL_RANGE, verdicts.RIGHT_CHANNEL, verdicts.FOLLOWS)


def command_of(*names: str) -> str:
    """Give the command that trains precomputed runs again."""
    return f"python -m scripts.train_finished --recipe {','.join(names)} --again"


def command(result: Result) -> str:
    """Give the command that trains a result again."""
    if name := name_of(result.spec):
        return command_of(name)
    options = (
        f"--{field.replace('_', '-')} {quote(text)}"
        for field, text in to_query(result.spec).items()
    )
    return " ".join(["python -m core run training", *options, "--json"])


def split_note(result: Result) -> str:
    """Say what the split into training and test objects leaves open; empty for nothing."""
    from ...training.data import DATA

    return DATA[result.spec.data].split_note


def _reference(question: str, result: Result) -> str:
    from ...training.recipes import recipe

    if question in PAIRS:
        return f"{ZHANG}; {NEWCOMBE}" if question == verdicts.BLUR_SHIFT else NEWCOMBE
    statistics = AGRESTI if question == verdicts.FOLLOWS else WILSON
    of_recipe = f"{recipe(result.spec.recipe).reference}; " if question in CHANNELS else ""
    return of_recipe + statistics


def _definition(question: str) -> str:
    how = OF_TWO if question in PAIRS else OF_SLOPE if question == verdicts.FOLLOWS else INTERVAL
    return f"{DEFINITIONS[question]} {how}"


def _by_seed(verdict: Verdict) -> str:
    unit = verdict.line.unit
    each, after = (unit, "") if unit == "%" else ("", f" {unit}".rstrip())
    values = [quantity(value, each) for value in verdict.extra.get("by_seed", ())]
    return f"By seed: {formatting.join_with_and(values)}{after}." if len(values) > 1 else ""


def finding(verdict: Verdict, sentence: str, result: Result, how: str = "") -> Finding:
    """Say how a verdict is known; ``how``: the command, where another than that of the result."""
    return Finding(
        sentence,
        _definition(verdict.question),
        verdict,
        _by_seed(verdict),
        reference=_reference(verdict.question, result),
        command=how or command(result),
    )


def _numbers(result: Result) -> list[Finding]:
    """The measured numbers that are judged by no line."""
    seeds = formatting.join_with_and(
        [formatting.percent(float(line.max())) for line in result.accuracy]
    )
    counts = f"{result.test_objects} test objects in each of {len(result.runs)} seeds"
    definition = (
        f"The mean over seeds; linear over log2 of the size between tested sizes. {INTERVAL} "
        f"{OF_SEEDS} {split_note(result)}"
    ).rstrip()
    how = command(result)
    return [
        Finding(
            sentences.tolerance(result), definition, None,
            f"Highest accuracy by seed: {seeds}; {counts}.", WILSON, how,
        ),
        Finding(
            sentences.seed_spread(result),
            "The largest difference between two seeds at one size, and half of the widest 95 % "
            "interval of a seed's accuracy.",
            None, f"{counts}.", WILSON, how,
        ),
    ]  # fmt: skip


def findings(result: Result) -> list[Finding]:
    """Say what one training shows, each sentence with how it is known."""
    judged = (
        finding(verdict, sentences.sentence(verdict, result), result)
        for verdict in verdicts.verdicts(result)
    )
    return [*_numbers(result), *judged]


def better_findings(result: Result, plain: Result) -> list[Finding]:
    """Compare a precomputed run with plain, one octave away from what plain was trained on."""
    found = []
    for px in verdicts.octaves_away_px(plain):
        verdict = comparisons.better_verdict(result, plain, px)
        how = command_of(*(name_of(each.spec) for each in (result, plain)))
        found.append(
            finding(verdict, comparison_sentences.better(verdict, result, px), result, how)
        )
    return found


def claim_findings(checked: Iterable[Claim], results: Mapping[str, Result]) -> list[Finding]:
    """Say how the answers of claims are known; ``results``: the precomputed runs by name."""
    return [
        finding(answer.verdict, answer.sentence, results[claim.runs[0]], command_of(*claim.runs))
        for claim in checked
        for answer in (*claim.answers, *claim.remarks)
    ]


def without_repeats(found: Sequence[Finding]) -> list[Finding]:
    """Leave out what is said a second time."""
    return list({each.sentence: each for each in reversed(found)}.values())[::-1]
