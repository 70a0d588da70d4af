"""Page network."""
