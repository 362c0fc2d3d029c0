"""What is configured of drivers, and what it allows."""

import dataclasses

from oslo_config import cfg

from trailmark.common import tasktypes

_EVERY = '*'


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Options of [agent] that drivers read; conf/agent.py explains them."""

    allowed_drivers: tuple[str, ...] = (_EVERY,)
    reboot_command: str = 'systemctl reboot'
    erase_command: str = ''
    move_to_bootstrap_command: str = ''
    cobbler_sync_command: str = ''

    def named(self) -> frozenset[str]:
        """The types that are allowed by their names."""
        return frozenset(self.allowed_drivers) - {_EVERY}

    def refusal(self, kind: tasktypes.TaskType) -> str | None:
        """Why tasks of a type are not run here; None: they are."""
        if kind.name in self.allowed_drivers:
            return None
        if kind.guarded:
            return (
                f'they change the machine itself, and [agent] '
                f"allowed_drivers doesn't name {kind.name}"
            )
        if _EVERY in self.allowed_drivers:
            return None
        return f"[agent] allowed_drivers doesn't name {kind.name}"


DEFAULT = Settings()


def read(conf: cfg.ConfigOpts) -> Settings:
    """The settings that a configuration has."""
    values = {
        field.name: conf.agent[field.name]
        for field in dataclasses.fields(Settings)
    }
    return Settings(
        **{**values, 'allowed_drivers': tuple(conf.agent.allowed_drivers)}
    )
