"""The views that are Nova's."""
