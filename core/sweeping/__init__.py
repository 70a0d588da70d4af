"""Sweeps: one experiment for every combination of some values, as one Parquet table."""
