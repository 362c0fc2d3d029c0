"""Tests of regular expressions: in linear time, or refused with the reason."""

import re
import time
import unittest
from typing import Any

import hypothesis
import yaml
from hypothesis import strategies

from trailmark.common import exceptions
from trailmark.flows import graphs, names, patterns, validation
from trailmark.tests.unit.flows import building, test_fuel_graphs

_SLOW = '/(a+)+$/'
_VICTIM = 'a' * 30 + 'b'
_SOON = 2.0
_WORDS = strategies.text(alphabet='ab-(|)+*?.^$', max_size=12)


def _check(*tasks: graphs.Task) -> list[str]:
    found = validation.check_graph(
        building.graph(*tasks), building.CATALOG, graphs.Options()
    )
    return [str(each) for each in found]


class PatternTest(unittest.TestCase):
    def assert_refused(self, text: str, said: str) -> None:
        with self.assertRaisesRegex(patterns.Refused, re.escape(said)):
            patterns.Pattern(text)

    def test_it_matches_from_the_start_of_a_name(self) -> None:
        pattern = patterns.Pattern('(primary-)?database')

        self.assertTrue(pattern.begins('primary-database'))
        self.assertTrue(pattern.begins('database-backup'))
        self.assertFalse(pattern.begins('my-database'))

    def test_names_outside_ascii_are_matched_by_characters(self) -> None:
        self.assertTrue(patterns.Pattern('^日.$').begins('日本'))
        self.assertTrue(patterns.Pattern('^emoji.$').begins('emoji😀'))

    def test_what_re2_lacks_is_refused_with_the_reason(self) -> None:
        for text in ('a(?=b)', '(?<!a)b', r'(a)\1', '(?P<n>a)(?P=n)', 'a++'):
            with self.subTest(text):
                self.assert_refused(text, 'lookahead, lookbehind')

    def test_what_re2_reads_in_another_way_is_refused(self) -> None:
        self.assert_refused('a{,3}', 'say {0,n} for {,n}')
        self.assert_refused(r'\C', 'half a character')

    def test_what_is_no_expression_is_refused(self) -> None:
        self.assert_refused('(', 'missing )')
        self.assert_refused('\ud800', 'half of a surrogate pair')

    def test_what_is_too_large_is_refused_soon(self) -> None:
        table = {
            'a' * (patterns.LONGEST + 1): 'longer than 1000',
            '(.|a|b|[ab]*){900}z': 'too large',
            '(a{30}b{30}){33}': 'too large',
            r'\pL{500}': 'too large',
            'a{1001}': 'invalid repetition size',
        }
        for text, said in table.items():
            with self.subTest(text[:20]):
                began = time.thread_time()
                self.assert_refused(text, said)
                self.assertLess(time.thread_time() - began, _SOON)

    @hypothesis.settings(deadline=None, max_examples=300)
    @hypothesis.given(_WORDS, strategies.text(alphabet='ab-', max_size=8))
    def test_what_both_take_means_what_it_means_to_python(
        self, text: str, name: str
    ) -> None:
        try:
            expected = re.compile(text).match(name) is not None
            pattern = patterns.Pattern(text)
        except (re.error, patterns.Refused):
            return

        self.assertEqual(expected, pattern.begins(name))

    @unittest.skipUnless(test_fuel_graphs.DATA.is_dir(), 'no graphs of Fuel')
    def test_those_of_fuel_mean_what_they_mean_to_python(self) -> None:
        path = test_fuel_graphs.DATA / 'graphs/default.yaml'
        ids = [task['id'] for task in yaml.safe_load(path.read_text())]
        written = set(re.findall(r' /(\S+)/$', path.read_text(), re.M))
        self.assertLess(20, len(written))

        for text in written:
            python = re.compile(text)
            pattern = patterns.Pattern(text)
            for name in (*ids, *(f'primary-{each}' for each in ids)):
                expected = python.match(name) is not None
                self.assertEqual(expected, pattern.begins(name), text)


class HangTest(unittest.TestCase):
    """What took a backtracking matcher hours is done at once."""

    def setUp(self) -> None:
        began = time.thread_time()
        self.addCleanup(
            lambda: self.assertLess(time.thread_time() - began, _SOON)
        )

    def test_names_of_relations_hang_nobody(self) -> None:
        relations: dict[str, Any] = {
            'requires': [_SLOW],
            'required_for': [_SLOW],
            'cross-depends': [{'name': _SLOW}],
            'cross-depended-by': [{'name': _SLOW, 'role': 'self'}],
        }
        for field, value in relations.items():
            with self.subTest(field):
                tasks = (
                    building.task(_VICTIM, roles=['compute']),
                    building.task('b', roles=['compute'], **{field: value}),
                )
                made = building.planned(*tasks)
                self.assertEqual(6, len(building.names(made)))
                self.assertIn(f'no task matches {_SLOW}', str(_check(*tasks)))

    def test_roles_hang_nobody(self) -> None:
        for field in ('roles', 'tags', 'groups'):
            with self.subTest(field):
                placed: dict[str, Any] = {field: [_SLOW]}
                made = building.planned(
                    building.task('a', **placed),
                    building.task(
                        'b',
                        roles=['*'],
                        cross_depends=[{'name': 'a', 'role': [_SLOW]}],
                    ),
                    on=building.nodes(n1=_VICTIM, n2='compute'),
                )
                self.assertEqual({'b@n1', 'b@n2'}, building.names(made))


class BoundsTest(unittest.TestCase):
    def test_roles_of_relations_are_checked_too(self) -> None:
        task = building.task(
            'b', roles='*', cross_depends=[{'name': 'b', 'role': '/(?=a)/'}]
        )

        self.assertIn(
            'cross_depends[0].role: /(?=a)/ is no', str(_check(task))
        )

    def test_expressions_that_would_take_too_long_are_refused(self) -> None:
        known = names.Names([f'{n}'.zfill(250) for n in range(16_000)])

        with self.assertRaisesRegex(
            exceptions.InvalidInput, 'too many for so many names'
        ):
            for number in range(20):
                known.find(f'/x{"ab" * 100}{number}/')

    def test_expressions_that_find_too_much_are_refused(self) -> None:
        known = names.Names([str(n) for n in range(10_000)])

        with self.assertRaisesRegex(exceptions.InvalidInput, 'find names'):
            for _ in range(names.MOST_FOUND // 10_000 + 1):
                known.find('/.*/')
