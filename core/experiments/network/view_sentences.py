"""What two views of an object show, in sentences that are computed from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ... import formatting
from ...imaging.subjects import SUBJECTS
from ...networks import labels
from .spec import Spec

if TYPE_CHECKING:
    from .views import View, ViewPair

SURE = 0.5  # of the probability


def titled(spec: Spec) -> str:
    """The network, and whether its weights are shuffled."""
    return spec.net.title.split(",")[0] + (
        " with shuffled weights" if spec.weights == "shuffled" else ""
    )


def thing(shown: ViewPair) -> str:
    """'cat', 'picture' of one's own."""
    title = SUBJECTS[shown.subject.name].title if shown.subject.name in SUBJECTS else "a picture"
    return title.split(" ", 1)[1] if title.split(" ", 1)[0] in ("a", "an", "the") else title


def answers(shown: ViewPair) -> str:
    """The right answers by name: 'espresso or cup', 'one of 5 classes'."""
    names = [labels()[at] for at in shown.classes]
    return " or ".join(names) if len(names) <= 3 else f"one of {len(names)} classes"


def _called(one: View) -> str:
    label, odds = one.top[0]
    return f"'{label}' ({formatting.percent(odds)})"


def apart(spec: Spec) -> str:
    """How far apart the two are: '1.9 octaves smaller', 'as large'."""
    octaves = math.log2(spec.near_px / spec.far_px)
    if abs(octaves) < 0.005:
        return "as large"
    return f"{abs(octaves):.2f} octaves {'smaller' if octaves > 0 else 'larger'}"


def sentence(shown: ViewPair) -> str:
    """What each is called and how sure, and how far apart they are."""
    spec, near, far = shown.spec, shown.near, shown.far
    name = titled(spec)
    sizes = f"{formatting.pixels(near.size_px)} and {formatting.pixels(far.size_px)}, {apart(spec)}"
    if not near.top or not far.top:
        return f"{name} has no classes: it cannot say what it sees. Its maps at {sizes}."
    first = (
        f"{name} calls the near {thing(shown)} of {formatting.pixels(near.size_px)} {_called(near)} and "
        f"the far one of {formatting.pixels(far.size_px)}, {apart(spec)}, {_called(far)}."
    )
    return f"{first} {_right(shown)}"


def _right(shown: ViewPair) -> str:
    if shown.near.probability is None or shown.far.probability is None:
        return ""
    low, high = (formatting.percent(one.probability or 0.0) for one in (shown.near, shown.far))
    if shown.assumed:
        return f"No class is known to be right; '{answers(shown)}' gets {low} near, {high} far."
    return f"The right answer ({answers(shown)}) gets {low} near and {high} far."


OPERATION = {
    "distance": "Resized: the object alone, on a canvas that keeps its size.",
    "resolution": "Resized: the whole picture with all that surrounds the object.",
    "input-size": "Resized: the network's input itself; the object fills the same part of it.",
}


def remarks(shown: ViewPair) -> str:
    """Which operation it is, and what else must be known to read the picture."""
    spec = shown.spec
    said = [OPERATION[spec.resize_mode]]
    if spec.detail_px and spec.detail_px < max(spec.near_px, spec.far_px):
        said.append(f"Blur control: reduced to {spec.detail_px} px first, then to its size.")
    if spec.resampling == "aliased":
        said.append("Aliased: the nearest pixel is taken and nothing is averaged.")
    cut = [name for name, one in (("near", shown.near), ("far", shown.far)) if _cut(one)]
    if cut:
        said.append(f"Part of the {formatting.join_with_and(cut)} one lies outside its picture.")
    return " ".join(said)


def _cut(one: View) -> bool:
    top, left, bottom, right = one.box
    side = one.picture.shape[1]
    return min(top, left) < -1 or max(bottom, right) > side + 1


def right(shown: ViewPair) -> str:
    """What counts as right: "the right answer", or what stands in for it."""
    return f"'{answers(shown)}'" if shown.assumed else "the right answer"


KNOWN = ("knows it at neither size", "knows it at one of the sizes", "knows it at both sizes")


def compared(shown: ViewPair, other: ViewPair) -> str:
    """What the same network says with its weights shuffled, or trained where these are on screen.

    Empty for a network without classes.
    """
    odds = [one.probability for one in (other.near, other.far) if one.probability is not None]
    if len(odds) < 2:
        return ""
    trained = other.spec.weights == "trained"
    who = "With its trained weights it" if trained else "The control, all weights shuffled,"
    near, far = (formatting.percent(one) for one in odds)
    known = KNOWN[sum(one >= SURE for one in odds)]
    return f"{who} gives {right(shown)} {near} near and {far} far: it {known}."


def grounds(shown: ViewPair, found: Sequence[ViewPair]) -> str:
    """On which background the far one is known best and least. ``found``: one per background."""
    odds = {one.spec.background: one.far.probability or 0.0 for one in found}
    best, worst = max(odds, key=odds.__getitem__), min(odds, key=odds.__getitem__)
    size = formatting.pixels(shown.far.size_px)
    return (
        f"The background matters too: at {size} {right(shown)} gets {formatting.percent(odds[best])} "
        f"on {best} and {formatting.percent(odds[worst])} on {worst}."
    )


def ground_rows(found: Sequence[ViewPair]) -> list[tuple[str, ...]]:
    """Background, probability near and far."""
    return [
        (
            one.spec.background,
            *(formatting.percent(view.probability or 0.0) for view in (one.near, one.far)),
        )
        for one in found
    ]
