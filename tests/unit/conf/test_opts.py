"""Options are registered, explained and bounded."""

import unittest

from oslo_config import cfg

from trailmark.common import liveness
from trailmark.conf import opts

_BOUNDED = (cfg.types.Integer, cfg.types.Float)


def _configuration(*arguments: str) -> cfg.ConfigOpts:
    conf = cfg.ConfigOpts()
    opts.register_opts(conf)
    conf(list(arguments), project='trailmark', default_config_files=[])
    return conf


def _listed() -> list[tuple[str, cfg.Opt]]:
    return [
        (str(group), option)
        for group, options in opts.list_opts()
        for option in options
    ]


class OptionsTest(unittest.TestCase):
    def test_defaults_are_there_without_a_file(self) -> None:
        conf = _configuration()

        self.assertEqual(30, conf.engine.lease_seconds)
        self.assertEqual(64, conf.agent.workers)
        self.assertEqual(65536, conf.history.summary_limit)
        self.assertIsNone(conf.database.connection)

    def test_two_configurations_do_not_share_values(self) -> None:
        one, other = _configuration(), _configuration()

        one.set_override('workers', 3, group='agent')

        self.assertEqual(64, other.agent.workers)

    def test_registering_twice_is_harmless(self) -> None:
        conf = _configuration()

        opts.register_opts(conf)

        self.assertEqual(3, conf.engine.max_interruptions)

    def test_every_option_has_help(self) -> None:
        silent = [option.name for _, option in _listed() if not option.help]

        self.assertEqual([], silent)

    def test_every_number_has_both_bounds(self) -> None:
        numbers = [
            option for _, option in _listed() if type(option.type) in _BOUNDED
        ]

        self.assertTrue(numbers)
        for option in numbers:
            with self.subTest(option.name):
                self.assertIsNotNone(option.type.min)
                self.assertIsNotNone(option.type.max)

    def test_a_value_out_of_bounds_is_refused(self) -> None:
        conf = _configuration()

        with self.assertRaises(ValueError):
            conf.set_override('workers', 0, group='agent')

    def test_a_cancel_waits_as_long_as_agents_are_believed(self) -> None:
        """Or a resume starts beside what nobody has confirmed."""
        conf = _configuration()

        conf.set_override('cancel_timeout', liveness.LIVE, group='engine')
        with self.assertRaises(ValueError):
            conf.set_override('cancel_timeout', 9.9, group='engine')

    def test_listed_options_are_registered(self) -> None:
        conf = _configuration()

        for group, option in _listed():
            with self.subTest(option.name):
                self.assertIn(option.dest, conf[group])
