"""Long work: the queue, resumable measurements, and worker processes."""
