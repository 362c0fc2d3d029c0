"""Tests of the assembled process."""
