"""Tests of what the noop twins of files tell."""

from typing import Any

from trailmark.tests.unit.drivers import file_trees


class DiffsTest(file_trees.TreeCase):
    """What the noop twin tells, changing nothing."""

    def setUp(self) -> None:
        super().setUp()
        self.file = self.tree / 'f'

    def told(
        self, data: Any, secrets: tuple[str, ...] = (), **more: Any
    ) -> dict[str, Any]:
        given = {'path': str(self.file), 'data': data, **more}
        before = self.everything()
        summary: dict[str, Any] = self.tell(
            'upload_file', given, secrets=secrets
        )
        self.assertEqual(before, self.everything())
        return summary

    def test_a_text_is_told_by_its_diff(self) -> None:
        self.file.write_text('one\ntwo\n')
        self.file.chmod(0o644)
        said = self.told('one\nthree\n')
        self.assertTrue(said['noop'])
        self.assertIn('in place of other content', said['plan'][0])
        self.assertEqual(
            ['@@ -1,2 +1,2 @@', ' one', '-two', '+three'],
            said['diff'].splitlines()[2:],
        )

    def test_a_new_file_is_all_additions(self) -> None:
        self.assertIn('\n+three\n', self.told('three\n')['diff'])

    def test_a_right_file_has_neither_plan_nor_diff(self) -> None:
        given = {'path': str(self.file), 'data': 'new\n'}
        self.do('upload_file', given)
        self.assertEqual({'noop': True, 'plan': []}, self.told('new\n'))

    def test_binary_content_is_told_by_size_and_digest(self) -> None:
        self.file.write_bytes(b'\xff\0')
        self.file.chmod(0o644)
        said = self.told('text')['diff']
        self.assertIn('2 bytes become 4 bytes', said)
        self.assertEqual(2, said.count('sha256 '))

    def test_a_secret_is_in_neither_diff_nor_plan(self) -> None:
        secret = 'first hunter2\nsecond hunter2\n'
        self.file.write_text('old hunter1\n')
        said = str(self.told(secret, (secret,)))
        self.assertNotIn('hunter', said)
        self.assertIn('12 bytes become 29 bytes', said)

    def test_an_old_secret_is_not_told_either(self) -> None:
        self.file.write_text('pass hunter2\n')
        said = str(self.told('nothing', ('hunter2',)))
        self.assertNotIn('hunter', said)

    def test_what_others_may_not_read_is_not_told(self) -> None:
        for before, after in (('0600', '0644'), ('0644', '0600')):
            with self.subTest(after):
                self.file.write_text('private')
                self.file.chmod(int(before, 8))
                said = str(self.told('hidden', permissions=after))
                self.assertNotIn('private', said.replace(str(self.file), ''))
                self.assertNotIn('+hidden', said)

    def test_a_long_diff_is_cut(self) -> None:
        data = ''.join(f'{number}\n' for number in range(9000))
        said = self.told(data)['diff']
        self.assertLess(len(said), 20_000)
        self.assertTrue(said.endswith('[... cut]\n'))

    def test_a_large_text_is_told_by_digest(self) -> None:
        self.assertIn('+sha256 ', self.told('x\n' * 50_000)['diff'])

    def test_what_can_not_be_done_is_only_told(self) -> None:
        self.file.mkdir()
        self.assertEqual(
            [f'nothing can be done: {self.file}: a folder is in the way'],
            self.told('x')['plan'],
        )

    def test_computed_data_is_only_told(self) -> None:
        said = self.told({'yaql_exp': '$'})
        self.assertIn('what is computed', said['plan'][0])
