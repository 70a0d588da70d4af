"""A table with one row per combination of field values."""
