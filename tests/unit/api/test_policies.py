"""Every route has a rule, and every rule is kept."""

import pathlib
import tempfile
import unittest

from trailmark.api import guards, policies, routes
from trailmark.common import exceptions
from trailmark.tests.unit.api import secured

_SERVED = {guards.rule_of(view) for _method, _path, view in routes.ROUTES}


class PoliciesTest(unittest.TestCase):
    def test_every_route_has_a_rule_and_every_rule_a_route(self) -> None:
        known = {each.name for each in policies.list_rules()}

        self.assertEqual(
            _SERVED
            | policies.FIELDS.keys()
            | policies.SECRETS.keys()
            | {policies.ALL.name},
            (known - set(policies.ROLES)) | guards.PUBLIC,
        )

    def test_no_view_stands_below_two_roles(self) -> None:
        names = [each.name for each in policies.list_rules()]

        self.assertEqual(len(names), len(set(names)))

    def test_each_role_may_what_those_before_it_may(self) -> None:
        rules = policies.Policies(secured.configuration())

        allowed = {
            role: {rule for rule in _SERVED if _may(rules, role, rule)}
            for role in policies.ROLES
        }

        self.assertLess(allowed['reader'], allowed['member'])
        self.assertLess(allowed['member'], allowed['admin'])
        self.assertEqual(_SERVED - guards.PUBLIC, allowed['admin'])

    def test_readers_are_allowed_nothing_that_changes_anything(self) -> None:
        rules = policies.Policies(secured.configuration())

        changing = {
            path
            for method, path, view in routes.ROUTES
            if method != 'GET' and _may(rules, 'reader', guards.rule_of(view))
        }

        self.assertEqual(
            {
                f'/api/v1/graphs/{question}'
                for question in ('diff', 'lint', 'expand', 'plot', 'explain')
            },
            changing,
        )

    def test_a_role_that_nobody_knows_may_nothing(self) -> None:
        rules = policies.Policies(secured.configuration())

        self.assertFalse(any(_may(rules, 'guest', each) for each in _SERVED))

    def test_what_has_no_rule_is_forbidden(self) -> None:
        rules = policies.Policies(secured.configuration())

        self.assertFalse(_may(rules, 'admin', 'runs:explode'))

    def test_a_policy_file_changes_a_rule(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder) / 'policy.yaml'
        file.write_text('"runs:stop": "role:admin"\n')
        named = file.with_name('trailmark.conf')
        named.write_text(f'[oslo_policy]\npolicy_file = {file}\n')

        rules = policies.Policies(
            secured.configuration('--config-file', str(named))
        )

        self.assertFalse(_may(rules, 'member', 'runs:stop'))
        self.assertTrue(_may(rules, 'member', 'runs:cancel'))


def _may(rules: policies.Policies, role: str, rule: str) -> bool:
    try:
        rules.check(guards.Caller('somebody', (role,)), rule)
    except exceptions.Forbidden:
        return False
    return True
