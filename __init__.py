"""Trailmark runs deployment graphs on many nodes and never loses its place."""

import sys

# oslo.service requires eventlet, and TaskFlow imports it where it is found.
sys.modules.setdefault('eventlet', None)  # type: ignore[arg-type]
