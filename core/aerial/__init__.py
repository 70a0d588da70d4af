"""Pictures from above: sensors, scenes and tiles with a known ground sample distance."""
