"""Tests of arguments that several commands share."""

import argparse

import testtools

from trailmark.cli import arguments, documents


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument('dir', nargs='?')
    parser.add_argument('--dry-run', action='store_true')
    arguments.add_selection(parser)
    return parser


class ListsTest(testtools.TestCase):
    def test_spaces_commas_and_repetition_give_the_same_list(self) -> None:
        for line in (
            'DIR --nodes a b c',
            '--nodes a,b,c -- DIR',
            'DIR --nodes a --nodes b,c',
            '--nodes a, b --nodes c --dry-run DIR',
        ):
            with self.subTest(line):
                found = _parser().parse_args(line.split())
                self.assertEqual(['a', 'b', 'c'], found.nodes)
                self.assertEqual('DIR', found.dir)

    def test_an_option_that_is_not_given_is_none(self) -> None:
        self.assertIsNone(_parser().parse_args(['DIR']).nodes)

    def test_a_comma_belongs_to_a_subgraph(self) -> None:
        found = _parser().parse_args(['D', '--subgraph', 'a/1,2:b', 'c'])
        self.assertEqual(['a/1,2:b', 'c'], found.subgraph)

    def test_a_list_of_commas_alone_is_refused(self) -> None:
        left = self.assertRaises(
            SystemExit, _parser().parse_args, ['--nodes', ',']
        )
        self.assertEqual(2, left.code)


class ReclaimTest(testtools.TestCase):
    def test_the_last_list_gives_back_the_positional(self) -> None:
        words = '--tasks t --nodes a b DIR'
        found = _parser().parse_args(words.split())
        self.assertEqual('DIR', arguments.reclaim(found, lambda word: True))
        self.assertEqual(['a', 'b'], found.nodes)

    def test_a_list_of_one_word_keeps_it(self) -> None:
        found = _parser().parse_args(['--nodes', 'a'])
        self.assertIsNone(arguments.reclaim(found, lambda word: True))

    def test_only_a_word_that_fits_is_given_back(self) -> None:
        found = _parser().parse_args(['--nodes', 'a', 'b'])
        self.assertIsNone(arguments.reclaim(found, str.isdigit))


class RunNumberTest(testtools.TestCase):
    def test_only_positive_numbers_name_a_run(self) -> None:
        self.assertEqual(12, arguments.run_number('12'))
        for text in ('0', '-1', 'x', '', '1.5', '\u0663'):
            with self.subTest(text):
                self.assertRaises(
                    argparse.ArgumentTypeError, arguments.run_number, text
                )


class NumbersTest(testtools.TestCase):
    def test_those_that_no_id_can_be_are_refused(self) -> None:
        for text in ('0', '-1', '1.5', '²', str(2**63), '9' * 5000, ''):
            for read in (arguments.run_number, arguments.positive):
                with (
                    self.subTest(text[:20]),
                    self.assertRaises(argparse.ArgumentTypeError),
                ):
                    read(text)

    def test_ids_are_read(self) -> None:
        self.assertEqual(2**63 - 1, arguments.run_number(str(2**63 - 1)))

    def test_values_that_are_no_json_are_refused(self) -> None:
        for text in ('0x' + 'f' * 5000, '1' + ':59' * 2000 + '.5'):
            with self.subTest(text[:20]), self.assertRaises(ValueError):
                documents.value(text)
