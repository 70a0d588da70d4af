"""Filters, stacks of pooling layers, and what their cells see."""
