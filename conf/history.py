"""Options of the history: what is kept of each attempt."""

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'history', title='History', help='What the history keeps.'
)

OPTIONS = (
    cfg.IntOpt(
        'summary_limit',
        default=65536,
        min=1024,
        max=16777216,
        help='Bytes of output that the summary of one attempt may hold; '
        'of longer output the end is kept, marked where it is cut.',
    ),
    cfg.IntOpt(
        'keep_days',
        default=0,
        min=0,
        max=36500,
        help='Engines that are services purge runs that ended so many days '
        'ago; 0 keeps them for ever. What `trailmark db purge` keeps is kept.',
    ),
    cfg.IntOpt(
        'keep_runs',
        default=0,
        min=0,
        max=1000000,
        help='The newest runs of each cluster that such a purge keeps, '
        'however old they are; alone, all others go. 0 sets no number.',
    ),
    cfg.BoolOpt(
        'disable_event_log',
        default=False,
        help='Steps of clusters and their events are not told to clients of '
        'Sahara. The history is written all the same: runs are resumed by '
        'it.',
    ),
    cfg.FloatOpt(
        'purge_interval',
        default=3600.0,
        min=1.0,
        max=604800.0,
        help='Seconds between two such purges of an engine.',
    ),
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [history] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
