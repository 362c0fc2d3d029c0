"""`python -m trailmark` is the command `trailmark`."""

import sys

from trailmark.app import starting

sys.exit(starting.command())
