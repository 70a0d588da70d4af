"""Numbers, lengths and lists as text, for the sentences that the app writes."""

from __future__ import annotations

FRACTION_PHRASES = (
    (1 / 20, "a twentieth of"),
    (1 / 10, "a tenth of"),
    (1 / 5, "a fifth of"),
    (1 / 4, "a quarter of"),
    (1 / 3, "a third of"),
    (1 / 2, "half of"),
    (2 / 3, "two thirds of"),
    (3 / 4, "three quarters of"),
    (9 / 10, "nine tenths of"),
)
ALL_OF = 1 - 1e-9  # a ratio below this is not the whole


def significant_digits(value: float, count: int = 3) -> str:
    """Round to ``count`` significant digits, never with an exponent: '2560', '0.05', '6.4'."""
    rounded = float(f"{value:.{count}g}")
    if abs(rounded) >= 10**count:
        return f"{value:.0f}"
    return f"{rounded:.12f}".rstrip("0").rstrip(".")


def percent(fraction: float) -> str:
    """Give a fraction in percent, two digits: '26 %'. Only exact 0 and 1 give '0 %' and '100 %'."""
    value = 100 * fraction
    count = 2
    while 0 < fraction < 1 and significant_digits(value, count) == "100" and count < 12:
        count += 1
    return f"{significant_digits(value, count)} %"


def fraction_phrase(part: float, whole: float) -> str:
    """Say how much of ``whole`` a length ``part`` covers: 'a third of', 'all of', '2.5 times'."""
    ratio = part / whole
    if ratio >= 1.5:
        return f"{significant_digits(ratio, 2)} times"
    if ratio >= ALL_OF:
        return "all of"
    if ratio >= 0.95:
        return "nearly all of"
    _, phrase = min(FRACTION_PHRASES, key=lambda pair: abs(pair[0] - ratio))
    return phrase if ratio >= 0.035 else f"{percent(ratio)} of"


def pixels(length_px: float) -> str:
    """Give a length in pixels, three digits: '40 px', '6.4 px', '0.45 px'."""
    return f"{significant_digits(length_px)} px"


def cosine(value: float | None) -> str:
    """Give a cosine similarity with two decimals; 'none' where one of the vectors is zero."""
    return "none" if value is None else f"{value:.2f}"


def join_with_and(names: list[str]) -> str:
    """Join names as in a sentence: 'a', 'a and b', 'a, b and c'."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def duration(seconds: float) -> str:
    """Give a duration, coarser the longer it is: '9 s', '40 s', '3 minutes', '2.5 hours'."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{5 * round(seconds / 5)} s"
    if seconds < 5400:
        return f"{max(2, round(seconds / 60))} minutes"
    return f"{seconds / 3600:.1f} hours"
