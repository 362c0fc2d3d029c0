"""Every option, for processes and for the sample configuration."""

from oslo_config import cfg

from trailmark.conf import agent, api, database, engine, history

_GROUPS = (agent, api, database, engine, history)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make every option known to the configuration."""
    for group in _GROUPS:
        group.register_opts(conf)


def list_opts() -> list[tuple[cfg.OptGroup, list[cfg.Opt]]]:
    """Groups and their options; oslo.config's generator asks for them."""
    return [listed for group in _GROUPS for listed in group.list_opts()]
