"""Where the package lies: its assets, and the folder that worker processes import it from."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
ASSETS = PACKAGE / "assets"


def import_folder() -> Path:
    """The folder that ``python -m scalescope...`` has to be started in.

    In a checkout it is the folder of ``scalescope.py``; installed, the folder that holds the
    package ``scalescope``.
    """
    top = Path(str(sys.modules[__name__.partition(".")[0]].__file__))
    return top.parent.parent if top.stem == "__init__" else top.parent
