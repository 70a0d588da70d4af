"""What a measurement of transfer says, in words computed from its numbers."""

from __future__ import annotations

import numpy as np

from ...formatting import join_with_and, percent, significant_digits
from .result import Result
from .selection import LEAST_SCORED, Choice, Gain
from .setup import AS_IT_IS, CHOSEN, SHUFFLED, TRAINED, UNTRAINED


def told(result: Result) -> list[str]:
    """All sentences there are, the advice first."""
    said = (advice(result), evidence(result), resizing(result), floors(result), abroad(result))
    return [one for one in said if one]


def title_of(result: Result, layer: str) -> str:
    """A layer as people call it, as 'block 5'."""
    return result.setting.network.layer(layer).title.split(",")[0]


def points(gain: Gain) -> str:
    """A gain with its band, in percentage points."""
    return f"{gain.points:+.1f} points (95 % band {gain.low:+.1f} to {gain.high:+.1f})"


def _resize(factor: float, gsd_m: float) -> str:
    span = f"a pixel of the network's input spans {significant_digits(gsd_m / factor)} m"
    if factor == 1:
        return f"leave tiles as they are, so that {span}"
    way = "enlarge" if factor > 1 else "reduce"
    times = factor if factor > 1 else 1 / factor
    return f"{way} tiles {significant_digits(times)} times, so that {span}"


def advice(result: Result) -> str:
    """Layer, resize factor and gain with its band; or that nothing is recommended, and why."""
    picked, one = result.choice, result.setting
    if picked is None:
        return ""
    if _is_plain(result, picked) and picked.least >= LEAST_SCORED:
        return (
            f"At {significant_digits(one.ground.gsd_m)} m per pixel nothing that was tried did better than the "
            "tile as it is at the last layer."
        )
    if picked.thin:
        return f"No recommendation. {picked.thin}"
    way = _resize(picked.factor, one.ground.gsd_m)
    return (
        f"For tiles at {significant_digits(one.ground.gsd_m)} m per pixel take "
        f"{title_of(result, picked.layer)} of {one.network.title} and {way}: "
        f"{points(picked.gain)} over the tile as it is at the last layer."
    )


def _is_plain(result: Result, picked: Choice) -> bool:
    return picked.layer == result.setting.layers[-1] and picked.factor == 1


def evidence(result: Result) -> str:
    """How much the advice rests on."""
    picked, one = result.choice, result.setting
    if picked is None:
        return ""
    return (
        f"Chosen with {len(one.split.choosing)} tiles, scored on {picked.scored} others that "
        f"neither trained nor chose, with {picked.sets} training sets of {one.labelled} tiles per "
        f"class drawn from {len(one.split.pool)}. The band holds the luck of both; it says nothing "
        "of other ground than these tiles show."
    )


def resizing(result: Result) -> str:
    """What resizing alone does at the last layer, and what another layer does without it."""
    picked = result.choice
    if picked is None or (picked.resize == 1 and picked.early == result.setting.layers[-1]):
        return ""
    alone = (
        "Resizing alone was not chosen at the last layer"
        if picked.resize == 1
        else f"Resizing alone, by {significant_digits(picked.resize)} at the last layer, brings "
        f"{points(picked.resizing)}{_doubt(picked.resizing)}"
    )
    if picked.early == result.setting.layers[-1]:
        return f"{alone}."
    return (
        f"{alone}; another layer alone, {title_of(result, picked.early)}, "
        f"{points(picked.moving)}{_doubt(picked.moving)}."
    )


def _doubt(gain: Gain) -> str:
    return "" if gain.is_sure else ", which is not surely more than nothing"


def floors(result: Result) -> str:
    """What comes without anything learned, at the chosen layer and factor."""
    picked, one = result.choice, result.setting
    if picked is None:
        return ""
    layer = one.layers.index(picked.layer)
    factor = one.factors(one.ground.gsd_m).index(picked.factor)
    share = {name: float(each.mean[layer, factor]) for name, each in result.by_factor.items()}
    names = {SHUFFLED: "with shuffled weights", UNTRAINED: "before any training"}
    without = [f"{percent(share[name])} {said}" for name, said in names.items() if name in share]
    at = one.ground.gsds_m.index(one.ground.gsd_m)
    colour = float(result.colour.mean[0, at])
    without += [f"{percent(colour)} by the mean colour alone", f"{percent(one.chance)} by chance"]
    resized = (
        "as they are" if picked.factor == 1 else f"resized by {significant_digits(picked.factor)}"
    )
    begin = f"With {title_of(result, picked.layer)} and tiles {resized}"
    return f"{begin}, {percent(share[TRAINED])} are right; {join_with_and(without)}."


def labels(result: Result) -> str:
    """What more labelled tiles bring, against what layer and factor bring."""
    if result.choice is None or len(result.counts) < 2:
        return ""
    plain, chosen = (result.by_count[name].mean for name in (AS_IT_IS, CHOSEN))
    if np.isnan(plain).any() or np.isnan(chosen).any():
        return ""
    few, many = result.counts[0], result.counts[-1]
    said = (
        f"From {few} to {many} labelled tiles per class: the last layer with tiles as they are "
        f"goes from {percent(float(plain[0]))} to {percent(float(plain[-1]))}, layer and factor "
        f"as chosen from {percent(float(chosen[0]))} to {percent(float(chosen[-1]))}."
    )
    if not _is_plain(result, result.choice) and chosen[0] > plain[-1]:
        said += f" With {few} labels the choice beats {many} labels without it."
    return said


def layers(result: Result) -> str:
    """The best layer for tiles as they are at every ground sample distance."""
    shares = result.by_gsd[TRAINED].mean
    if np.isnan(shares).any():
        return ""
    gsds, names = result.setting.ground.gsds_m, result.setting.layers
    best = [title_of(result, names[int(at)]) for at in shares.argmax(axis=0)]
    said = [f"{name} at {significant_digits(gsd)} m" for name, gsd in zip(best, gsds, strict=True)]
    return f"Most right with tiles as they are, among all that were held: {join_with_and(said)}."


def abroad(result: Result) -> str:
    """Probes used at another ground sample distance, and what mends them."""
    if not result.across or np.isnan(result.across["as-is"].mean).any():
        return ""
    gsds = np.array(result.setting.ground.gsds_m)
    octaves = np.abs(np.log2(gsds[:, None] / gsds))
    far = (octaves > 0.9) & (octaves < 2.1)
    if not far.any():
        return ""
    home = float(np.diagonal(result.across["as-is"].mean).mean())
    shares = {
        kind: float(np.nanmean(each.mean[far]))
        for kind, each in result.across.items()
        if not np.isnan(each.mean[far]).all()
    }
    return f"{_home(home, shares['as-is'])}; {join_with_and(_mends(shares))}."


def _home(home: float, away: float) -> str:
    return (
        f"Probes used where they were trained are right in {percent(home)}, one or two octaves "
        f"away in {percent(away)}"
    )


def _mends(shares: dict[str, float]) -> list[str]:
    names = {
        "zoomed": "trained on zoomed tiles as well",
        "matched": "given tiles that are resized to the metres per pixel of the training",
    }
    return [f"{said}, {percent(shares[kind])}" for kind, said in names.items() if kind in shares]
