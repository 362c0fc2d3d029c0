"""Tests, in the order of the rooms."""

from trailmark.app import starting

# As in the processes that Trailmark starts.
starting.bar_eventlet()
