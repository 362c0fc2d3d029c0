"""Tests of the driver of shell commands."""

import json
import os
import pathlib
import shutil
import signal
import tempfile
import time
import unittest
from typing import Any
from unittest import mock

from trailmark.common.states import ExecutionState
from trailmark.drivers import base, folders, groups, shell
from trailmark.tests.unit.drivers import watches


class ShellCase(watches.DriverCase):
    """Runs commands by the shell driver."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(groups, 'GRACE', 0.3)
        patch.start()
        self.addCleanup(patch.stop)

    def run_cmd(self, cmd: str, **more: Any) -> base.Result:
        return shell.Shell().run(self.job(cmd, **more), self.watch)

    def summary(self, cmd: str, **more: Any) -> Any:
        return self.run_cmd(cmd, **more).summary


class TestOutcome(ShellCase):
    """How a command ended."""

    def test_a_command_that_succeeds_is_ready_with_its_output(self) -> None:
        result = self.run_cmd('echo out; echo err >&2')
        self.assertEqual(result.state, ExecutionState.READY)
        summary = dict(result.summary or {})
        self.assertLess(summary.pop('duration'), 5)
        self.assertEqual(
            summary, {'exit_code': 0, 'stdout': 'out\n', 'stderr': 'err\n'}
        )

    def test_an_exit_code_is_told_with_the_last_line_of_stderr(self) -> None:
        result = self.run_cmd('echo first >&2; echo no disk >&2; exit 3')
        self.assertEqual(result.state, ExecutionState.ERROR)
        self.assertEqual(result.fault, 'Failed')
        self.assertEqual(result.message, 'exit code 3: no disk')

    def test_an_end_by_a_signal_names_the_signal(self) -> None:
        result = self.run_cmd('kill -9 $$')
        self.assertEqual(result.message, 'ended by SIGKILL')
        self.assertEqual((result.summary or {})['exit_code'], 137)
        self.assertEqual((result.summary or {})['signal'], 'SIGKILL')

    def test_a_missing_working_directory_is_a_clear_failure(self) -> None:
        result = self.run_cmd('true', parameters={'cwd': '/no/such'})
        self.assertEqual(result.fault, 'Failed')
        self.assertEqual(
            result.message, "working directory /no/such doesn't exist"
        )

    def test_a_command_that_is_too_long_is_a_clear_failure(self) -> None:
        result = self.run_cmd('true ' + 'x' * 200_000)
        self.assertEqual(result.fault, 'Failed')
        self.assertIn("can't be started", result.message or '')

    def test_a_secret_stands_in_no_command_line(self) -> None:
        files = ' '.join(f'/proc/{of}/cmdline' for of in ('$$', '$PPID'))
        said = self.summary(
            f': canary-7; x=canary; cat {files} | grep -ac "$x-7"; exit 3',
            secrets=('canary-7',),
        )
        self.assertEqual(('0\n', 3), (said['stdout'], said['exit_code']))

    def test_a_secret_command_is_not_handed_to_what_it_starts(self) -> None:
        said = self.summary(
            'env | grep -c TRAILMARK_COMMAND; echo canary-7',
            secrets=('canary-7',),
        )
        self.assertEqual('0\n***\n', said['stdout'])

    def test_its_own_folder_is_the_default_working_directory(self) -> None:
        said = self.summary('pwd')['stdout'].strip()
        self.assertEqual(pathlib.Path(said), self.state / 'nodes/prod/n1')

    def test_a_given_working_directory_is_used(self) -> None:
        said = self.summary('pwd', parameters={'cwd': '/'})['stdout']
        self.assertEqual(said, '/\n')

    def test_standard_input_is_empty(self) -> None:
        self.assertEqual(self.summary('cat; echo end')['stdout'], 'end\n')

    def test_the_noop_twin_says_what_is_not_run(self) -> None:
        result = shell.Shell().noop(
            self.job('login s3cret', secrets=('s3cret',)), self.watch
        )
        told = {'noop': True, 'plan': ['run login ***']}
        self.assertEqual(result.summary, told)


class TestOutput(ShellCase):
    """What is kept of the output."""

    def test_long_output_is_cut_at_its_beginning_and_marked(self) -> None:
        said = self.summary('head -c 100000 /dev/zero | tr "\\0" x')['stdout']
        mark, kept = said.split('\n')
        self.assertEqual(mark, '[... 83616 bytes cut]')
        self.assertEqual(kept, 'x' * 16384)

    def test_binary_output_is_replaced_and_nul_is_stripped(self) -> None:
        said = self.summary(r'printf "a\000\377b"')['stdout']
        self.assertEqual(said, 'a\ufffdb')

    def test_secrets_are_masked_also_across_the_cut(self) -> None:
        cmd = (
            'echo hunter2 https://u:pw@host; echo hunter2 >&2;'
            'head -c 16380 /dev/zero | tr "\\0" x; exit 1'
        )
        result = self.run_cmd(cmd, secrets=('hunter2',))
        self.assertEqual(result.message, 'exit code 1: ***')
        self.assertNotIn('unter2', str(result.summary))
        self.assertNotIn('pw@', str(result.summary))

    def test_a_child_in_the_background_does_not_hold_it_up(self) -> None:
        began = time.monotonic()
        result = self.run_cmd('sleep 3 & echo done')
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertLess(time.monotonic() - began, 2.5)

    def test_a_success_of_its_own_kind_leaves_its_daemons_alone(self) -> None:
        cmd = 'sleep 60 >/dev/null 2>&1 & echo $!; exit 2'
        good = frozenset((0, 2))
        result = shell.run_command(self.job(), self.watch, cmd, good)
        pid = int((result.summary or {})['stdout'])
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertFalse(is_gone(pid))
        os.kill(pid, signal.SIGKILL)

    def test_a_failure_leaves_nobody_of_its_group_behind(self) -> None:
        result = self.run_cmd('sleep 60 & echo $!; exit 1')
        pid = int((result.summary or {})['stdout'])
        self.assertTrue(is_gone(pid))


class TestEnvironment(ShellCase):
    """What a command is told."""

    def test_the_attempt_is_named_in_the_environment(self) -> None:
        names = ['RUN', 'NODE', 'TASK', 'ATTEMPT', 'ATTEMPT_ID']
        cmd = ''.join(f'echo $TRAILMARK_{name};' for name in names)
        self.assertEqual(
            self.summary(cmd)['stdout'].split(),
            ['7', 'n1', 'greet', '3', '7.0.1.2.3'],
        )

    def test_the_context_is_a_json_file(self) -> None:
        said = self.summary(
            'cat $TRAILMARK_CONTEXT',
            roles=('controller',),
            attributes={'disk': 'sda'},
        )
        self.assertEqual(
            json.loads(said['stdout']),
            {
                'cluster': 'prod',
                'node': 'n1',
                'roles': ['controller'],
                'attributes': {'disk': 'sda'},
                'parameters': {'cmd': 'cat $TRAILMARK_CONTEXT'},
            },
        )


class TestCheckpoint(ShellCase):
    """What a command leaves for its next attempt."""

    def test_the_last_checkpoint_stands_in_the_file(self) -> None:
        said = self.summary('cat $TRAILMARK_CHECKPOINT', checkpoint='half é')
        self.assertEqual(said['stdout'], 'half é')

    def test_without_a_checkpoint_there_is_no_file(self) -> None:
        result = self.run_cmd('test ! -e $TRAILMARK_CHECKPOINT')
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertIsNone(result.checkpoint)

    def test_a_new_checkpoint_is_given_back_unmasked(self) -> None:
        cmd = 'echo key > c; mv c $TRAILMARK_CHECKPOINT; exit 1'
        result = self.run_cmd(cmd, secrets=('key',))
        self.assertEqual(result.checkpoint, 'key\n')

    def test_an_untouched_checkpoint_is_given_back(self) -> None:
        result = self.run_cmd('exit 1', checkpoint='half')
        self.assertEqual(result.checkpoint, 'half')

    def test_a_checkpoint_is_told_while_the_command_runs(self) -> None:
        self.watch.on_checkpoint = self.watch.cancelled.set
        cmd = 'echo 1 > c; mv c $TRAILMARK_CHECKPOINT; sleep 15'
        result = self.run_cmd(cmd)
        self.assertEqual(result.state, ExecutionState.CANCELLED)
        self.assertEqual(self.watch.checkpoints, ['1\n'])

    def test_a_checkpoint_that_is_too_large_is_refused(self) -> None:
        cmd = 'head -c 70000 /dev/zero > $TRAILMARK_CHECKPOINT'
        result = self.run_cmd(cmd, checkpoint='before')
        self.assertEqual(result.checkpoint, 'before')
        self.assertIn('too many', (result.summary or {})['checkpoint'])

    def test_a_pipe_in_place_of_the_checkpoint_is_ignored(self) -> None:
        result = self.run_cmd('mkfifo $TRAILMARK_CHECKPOINT')
        self.assertEqual(result.state, ExecutionState.READY)
        self.assertIsNone(result.checkpoint)


class TestEnding(ShellCase):
    """How a command is ended before its time."""

    def test_a_timeout_ends_the_whole_group(self) -> None:
        cmd = '(sleep 60 & echo $!; wait) & echo $!; wait'
        result = self.run_cmd(cmd, timeout=0.5)
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual(result.message, 'timed out after 0.5 s')
        for pid in (result.summary or {})['stdout'].split():
            self.assertTrue(is_gone(int(pid)))

    def test_who_ignores_the_first_signal_gets_a_harder_one(self) -> None:
        cmd = 'trap "" TERM; echo $$; while :; do sleep 0.1; done'
        result = self.run_cmd(cmd, timeout=0.5)
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual((result.summary or {})['signal'], 'SIGKILL')

    def test_the_last_words_of_an_ended_command_are_kept(self) -> None:
        cmd = 'trap "echo bye >&2; exit 0" TERM; sleep 60 & wait'
        result = self.run_cmd(cmd, timeout=0.5)
        self.assertEqual(result.message, 'timed out after 0.5 s: bye')

    def test_endless_output_does_not_outlive_the_timeout(self) -> None:
        began = time.monotonic()
        result = self.run_cmd('yes', timeout=0.5)
        self.assertEqual(result.fault, 'Timeout')
        self.assertLess(time.monotonic() - began, 5)

    def test_a_cancel_before_it_begins_runs_nothing(self) -> None:
        self.watch.cancelled.set()
        result = self.run_cmd('touch ran')
        self.assertEqual(result.state, ExecutionState.CANCELLED)
        self.assertEqual(result.fault, 'Cancelled')
        self.assertFalse((self.state / 'nodes/prod/n1/ran').exists())

    def test_no_files_are_left_open(self) -> None:
        self.run_cmd('true')
        before = len(os.listdir('/proc/self/fd'))
        self.run_cmd('sleep 60 & exit 1')
        self.run_cmd('sleep 60', timeout=0.2)
        self.assertEqual(len(os.listdir('/proc/self/fd')), before)


class TestFolders(unittest.TestCase):
    """Where attempts work."""

    def test_a_name_never_leaves_the_state_directory(self) -> None:
        state = pathlib.Path('/state')
        for name in ('..', '.', '../../etc', 'a/b', ''):
            with self.subTest(name):
                found = folders.of_node(state, 'c', name + '')
                self.assertLessEqual(len(found.relative_to(state).parts), 2)
                self.assertNotIn('..', found.parts)

    def test_a_long_name_has_a_folder_of_its_own(self) -> None:
        state = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, state)
        names = ['日' * 30, '日' * 255, '日' * 254 + '本', 'n1', '日本']

        found = {folders.of_node(state, name, name) for name in names}

        for folder in found:
            folder.mkdir(parents=True)
        self.assertEqual(len(names), len(found))


def is_gone(pid: int) -> bool:
    found = groups.look(pid)
    return found is None or found.gone
