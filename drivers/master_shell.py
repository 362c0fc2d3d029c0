"""The driver of shell commands that are run on master for a node."""

import dataclasses

from trailmark.common import tasktypes
from trailmark.drivers import shell


class MasterShell(shell.Shell):
    """Runs `cmd` on master for a node; by default twice again if it fails."""

    type = dataclasses.replace(
        shell.Shell.type, name='master_shell', place=tasktypes.Place.MASTER
    )
