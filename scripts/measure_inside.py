"""Measure what page training says of single networks: ``python -m scripts.measure_inside``.

Prints the sentences about the scale channels of the precomputed runs, and about MTCNN's proposal
network on a face and on pictures without one. Takes about a minute.
"""

from __future__ import annotations

import sys

from scalescope.core.errors import UserError
from scalescope.core.experiments.training import features
from scalescope.core.experiments.training.channels import trained_px
from scalescope.core.experiments.training.face_detector import sentences
from scalescope.core.experiments.training.face_detector.measure import measure
from scalescope.core.experiments.training.precomputed import precomputed_results


def main() -> int:
    """Print every sentence on a line of its own; 1 where something needed is not installed."""
    try:
        for name, result in precomputed_results().items():
            channels = features.channel_contributions(result.weakest)
            if channels is not None:
                print(features.describe(channels, trained_px(result), name))
        print(*sentences.describe(measure()), sep="\n")
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
