"""A task whose process was killed goes on where its script was."""

from typing import Any

from trailmark.common.states import RunState
from trailmark.db import checkpoints, connection, faults, runs
from trailmark.tests.functional import base, processes

#: Five steps; the checkpoint is the last one that is done.
_STEPS = """
done=$(cat "$TRAILMARK_CHECKPOINT" 2>/dev/null || echo 0)
for step in 1 2 3 4 5; do
    [ "$step" -gt "$done" ] || continue
    echo "$step" >> steps
    if [ "$step" = 3 ] && [ ! -e ../../../../go ]; then sleep 600; fi
    echo "$step" > new && mv new "$TRAILMARK_CHECKPOINT"
done
"""


class CheckpointsTest(base.ProcessTestCase):
    """`kill -9` of everything in the third of five steps.

    The supervisor dies too, so that nobody knows what became of the step.
    """

    def setUp(self) -> None:
        super().setUp()
        self.engine = self.trailmark()
        self.steps = self.folder / 'state/nodes/web/n1/steps'

    def killed_in_step_3(self, **fields: Any) -> None:
        """Deploy the script and kill the process while it is in step 3."""
        graph = [base.shell('install', _STEPS, **fields)]
        files = {'nodes.yaml': base.nodes('n1'), 'release/default.yaml': graph}
        folder = base.write(self.folder / 'web', files)
        process = self.start(self.engine, 'deploy', str(folder))
        self.until(lambda: self.begun() == '1 2 3', 'step 3')
        db = self.database()
        self.until(lambda: _stored(db) == ['2\n'], 'the checkpoint')
        state = self.folder / 'state'
        killed = processes.kill_with_supervisors(process, state)
        self.assertEqual(2, len(killed), 'a spawner and a supervisor')
        (self.folder / 'go').touch()

    def begun(self) -> str:
        """The steps that were begun, in order."""
        if not self.steps.exists():
            return ''
        return ' '.join(self.steps.read_text().split())

    def faults(self, db: connection.Database) -> list[tuple[int, str]]:
        """Attempts that failed, and why."""
        return [(each.attempt, each.kind) for each in faults.of_run(db, 1)]

    def test_it_goes_on_in_the_step_it_was_killed_in(self) -> None:
        self.killed_in_step_3()

        resumed = self.engine.run('run', 'resume', '1')

        self.assertEqual(0, resumed.code, resumed)
        self.assertEqual('1 2 3 3 4 5', self.begun())
        db = self.database()
        self.assertEqual([(1, 'Interrupted')], self.faults(db))
        self.assertEqual({'install@n1': 'ready'}, self.states(db, 1))

    def test_it_ends_in_error_where_the_task_says_so(self) -> None:
        self.killed_in_step_3(on_interrupt='fail')

        resumed = self.engine.run('run', 'resume', '1')

        self.assertEqual(1, resumed.code, resumed)
        self.assertEqual('1 2 3', self.begun())
        db = self.database()
        self.assertEqual([(1, 'Interrupted')], self.faults(db))
        self.assertEqual({'install@n1': 'error'}, self.states(db, 1))
        self.assertEqual(RunState.ERROR, runs.get(db, 1).state)


def _stored(db: connection.Database) -> list[str]:
    """Checkpoints of the first run."""
    return list(checkpoints.latest(db, 1).values())
