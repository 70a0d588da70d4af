"""Page training."""
