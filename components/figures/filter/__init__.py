"""Figures of page filter."""
