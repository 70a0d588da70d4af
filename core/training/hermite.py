"""Filters that are sums of Hermite-Gaussian functions, so that they exist at every scale.

The learned numbers are the sums' coefficients, the same at all scales; the functions are fixed.
I. Sosnovik, M. Szmaja and A. Smeulders, 'Scale-Equivariant Steerable Networks', ICLR 2020, arXiv
1910.11093, section 4:

    psi(r, c) = A / sigma**2 * He_n(r / sigma) * He_m(c / sigma) * exp(-(r**2 + c**2) / 2 sigma**2)

with the Hermite polynomials He_0 = 1, He_1 = t, He_2 = t**2 - 1: nine functions, as many as a
3 x 3 filter has taps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .columns import Filters

ORDERS = 3  # along each axis: 0, 1 and 2


def hermite_functions(sigma: float, side: int) -> Tensor:
    """Evaluate the three functions along one axis, at ``side`` cell centers: float64 (3, side).

    He_n(t / sigma) exp(-t**2 / 2 sigma**2) / (sigma sqrt(2 pi n!)); the root keeps the orders of
    one size, as the polynomials' own norm is sqrt(n!).
    """
    t = (torch.arange(side, dtype=torch.float64) - side // 2) / sigma
    polynomials = torch.stack([torch.ones_like(t), t, t**2 - 1])
    scale = torch.tensor([math.factorial(order) for order in range(ORDERS)]).sqrt()[:, None]
    return polynomials * (-(t**2) / 2).exp() / (sigma * math.sqrt(2 * math.pi) * scale)


def hermite_basis(sigma: float, side: int) -> Tensor:
    """Evaluate the nine functions, float32 (9, side, side).

    Function 3 n + m has order n along rows and m along columns; ``sigma`` is in cells.
    """
    along = hermite_functions(sigma, side)
    return torch.einsum("nr,mc->nmrc", along, along).reshape(-1, side, side).float()


class SteerableFilters(Filters):
    """Coefficients (outputs, inputs, 9), which alone are learned, at every one of ``sigmas``.

    ``sides`` are the kernels' sides, odd, one for each sigma.
    """

    def __init__(
        self, inputs: int, outputs: int, sigmas: Sequence[float], sides: Sequence[int]
    ) -> None:
        super().__init__()
        self.count = len(sigmas)
        for index, (sigma, side) in enumerate(zip(sigmas, sides, strict=True)):
            self.register_buffer(f"basis_{index}", hermite_basis(sigma, side), persistent=False)
        energy = self.get_buffer("basis_0").square().sum().item()
        self.coefficients = nn.Parameter(torch.empty(outputs, inputs, ORDERS**2))
        nn.init.normal_(self.coefficients, std=math.sqrt(2 / (inputs * energy)))

    def forward(self) -> list[Tensor]:
        functions = [self.get_buffer(f"basis_{index}") for index in range(self.count)]
        return [torch.einsum("oib,brc->oirc", self.coefficients, basis) for basis in functions]
