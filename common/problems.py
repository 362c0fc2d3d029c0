"""What is wrong with an input, and where."""

import dataclasses
import enum


class Severity(enum.StrEnum):
    """Errors refuse an input; warnings do so under `strict` alone."""

    ERROR = 'error'
    WARNING = 'warning'


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One finding; `file`, `task`, `field` are None where they don't apply."""

    message: str
    file: str | None = None
    task: str | None = None
    field: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = [self.file]
        where.append(f'task {self.task}' if self.task else None)
        where.append(self.field)
        said = ': '.join(part for part in where if part)
        text = f'{said}: {self.message}' if said else self.message
        return f'warning: {text}' if self.severity == 'warning' else text
