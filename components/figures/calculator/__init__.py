"""Figures of page calculator."""
