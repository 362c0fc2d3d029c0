"""Tests of the driver that restarts nodes."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from trailmark.common.states import ExecutionState
from trailmark.drivers import base, reboot, settings
from trailmark.tests.unit.drivers import watches


class RebootTest(watches.DriverCase):
    """When a node counts as restarted.  Fuel: behaviour 103."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(reboot, 'PAUSE', 0.01)
        patch.start()
        self.addCleanup(patch.stop)

    def run_reboot(
        self,
        *boots: Any,
        cmd: str = 'touch asked',
        **more: Any,
    ) -> base.Result:
        """Restart; the boot ids are read one after the other."""
        driver = reboot.Reboot(_reader(*boots))
        driver.options = settings.Settings(reboot_command=cmd)
        self.asked = self.state / 'nodes/prod/n1/asked'
        return driver.run(self.job(**more), self.watch)

    def test_another_boot_id_is_a_success(self) -> None:
        result = self.run_reboot('a', 'a', 'a', 'b')
        self.assertEqual(result.state, ExecutionState.READY)
        summary = result.summary or {}
        self.assertEqual(summary['boot_id_before'], 'a')
        self.assertEqual(summary['boot_id'], 'b')
        self.assertTrue(self.asked.exists())

    def test_a_boot_id_that_is_not_known_before_is_a_failure(self) -> None:
        result = self.run_reboot(OSError('no /proc'))
        self.assertEqual(result.fault, 'Failed')
        self.assertEqual(result.message, "the boot id can't be read: no /proc")
        self.assertFalse(self.asked.exists())

    def test_the_same_boot_id_is_a_timeout_in_the_end(self) -> None:
        result = self.run_reboot('a', timeout=0.3)
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual(result.message, 'not restarted within 0.3 s')

    def test_a_boot_id_that_is_unknown_meanwhile_is_waited_for(self) -> None:
        result = self.run_reboot('a', OSError(), OSError(), 'b')
        self.assertEqual(result.state, ExecutionState.READY)

    def test_a_command_that_fails_is_not_waited_for(self) -> None:
        result = self.run_reboot('a', cmd='echo not root >&2; exit 1')
        self.assertEqual(result.message, 'exit code 1: not root')

    def test_a_command_that_the_shutdown_ends_is_waited_for(self) -> None:
        result = self.run_reboot('a', 'a', 'b', cmd='kill -15 $$')
        self.assertEqual(result.state, ExecutionState.READY)

    def test_a_cancel_ends_the_waiting(self) -> None:
        def cancel() -> str:
            self.watch.cancelled.set()
            return 'a'

        result = self.run_reboot('a', cancel)
        self.assertEqual(result.state, ExecutionState.CANCELLED)

    def test_the_boot_id_is_told_before_the_command_begins(self) -> None:
        told: list[str] = []
        self.watch.on_checkpoint = lambda: told.extend(self.begun())
        result = self.run_reboot('a', 'b')
        self.assertEqual(self.watch.checkpoints, ['a'])
        self.assertEqual(told, [])
        self.assertEqual(result.checkpoint, 'a')

    def test_a_node_that_has_restarted_is_not_restarted_again(self) -> None:
        result = self.run_reboot('b', checkpoint='a')
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertFalse(self.asked.exists())
        self.assertEqual(self.begun(), [])

    def test_a_node_that_has_not_restarted_yet_is(self) -> None:
        result = self.run_reboot('a', 'b', checkpoint='a')
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertTrue(self.asked.exists())


def _reader(*boots: Any) -> Callable[[], str]:
    """Gives one after the other, the last one again and again."""
    coming = list(boots)

    def read() -> str:
        now = coming.pop(0) if len(coming) > 1 else coming[0]
        if isinstance(now, OSError):
            raise now
        return str(now() if callable(now) else now)

    return read
