"""How far every bundled object may shrink in every layer: measured over pictures and controls."""
