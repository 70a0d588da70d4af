"""The live fold: a title that opens and closes what stands below it."""

from .fold import live_fold, live_folds

__all__ = ["live_fold", "live_folds"]
