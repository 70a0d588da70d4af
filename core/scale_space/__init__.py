"""Gaussian scale space, its keypoints, and SIFT."""
