"""Options of the API: where it listens, who may ask what."""

from oslo_config import cfg

GROUP = cfg.OptGroup('api', title='The API', help='How the API is served.')

OPTIONS = (
    cfg.StrOpt(
        'host',
        default='127.0.0.1',
        help='Address that the API listens on. One that other machines reach '
        'needs an auth_strategy other than noauth.',
    ),
    cfg.IntOpt(
        'port',
        default=8000,
        min=0,
        max=65535,
        help='Port that the API listens on; 0 takes a free one.',
    ),
    cfg.IntOpt(
        'threads',
        default=32,
        min=4,
        max=1000,
        help='Requests that are answered at the same time. At most half of '
        'them may be streams of events.',
    ),
    cfg.IntOpt(
        'connections',
        default=512,
        min=16,
        max=100_000,
        help='Connections that are kept at the same time; beyond them the '
        'oldest that has no whole request is closed. No more are kept than '
        'a third of the files that the process may open (`ulimit -n`).',
    ),
    cfg.IntOpt(
        'address_connections',
        default=256,
        min=1,
        max=100_000,
        help='Connections that are kept of one address. Behind a proxy all '
        'are of its address: give it as many as there are.',
    ),
    cfg.IntOpt(
        'request_seconds',
        default=30,
        min=1,
        max=3600,
        help='Seconds in which a request has to come, and a second more for '
        'each 100 kB of its body; an answer has to be taken in as many.',
    ),
    cfg.StrOpt(
        'auth_strategy',
        default='noauth',
        choices=[
            ('noauth', 'everybody on this machine may do everything'),
            ('http_basic', 'users and passwords of a file'),
            (
                'keystone',
                'users and projects of Keystone, which '
                '[keystone_authtoken] says how to reach',
            ),
        ],
        help='How it is known who asks.',
    ),
    cfg.StrOpt(
        'http_basic_auth_user_file',
        default='/etc/trailmark/htpasswd',
        help='Users of http_basic, one a line: the name, a colon and a '
        'bcrypt digest, as `htpasswd -nB NAME` writes it. It is read again '
        'when it changes.',
    ),
    cfg.ListOpt(
        'admins',
        default=[],
        help='Users of http_basic who may do everything.',
    ),
    cfg.ListOpt(
        'readers',
        default=[],
        help='Users of http_basic who may only look. Users that neither '
        'admins nor readers names are members: they change and run, but '
        'delete no cluster, release, plugin or run.',
    ),
    cfg.IntOpt(
        'login_tries',
        default=10,
        min=1,
        max=100_000,
        help='Wrong passwords that a user of http_basic may give from one '
        'address in login_seconds; ten times as many may be given for one '
        'user, and from one address.',
    ),
    cfg.IntOpt(
        'login_seconds',
        default=300,
        min=1,
        max=7 * 24 * 3600,
        help='Seconds in which login_tries are counted.',
    ),
    cfg.IntOpt(
        'token_seconds',
        default=3600,
        min=60,
        max=7 * 24 * 3600,
        help='How long a token is valid that a user of http_basic was given.',
    ),
    cfg.StrOpt(
        'token_secret',
        secret=True,
        help='What tokens are signed by: at least 32 characters that nobody '
        'can guess, the same for all processes that serve the API. Without '
        'it each process has its own, and its tokens end with it.',
    ),
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options of [api] known to the configuration."""
    conf.register_opts(OPTIONS, group=GROUP.name)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """The options for the sample configuration."""
    return [(GROUP, list(OPTIONS))]
