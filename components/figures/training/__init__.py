"""Figures of page training."""
