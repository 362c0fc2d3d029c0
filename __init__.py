"""Trailmark runs deployment graphs on many nodes and never loses its place."""
