"""Small networks trained here: what they see, how they are built, how they learn, how they score.

Names that a Spec needs stand in :mod:`core.training.names`; nothing is imported from here, so that
asking for a name costs no torch.
"""
