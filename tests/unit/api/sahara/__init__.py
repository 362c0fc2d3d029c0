"""Tests of Sahara's views."""
