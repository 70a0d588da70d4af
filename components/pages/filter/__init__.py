"""Page filter."""
