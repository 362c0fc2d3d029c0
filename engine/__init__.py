"""Doing it: the TaskFlow engine, the executor and the life of a run."""
