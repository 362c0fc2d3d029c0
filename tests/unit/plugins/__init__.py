"""Tests of what plugins tell of their steps."""
