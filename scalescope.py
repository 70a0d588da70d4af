"""Scalescope: see and measure how a CNN deals with the same object at different resolutions.

``core``, ``components`` and ``assets`` lie beside this file in a checkout and in an installed
package, whose ``__init__.py`` this file is. The line below makes it a package in both.
"""

from __future__ import annotations

from pathlib import Path

__path__ = [str(Path(__file__).parent)]

__version__ = "0.1.0"
