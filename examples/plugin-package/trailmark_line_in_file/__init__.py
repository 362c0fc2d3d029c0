"""A type of task for Trailmark: a file has a line."""
