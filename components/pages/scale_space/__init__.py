"""Page scale-space."""
