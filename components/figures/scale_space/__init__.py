"""Figures of page scale-space."""
