"""Numbers in words, for the sentences that the app computes."""

from __future__ import annotations

SHARES = (
    (1 / 20, "a twentieth of"),
    (1 / 10, "a tenth of"),
    (1 / 5, "a fifth of"),
    (1 / 4, "a quarter of"),
    (1 / 3, "a third of"),
    (1 / 2, "half of"),
    (2 / 3, "two thirds of"),
    (3 / 4, "three quarters of"),
)


def digits(value: float, count: int = 3) -> str:
    """A number with so many significant digits and never an exponent: '2560', '0.05', '6.4'."""
    rounded = float(f"{value:.{count}g}")
    if abs(rounded) >= 10**count:
        return f"{value:.0f}"
    return f"{rounded:.12f}".rstrip("0").rstrip(".")


def percent(fraction: float) -> str:
    """A fraction in percent, with two digits and never 0 or 100 unless it is: '26 %', '99.9 %'."""
    value = 100 * fraction
    count = 2
    while 0 < fraction < 1 and digits(value, count) == "100" and count < 12:
        count += 1
    return f"{digits(value, count)} %"


def share(part: float, whole: float) -> str:
    """How much of ``whole`` a length ``part`` covers: 'a third of', 'all of', '2.5 times'."""
    ratio = part / whole
    if ratio >= 1.5:
        return f"{digits(ratio, 2)} times"
    if ratio >= 0.875:
        return "all of"
    nearest = min(SHARES, key=lambda one: abs(one[0] - ratio))
    return nearest[1] if ratio >= 0.035 else f"{ratio:.1%} of"


def size(pixels: float) -> str:
    """A length in pixels: '40 px', '6.4 px', '0.45 px'."""
    return f"{digits(pixels)} px"


def similarity(value: float | None) -> str:
    """A cosine with two digits, or 'none' when one side shows nothing."""
    return "none" if value is None else f"{value:.2f}"


def listed(names: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def duration(seconds: float) -> str:
    """'9 s', '40 s', '3 minutes', '2.5 hours': coarser the longer it is."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{5 * round(seconds / 5)} s"
    if seconds < 5400:
        return f"{max(2, round(seconds / 60))} minutes"
    return f"{seconds / 3600:.1f} hours"
