"""Figures of page network."""
