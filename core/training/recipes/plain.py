"""Plain convolutions and max-pooling, trained at one size: what the other recipes are held against.

The reading 'a network trained at one size knows that size' is measured by STIR: T. Altstidl,
A. Nguyen, L. Schwinn, F. Koeferl, C. Mutschler, B. Eskofier and D. Zanca, 'Just a Matter of Scale?
Reevaluating Scale Equivariance in Convolutional Neural Networks', 2022, arXiv 2211.10288.
"""

from __future__ import annotations

from ..backbone import Backbone
from ..recipe import Recipe

RECIPE = Recipe(
    name="plain",
    title="Plain",
    description="Convolutions and max pooling, trained at one size.",
    reference=(
        "Altstidl, Nguyen, Schwinn, Koeferl, Mutschler, Eskofier, Zanca: Just a Matter of Scale? "
        "Reevaluating Scale Equivariance in Convolutional Neural Networks. 2022, arXiv 2211.10288"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=Backbone,
)
