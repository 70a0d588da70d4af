"""Painted terrain: synthetic overhead scenes at any ground sample distance."""
