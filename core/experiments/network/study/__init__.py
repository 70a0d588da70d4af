"""Measurements behind the two hypotheses on a pretrained network."""
