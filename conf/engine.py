"""Options of engines: leases, waiting, limits."""

from oslo_config import cfg

GROUP = cfg.OptGroup(
    'engine', title='Engines', help='How an engine drives runs.'
)

OPTIONS = (
    cfg.StrOpt(
        'name',
        help='Name of an engine that is a service, unique among all that '
        'share the broker, and the same after a restart. The default is the '
        'name of the host.',
    ),
    cfg.IntOpt(
        'max_runs',
        default=10,
        min=1,
        max=1000,
        help='Runs that an engine that is a service drives at the same time.',
    ),
    cfg.FloatOpt(
        'lease_seconds',
        default=30.0,
        min=1.0,
        max=3600.0,
        help='Seconds that a claim on a run lasts without being renewed. '
        'A run whose engine died on another machine is taken over after '
        'this time.',
    ),
    cfg.FloatOpt(
        'accept_timeout',
        default=5.0,
        min=0.1,
        max=600.0,
        help='Seconds after which a dispatched attempt that no agent holds '
        'is sent again under the same id.',
    ),
    cfg.FloatOpt(
        'cancel_timeout',
        default=30.0,
        min=10.0,
        max=3600.0,
        help='Seconds that a cancel waits for running attempts to end '
        'before it gives them up as unconfirmed. Not less than an agent may '
        'be silent before it is taken for dead.',
    ),
    cfg.FloatOpt(
        'agent_timeout',
        default=300.0,
        min=0.1,
        max=86400.0,
        help='Seconds that an execution waits for an agent of its node, or '
        'that its attempt goes on without a word from one. Then it ends in '
        'error. Only time in which the engine could have heard an agent '
        'counts.',
    ),
    cfg.IntOpt(
        'max_interruptions',
        default=3,
        min=0,
        max=1000,
        help='How often an execution is started again after its attempt '
        'was interrupted, before it ends in error.',
    ),
    cfg.IntOpt(
        'executions_per_node',
        default=1,
        min=1,
        max=1000,
        help='Executions of one run that may be running on a node at the '
        'same time.',
    ),
    cfg.IntOpt(
        'max_running',
        default=0,
        min=0,
        max=1000000,
        help='Executions of one run that may be running at the same time '
        'on all nodes together; 0 sets no limit.',
    ),
    cfg.FloatOpt(
        'flush_interval',
        default=0.02,
        min=0.0,
        max=10.0,
        help='Seconds between two writes of history while much is running.',
    ),
    cfg.FloatOpt(
        'deadline_grace',
        default=30.0,
        min=0.0,
        max=3600.0,
        help="Seconds that the engine waits beyond a task's timeout, which "
        'the agent enforces, before it gives the attempt up itself. They '
        'begin anew when agents of the node are heard again, and when '
        'another engine takes the run over.',
    ),
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [engine] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
