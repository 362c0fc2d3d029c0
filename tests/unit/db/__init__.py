"""Tests of the database, on every kind of it that is there."""
