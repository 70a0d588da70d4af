"""``python -m scalescope`` of an installed package, where this file lies beside ``core``."""

from __future__ import annotations

import sys

from scalescope.core.__main__ import start

if __name__ == "__main__":
    sys.exit(start(sys.argv[1:], "python -m scalescope"))
