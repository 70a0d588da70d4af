"""Page 2 (being built)."""

SLUG = "pooling"
SLIDERS = ("row", "column", "depth")
MORE = ()
PRESETS = {}


def readouts(spec):
    return []


def why_not(spec):
    return {}


def draw(spec):
    pass


def details(spec):
    pass
