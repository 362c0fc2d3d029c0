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
        help='Attempts that an agent carries out at the same time.',
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
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [agent] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
