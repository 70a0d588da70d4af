"""Sentences on H1, separate filters for each size, made from verdicts on the units of one network.

They are about this network and these pictures only, and name the measurements that are missing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .... import formatting
from ....evidence.finding import Finding
from ....evidence.phrases import basis_phrase, interval_phrase, quantity
from ....evidence.verdict import NO, UNDECIDED, YES, Verdict
from ....networks import NETWORKS, Network
from ..units import agreement, grating_study, kernel_copies, kernel_standing
from ..units.grating_study import GratingStudy
from ..units.partners import DRAWS, SPLITS
from ..units.precomputed import Measured, precomputed
from ..units.scaled_copies import PART, ScaledCopies, separate_filters
from ..units.study import UnitStudy

H1 = "H1, separate filters for each size"

COPY = (
    "A unit has a scaled copy if its response at a size is followed better by another unit's at "
    "the other size than by its own, and better than by that unit's at its own size. The other "
    "unit is chosen on half of the photographs and scored on the rest; it must hold in half of "
    f"{SPLITS} halvings, both ways."
)
CHANCE = (
    f"Chance is the larger of two controls in {DRAWS} draws: photographs permuted at the other "
    "size, the same permutation for all halvings, and shuffled weights. The limits hold for all "
    "layers and changes of size at once; the upper one is with the photographs weighted anew."
)
MAXIMUM = (
    "Westfall & Young 1993, Resampling-Based Multiple Testing (the maximum statistic); Rubin 1981, "
    "'The Bayesian bootstrap'"
)
BORDER = (
    "The largest object, 181 px, lies 21 px from the border of the canvas, to which deep layers "
    "respond as well."
)
CARRIED = (
    "Spearman's rank correlation of the units' preferred sizes on two halves of the photographs, "
    "less that with shuffled weights; the interval is over photographs weighted anew and shuffled "
    "networks, for all layers at once."
)
KERNELS = (
    "Depthwise kernels that match another kernel, resized, better than 95 % of turned and mirrored "
    f"kernels do, against {kernel_copies.DRAWS} turned copies of the layers, for all layers at "
    "once; those that match without resizing are taken off."
)
WAVES = (
    "Gratings of 12 wavelengths, 8 orientations and 4 phases; a response is the maximum over the "
    "cells whose receptive field lies within the canvas, or over the middle third of the map."
)


@dataclass(frozen=True)
class Evidence:
    """What was measured of the units of a network; see :class:`Measured`."""

    network: Network
    measured: Measured = field(default_factory=Measured)

    @property
    def study(self) -> UnitStudy | None:
        """The tests of all units; None until all copies of the network were tested."""
        units = self.measured.units
        return units if units is not None and units.is_complete else None

    @property
    def waves(self) -> GratingStudy | None:
        """Preferred wavelengths; None until all copies of the network were shown the gratings."""
        waves = self.measured.gratings
        return waves if waves is not None and waves.is_complete else None

    @property
    def copies(self) -> ScaledCopies | None:
        """The scaled copies of all layers; None until all copies of the network were tested."""
        return None if self.study is None else self.study.copies

    @property
    def command(self) -> str:
        """The command that measures again what is precomputed."""
        return f"python -m scripts.measure_units --again {self.network.slug}"


def precomputed_evidence(network: Network) -> Evidence:
    """Return what is known of a network before anything is measured; nothing of an external one."""
    is_bundled = NETWORKS.get(network.slug) is network
    return Evidence(network, precomputed(network.slug) if is_bundled else Measured())


def network_name(network: Network) -> str:
    """The short name of a network."""
    return network.title.split(",")[0]


def separate_filters_verdict(evidence: Evidence) -> Verdict:
    """Does the network hold separate filters for each size?"""
    copies = evidence.copies
    if copies is None:
        where = (
            "it takes long, and page network does it on demand"
            if evidence.network.slug in NETWORKS
            else "it is done for the bundled networks only"
        )
        return separate_filters(None, f"Not measured yet: scaled copies among the units; {where}.")
    return separate_filters(copies)


def _answer(evidence: Evidence, verdict: Verdict) -> str:
    name, line = network_name(evidence.network), quantity(PART.value, PART.unit)
    copies = evidence.copies
    if verdict.estimate is None or copies is None:
        return f"Whether {name} holds separate filters for each size is undecided. {verdict.reason}"
    octaves = copies.octaves[copies.largest]
    by = "an octave" if octaves == 1 else f"{octaves} octaves"
    most = (
        f"In {copies.layers[copies.largest]}, {interval_phrase(verdict.estimate, PART.unit)} more "
        f"of the units than by chance have a scaled copy over {by}"
    )
    basis = f"{basis_phrase(verdict.rests_on)}; the line is {line} of a layer's units"
    if verdict.is_yes:
        return f"{name} holds separate filters for several sizes. {most} ({basis})."
    if verdict.is_no:
        return (
            f"{name} does not hold separate filters for each size, by this test. {most}, the most "
            f"of all layers ({basis})."
        )
    return f"Whether {name} holds separate filters for each size is undecided. {most} ({basis})."


def beyond_chance(copies: ScaledCopies) -> str:
    """Say in how many layers more units have a scaled copy than by chance."""
    layers, count = copies.layers_above_chance, len(dict.fromkeys(copies.layers))
    corrected = f"corrected for {len(copies.layers)} comparisons"
    if not layers:
        return (
            f"In none of {count} layers do more units have a scaled copy than by chance "
            f"({corrected})."
        )
    return (
        f"In {len(layers)} of {count} layers more units have a scaled copy than by chance "
        f"({corrected}): {formatting.join_with_and(layers)}."
    )


def answer(evidence: Evidence) -> str:
    """Answer H1 in a sentence or two, made from the verdict."""
    return _answer(evidence, separate_filters_verdict(evidence))


def describe_agreement(layers: dict[str, Verdict]) -> str:
    """Count the layers in which preferred sizes carry over better than with shuffled weights."""
    counts = Counter(verdict.verdict for verdict in layers.values())
    line = formatting.significant_digits(agreement.GAIN.value)
    parts = [
        f"{how} in {counts[answer]}"
        for answer, how in ((YES, "better"), (NO, "no better"), (UNDECIDED, "undecided"))
        if counts[answer]
    ]
    return (
        "Whether the sizes that units prefer carry over to other photographs better than with "
        f"shuffled weights, in {len(layers)} layers: {formatting.join_with_and(parts)} "
        f"(difference of rank correlations; the line is {line})."
    )


def _describe_kernels(evidence: Evidence) -> str:
    layers = evidence.measured.kernels or ()
    if not layers:
        return (
            f"{network_name(evidence.network)} has no depthwise kernels of 5 x 5 cells to compare."
        )
    above = kernel_standing.above_chance(layers)
    names = f": {formatting.join_with_and(above)}" if above else ""
    return (
        "Depthwise kernels are scaled copies of others more often than by chance, and more often "
        "than they repeat each other at one size, in "
        f"{len(above) or 'none'} of {len(layers)} layers{names}."
    )


def _copies_findings(evidence: Evidence) -> list[Finding]:
    verdict, copies = separate_filters_verdict(evidence), evidence.copies
    found = [
        Finding(
            _answer(evidence, verdict), f"{COPY} {CHANCE} {BORDER}", verdict,
            reference=MAXIMUM, command=evidence.command,
        )
    ]  # fmt: skip
    if copies is not None:
        most = int((copies.copies - copies.limit).argmax())
        percent = [formatting.percent(float(one[most])) for one in (copies.copies, copies.limit)]
        numbers = f"{copies.layers[most]}: {percent[0]} of the units, limit of chance {percent[1]}"
        found.append(
            Finding(
                beyond_chance(copies), CHANCE, numbers=numbers,
                reference=MAXIMUM, command=evidence.command,
            )
        )  # fmt: skip
    return found


def _agreement_findings(evidence: Evidence) -> list[Finding]:
    if evidence.study is None:
        return []
    layers = agreement.verdicts(evidence.study.agreements)
    known = {
        layer: interval_phrase(verdict.estimate, "")
        for layer, verdict in layers.items()
        if verdict.estimate is not None
    }
    numbers = "; ".join(f"{layer}: {much}" for layer, much in known.items())
    sentence = describe_agreement(dict(layers))
    return [
        Finding(
            sentence,
            f"{CARRIED} {BORDER}",
            numbers=numbers,
            reference=MAXIMUM,
            command=evidence.command,
        )
    ]


def _kernel_findings(evidence: Evidence) -> list[Finding]:
    layers = evidence.measured.kernels
    if layers is None:
        return []
    numbers = "; ".join(
        f"{one.layer}: {formatting.percent(one.share)} of {one.kernels} kernels, without resizing "
        f"{formatting.percent(one.repeats)}"
        for one in layers
    )
    return [
        Finding(
            _describe_kernels(evidence), KERNELS, numbers=numbers or "No layer has such kernels.",
            reference=MAXIMUM, command=evidence.command,
        )
    ]  # fmt: skip


def _grating_findings(evidence: Evidence) -> list[Finding]:
    waves = evidence.waves
    if waves is None:
        return []
    definition = f"{WAVES} {grating_study.describe_middle(waves)}"
    return [
        Finding(
            grating_study.describe(waves, group), definition,
            grating_study.longer_waves(waves, group), command=evidence.command,
        )
        for group in waves.groups
    ]  # fmt: skip


def findings(evidence: Evidence) -> list[Finding]:
    """Return what is said of the units of a network, each sentence with how it is known."""
    return [
        *_copies_findings(evidence),
        *_agreement_findings(evidence),
        *_kernel_findings(evidence),
        *_grating_findings(evidence),
    ]


def conclude(evidence: Evidence) -> str:
    """Give the answer to H1 in a paragraph."""
    parts = [
        *_copies_findings(evidence),
        *_agreement_findings(evidence),
        *_kernel_findings(evidence),
    ]
    return " ".join(part.sentence for part in parts)
