"""Configuration: files that a person names, and the environment."""

import logging
from collections.abc import Sequence

from oslo_config import cfg
from oslo_log import log

from trailmark.common import exceptions
from trailmark.conf import messaging, opts


def read(files: Sequence[str] = ()) -> cfg.ConfigOpts:
    """The options of this process; raises ConfigurationRefused.

    Without files, only defaults and the environment count.
    """
    conf = cfg.ConfigOpts()
    conf.register_opts(messaging.OPTIONS)
    return _read(conf, files)


def read_for_service(files: Sequence[str] = ()) -> cfg.ConfigOpts:
    """The same with all options of oslo.messaging, for what serves.

    Raises ConfigurationRefused, also where no transport_url was set.
    """
    if not read(files).transport_url:
        raise exceptions.ConfigurationRefused(
            reason='[DEFAULT] transport_url is not set: name a broker, like '
            'rabbit://user:password@host:5672/'
        )
    from trailmark.messaging import transport  # late: 0.05 s

    conf = cfg.ConfigOpts()
    transport.register_opts(conf)
    return _read(conf, files)


def _read(conf: cfg.ConfigOpts, files: Sequence[str]) -> cfg.ConfigOpts:
    opts.register_opts(conf)
    _register_logging(conf)
    try:
        conf(
            args=[],
            project='trailmark',
            default_config_files=list(files),
            default_config_dirs=[],
        )
        _read_all(conf)
    except (cfg.Error, ValueError) as error:
        raise exceptions.ConfigurationRefused(reason=error) from error
    return conf


def _register_logging(conf: cfg.ConfigOpts) -> None:
    """Make oslo.log's options known, without the handler that it adds."""
    root = logging.getLogger()
    before = list(root.handlers)
    log.register_options(conf)
    root.handlers = before


def _read_all(conf: cfg.ConfigOpts) -> None:
    """Look at every value: oslo.config checks those of files when read."""
    for group, options in opts.list_opts():
        for option in options:
            getattr(getattr(conf, group.name), option.dest)
    _ = conf.database.connection
