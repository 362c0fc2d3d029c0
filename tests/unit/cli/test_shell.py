"""Tests of the application around the commands."""

import testtools

from trailmark.cli import connection, shell
from trailmark.common import exceptions
from trailmark.tests.unit.cli import double


class ShellTest(testtools.TestCase):
    def test_help_lists_every_command_with_a_line(self) -> None:
        said = double.call(None, '--help')
        self.assertEqual(0, said.code)
        for command in (
            'deploy  ',
            'serve  ',
            'run execute',
            'run list',
            'run show',
            'run watch',
            'run stop',
            'run resume',
            'run cancel',
            'run delete',
            'task show',
            'tasks-history',
            'release create',
            'plugin enable',
            'cluster show',
            'node import',
            'graph upload',
            'graph lint',
            'graph expand',
            'graph plot',
        ):
            self.assertRegex(said.out, rf'(?m)^  {command} +\w.+')

    def test_help_names_the_programs_of_services(self) -> None:
        programs = double.call(None, '--help').out.partition('Programs')[2]
        for name in ('trailmark-agent', 'trailmark-api', 'trailmark-engine'):
            self.assertRegex(programs, rf'(?m)^  {name} +\w.+')

    def test_commands_stand_in_the_group_that_fits_them_best(self) -> None:
        said = double.call(None, '--help').out
        kept = said.partition('Keep graphs')[2].partition('Look at')[0]
        for command in ('graph upload', 'node list'):
            self.assertIn(f'\n  {command} ', kept)
        self.assertNotIn('graph lint', kept)

    def test_a_command_has_help_of_its_own(self) -> None:
        said = double.call(None, 'deploy', '--help')
        self.assertEqual(0, said.code)
        self.assertIn('--ignore-conditions', said.out)
        self.assertIn('--config-file FILE', said.out)

    def test_bad_command_lines_are_exit_code_2(self) -> None:
        for line in ('', 'deplyo', 'run', 'run list --what', 'run show x'):
            with self.subTest(line):
                said = double.call(None, *line.split())
                self.assertEqual(2, said.code)

    def test_an_unknown_command_is_told_which_are_meant(self) -> None:
        cases = {
            'run foo': 'run cancel, run checkpoints',
            'deplyo': 'are: deploy',
        }
        for line, meant in cases.items():
            with self.subTest(line):
                said = double.call(None, *line.split())
                self.assertEqual('', said.out)
                self.assertIn(meant, said.err)

    def test_an_unexpected_error_is_told_without_a_traceback(self) -> None:
        api = double.Api()
        api.answer('GET', 'runs/3', {'error': None}, status=500)
        said = double.call(double.Link(api), 'run', 'show', '3')
        self.assertEqual(4, said.code)
        self.assertNotIn('Traceback', said.err)
        self.assertIn('Trailmark failed to answer', said.err)

    def test_debug_shows_the_traceback(self) -> None:
        api = double.Api()
        api.answer('GET', 'runs/3', {'error': None}, status=500)
        said = double.call(double.Link(api), 'run', 'show', '3', '--debug')
        self.assertIn('Traceback', said.err)

    def test_the_connection_is_closed_whatever_happened(self) -> None:
        link = double.Link(double.Api())
        double.call(link, 'run', 'show', '9')
        self.assertTrue(link.closed)

    def test_a_log_file_that_cannot_be_written_is_refused(self) -> None:
        said = double.call(None, 'run', 'list', '--log-file', '/no/such/log')
        self.assertEqual(2, said.code)
        self.assertIn('--log-file /no/such/log: No such file', said.err)

    def test_every_command_takes_configuration_files(self) -> None:
        asked: list[connection.Options] = []

        def refuse(options: connection.Options) -> connection.Connection:
            asked.append(options)
            raise exceptions.ConfigurationRefused(reason='odd')

        made = shell.TrailmarkShell(refuse)
        line = '--config-file a run list --config-file b'
        self.assertEqual(2, made.run(line.split()))
        self.assertEqual([connection.Options(('a', 'b'))], asked)
