"""Single units of a layer: what they respond to and at which size."""
