"""The one option of oslo.messaging that every process must know of."""

from oslo_config import cfg

OPTIONS = (
    cfg.StrOpt(
        'transport_url',
        secret=True,
        help='The message broker; oslo.messaging describes its form. Where '
        'it is set, engines and agents are services; without it, commands '
        'drive runs themselves.',
    ),
)
