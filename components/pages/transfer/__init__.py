"""Page transfer."""
