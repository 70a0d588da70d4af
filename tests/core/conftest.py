"""One way to run the property tests: the same examples every time, without a clock."""

import torch
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")

torch.set_num_threads(1)  # the arrays are small: waiting for other threads takes longer
