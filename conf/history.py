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
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [history] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
