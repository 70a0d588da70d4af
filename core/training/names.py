"""Names that a Spec offers, in the order in which people see them. Standard library only."""

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
