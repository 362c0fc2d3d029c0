"""Options of agents: workers, reports, the journal."""

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'agent', title='Agents', help='How an agent carries attempts out.'
)

OPTIONS = (
    cfg.IntOpt(
        'workers',
        default=64,
        min=1,
        max=10000,
        help='Attempts that an agent carries out at the same time; fewer '
        'where `ulimit -n` does not carry as many.',
    ),
    cfg.StrOpt(
        'work_folder',
        help='Folder in which tasks work, below it in CLUSTER/NODE. The '
        'default is in the state directory.',
    ),
    cfg.FloatOpt(
        'drain_seconds',
        default=10.0,
        min=0.0,
        max=3600.0,
        help='Seconds that a closing agent waits for its attempts to end.',
    ),
    cfg.FloatOpt(
        'report_interval',
        default=2.0,
        min=0.1,
        max=600.0,
        help='Seconds between two reports of an agent when nothing ends.',
    ),
    cfg.FloatOpt(
        'stale_seconds',
        default=10.0,
        min=1.0,
        max=3600.0,
        help='Age in seconds from which a dispatch is carried out only '
        'after the engine said that it is still wanted.',
    ),
    cfg.IntOpt(
        'journal_days',
        default=7,
        min=1,
        max=3650,
        help='Days that the journal keeps the attempts of ended runs.',
    ),
    cfg.ListOpt(
        'environment',
        default=[],
        help='Variables of the environment of the agent that tasks get too; '
        '* stands for any characters: http_proxy,FACTER_*. They always get '
        'PATH, HOME, USER, LOGNAME, SHELL, LANG, LANGUAGE, LC_*, TZ and '
        'TMPDIR, and nothing else.',
    ),
    cfg.ListOpt(
        'allowed_drivers',
        default=['*'],
        help='Types of task that are carried out; * is every type but those '
        'that change the machine itself: reboot, erase_node, '
        'move_to_bootstrap, cobbler_sync, and what packages mark so. Naming '
        'such a type allows it: *,reboot. Without * only the named types '
        'are carried out. Noop twins always are.',
    ),
    cfg.StrOpt(
        'reboot_command',
        default='systemctl reboot',
        help='Shell command that restarts the node, for tasks of type reboot.',
    ),
    cfg.StrOpt(
        'erase_command',
        default='',
        help='Shell command that erases the disks of the node, for tasks of '
        'type erase_node.',
    ),
    cfg.StrOpt(
        'move_to_bootstrap_command',
        default='',
        help='Shell command that makes a node boot into the bootstrap image, '
        'run on master for tasks of type move_to_bootstrap.',
    ),
    cfg.StrOpt(
        'cobbler_sync_command',
        default='',
        help='Shell command that makes Cobbler write its configuration, run '
        'on master for tasks of type cobbler_sync.',
    ),
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [agent] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
