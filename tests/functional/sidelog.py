"""Tasks that write a log of their own, and what it shows."""

import collections
import json
from pathlib import Path

#: Says when it starts and ends, and whether another attempt of the same
#: execution is alive: a lock is held as long as any of its processes is.
_SCRIPT = """
exec 9>>{folder}/lock-$TRAILMARK_TASK-$TRAILMARK_NODE
flock -n 9 || echo "overlap $TRAILMARK_ATTEMPT_ID" >> {log}
echo "start $TRAILMARK_ATTEMPT_ID $TRAILMARK_TASK@$TRAILMARK_NODE" >> {log}
while test -e {folder}/hold; do sleep 0.05; done
{work} || exit 1
echo "end $TRAILMARK_ATTEMPT_ID $TRAILMARK_TASK@$TRAILMARK_NODE" >> {log}
"""


#: Some of the work is done in a session of its own, which says so too.
_IN_SESSIONS = """{{
if test $((RANDOM % 4)) = 0; then
    setsid --wait bash -c '
        echo "child-start $TRAILMARK_ATTEMPT_ID" >> {log}
        {work}
        echo "child-end $TRAILMARK_ATTEMPT_ID" >> {log}'
else
    {work}
fi; }}"""


class Log:
    """A file below `folder`, which is made, that scripts write to."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / 'work', folder / 'work' / 'log'
        self.folder.mkdir(parents=True)
        self.log.touch()

    def script(self, work: str) -> str:
        """A script that does `work` between its start and its end."""
        return _SCRIPT.format(folder=self.folder, log=self.log, work=work)

    def hold(self) -> None:
        """Have scripts wait between their start and their work."""
        (self.folder / 'hold').touch()

    def let_go(self) -> None:
        """Let scripts go on."""
        (self.folder / 'hold').unlink()

    def lines(self) -> list[list[str]]:
        """Complete lines of the log, in words."""
        text = self.log.read_text()
        whole = text[: text.rfind('\n') + 1]
        return [line.split() for line in whole.splitlines()]

    def overlaps(self) -> list[str]:
        """Attempts that started while another of theirs was alive."""
        return [line[1] for line in self.lines() if line[0] == 'overlap']

    def starts(self) -> collections.Counter[str]:
        """How often each attempt id started."""
        return collections.Counter(
            line[1] for line in self.lines() if line[0] == 'start'
        )

    def children(self) -> list[str]:
        """Attempts that worked in a session of their own."""
        return [line[1] for line in self.lines() if line[0] == 'child-start']

    def twice(self) -> list[str]:
        """Attempt ids that started more than once."""
        return [name for name, number in self.starts().items() if number > 1]

    def done_twice(self) -> list[str]:
        """Executions whose command came to its end more than once."""
        ends = collections.Counter(
            line[2] for line in self.lines() if line[0] == 'end'
        )
        return [name for name, number in ends.items() if number > 1]

    def started(self) -> list[str]:
        """Names of executions, once for every start."""
        return [line[2] for line in self.lines() if line[0] == 'start']

    def finished(self) -> set[str]:
        """Names of executions that came to their end."""
        return {line[2] for line in self.lines() if line[0] == 'end'}


class SideLog(Log):
    """`nodes` chains of `steps` shell tasks, with a stage in the middle."""

    def __init__(
        self, folder: Path, nodes: int, steps: int, seconds: float | str
    ) -> None:
        super().__init__(folder)
        self.deployment = folder / 'deployment'
        (self.deployment / 'release').mkdir(parents=True)
        self.executions = nodes * steps
        names = [f'n{number}' for number in range(1, nodes + 1)]
        work = _IN_SESSIONS.format(log=self.log, work=f'sleep {seconds}')
        script = self.script(work)
        self._write('nodes.yaml', [{'name': n, 'roles': ['w']} for n in names])
        self._write('release/default.yaml', _tasks(steps, script))

    def _write(self, name: str, data: object) -> None:
        (self.deployment / name).write_text(json.dumps(data))


def _tasks(steps: int, script: str) -> list[dict[str, object]]:
    middle = steps // 2
    tasks: list[dict[str, object]] = [{'id': 'middle', 'type': 'stage'}]
    for number in range(steps):
        before = [f't{number - 1}'] if number else []
        task: dict[str, object] = {
            'id': f't{number}',
            'type': 'shell',
            'version': '2.0.0',
            'roles': ['w'],
            'requires': [*before, 'middle'] if number == middle else before,
            'required_for': ['middle'] if number == middle - 1 else [],
            'parameters': {'cmd': script},
        }
        tasks.append(task)
    return tasks
