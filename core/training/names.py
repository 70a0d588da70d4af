"""Names that a Spec offers, in the order of the page. Standard library only."""

DATA_NAMES: tuple[str, ...] = ("shapes", "digits", "mnist")

RECIPE_NAMES: tuple[str, ...] = (
    "plain",
    "zoom",
    "natural",
    "blur",
    "locally-invariant",
    "multi-column",
    "scale-channels",
    "scale-channels-naive",
    "reject-pyramid",
    "steerable",
)
