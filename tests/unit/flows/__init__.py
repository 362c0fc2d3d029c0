"""Tests of what is to be done."""
