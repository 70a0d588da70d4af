"""P-Net, the first network of the face detector MTCNN: it detects faces of about 12 px.

Zhang, Zhang, Li & Qiao 2016, "Joint face detection and alignment using multitask cascaded
convolutional networks" (arXiv 1604.02878). Windows with an IoU below 0.3
with every face were negatives in training, and so were faces of other sizes; an image pyramid
brings every face to its size.

The weights are those of the package facenet-pytorch, whose code is not run. The network that they
were converted from takes pictures with rows and columns exchanged; in converting, the kernels were
exchanged instead, so that pictures stand upright: red, green, blue, as (levels - 127.5) / 128 with
levels from 0 to 255. There is no padding: a cell sees a window of 12 x 12 px, and the next cell one
that is 2 px on.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor, nn

from ..imaging.subjects import Box
from .gate import FORWARD_SLOTS
from .normalize import Normalize
from .table import Network, Source
from .weights import verified_file

WINDOW_PX, STRIDE_PX = 12, 2
WEIGHTS = 6632

P_NET = Network(
    slug="p-net",
    title="P-Net",
    license="MIT",
    package="facenet-pytorch",
    input_px=WINDOW_PX,
    padding_gray=0.5,
    layers=(),
    classes=False,
    source=Source(
        module="facenet_pytorch",
        path="data/pnet.pt",
        sha256="a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f",
        install="pip install --no-deps -r requirements-data.txt",
    ),
)


class ProposalNet(nn.Module):
    """P-Net's layers under the names that they have in its file."""

    def __init__(self) -> None:
        super().__init__()
        self.normalize = Normalize((127.5,) * 3, (128.0,) * 3)
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the log-odds of a face in every window, and the face's box.

        ``images`` float32 (n, 3, rows, columns) in [0, 1], red, green, blue, at least 12 px each
        way. The log-odds of a face, (n, cells, cells): the logistic function of them is the
        probability that MTCNN thresholds. The box, (n, 4, cells, cells): how far the face's top,
        left, bottom and right lie from the window's, in sides of the window. On a side of odd
        length the last window hangs one pixel over the edge.
        """
        maps = self.pool(self.prelu1(self.conv1(self.normalize(images))))
        maps = self.prelu3(self.conv3(self.prelu2(self.conv2(maps))))
        neither, face = self.conv4_1(maps).unbind(1)
        left, top, right, bottom = self.conv4_2(maps).unbind(1)
        return face - neither, torch.stack([top, left, bottom, right], dim=1)


def window(row: int, column: int) -> Box:
    """The receptive field of a cell, in px: top, left, bottom, right."""
    top, left = STRIDE_PX * row, STRIDE_PX * column
    return top, left, top + WINDOW_PX, left + WINDOW_PX


@cache
def proposal_net() -> ProposalNet:
    """P-Net with its weights, in evaluation mode; read once.

    Raises :class:`core.networks.NetworkMissing`, one sentence, where the package is not installed
    or its file is not the one that was tested.
    """
    module = ProposalNet()
    module.load_state_dict(torch.load(verified_file(P_NET), weights_only=True))
    return module.eval()


def score_faces(images: Tensor) -> tuple[Tensor, Tensor]:
    """Run P-Net on images (n, 3, rows, columns) in [0, 1]; see :meth:`ProposalNet.forward`."""
    module = proposal_net()
    with FORWARD_SLOTS.slot(), torch.inference_mode():
        log_odds, boxes = module(images)
    return log_odds, boxes
