"""Pictures: camera, scenes, decoding, resampling and subjects."""
