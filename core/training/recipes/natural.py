"""Natural variety: the plain network, with sizes spread as objects at many distances are.

Objects of one true size stand on a ground plane before a pinhole camera: most are far away and
small (:mod:`core.training.sizes` has the law). That photographs hold the sizes of objects in this
long-tailed way is shown by D. L. Ruderman, 'Origins of Scaling in Natural Images', Vision Research
37 (23), 1997, pages 3385 to 3398.
"""

from __future__ import annotations

from ..backbone import Backbone
from ..recipe import Recipe

RECIPE = Recipe(
    name="natural",
    title="Natural distribution of sizes",
    description="The plain network, trained on sizes as on a ground plane: most are far and small.",
    reference=(
        "Ruderman: Origins of Scaling in Natural Images. Vision Research 37 (23), 1997, 3385-3398"
    ),
    accepts="range",
    default_range_px=(12.0, 48.0),
    build=Backbone,
    size_law="natural",
)
