"""Linear probes and fine-tuning on features of tiles."""
