"""What a verdict rests on: its interval, the line it is judged by, and when it is undecided."""
