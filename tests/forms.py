"""How much of the longest tests is run: a short form of them, or all."""

import os

#: Whether all of it is; tox has environments that say so.
WHOLE = os.environ.get('TRAILMARK_TEST_WHOLE', '') not in ('', '0')
