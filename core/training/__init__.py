"""Small networks trained here: their images, architectures, training loop and scores.

Names that a Spec needs stand in :mod:`core.training.names`; nothing is imported from here, so that
a name can be had without importing PyTorch.
"""
