"""`python -m trailmark` is the command `trailmark`."""

import sys

from trailmark.app import command

sys.exit(command.main())
