"""Tests of the contracts on their way."""
