"""Tests of the web page as it is served."""
