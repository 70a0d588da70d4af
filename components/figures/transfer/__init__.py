"""Figures of page transfer."""
