"""Whatever names a part of a graph, it is read or refused."""

import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from trailmark.flows import subgraphs

_NODES = {'n1': 0, 'n2': 1, 'node-1': 2, 'node-2': 3, 'master': 4, '7': 5}
_TASKS = ('prepare', 'serve', 'a-1')
_SETTINGS = settings(max_examples=300, deadline=None, derandomize=True)
_ENDS = st.builds(
    lambda task, nodes: f'{task}/{",".join(nodes)}' if nodes else task,
    st.sampled_from(_TASKS),
    st.lists(st.sampled_from(sorted(_NODES)), max_size=3),
)


def _parsed(text: str) -> tuple[subgraphs.Subgraph, list[str]]:
    parser = subgraphs.Parser(_NODES, _TASKS)
    return parser.parse(text), [str(each) for each in parser.found]


class SubgraphsTest(unittest.TestCase):
    @given(
        st.text()
        | st.lists(
            st.sampled_from([*_NODES, *_TASKS, '/', ':', ',', '-', '9', '0']),
            max_size=12,
        ).map(''.join)
    )
    @_SETTINGS
    def test_any_text_is_a_subgraph_or_refused(self, text: str) -> None:
        read, wrong = _parsed(text)

        known = {end.task for end in (read.start, read.end) if end}
        self.assertEqual(read.start is read.end is None, not known)
        self.assertTrue(wrong or (known and known <= {*_TASKS}))

    @given(_ENDS, _ENDS)
    @_SETTINGS
    def test_what_is_known_is_read_as_it_is_written(
        self, start: str, end: str
    ) -> None:
        read, wrong = _parsed(f'{start}:{end}')

        self.assertEqual([], wrong)
        for text, found in ((start, read.start), (end, read.end)):
            assert found is not None
            task, _, listed = text.partition('/')
            nodes = {_NODES[name] for name in listed.split(',') if listed}
            self.assertEqual(task, found.task)
            self.assertEqual(nodes, set(found.nodes or ()))

    @given(
        st.integers(0, 9999), st.integers(0, 100), st.text('nod-', max_size=5)
    )
    @_SETTINGS
    def test_a_range_is_every_name_of_it(
        self, first: int, more: int, prefix: str
    ) -> None:
        names = {f'{prefix}{n}': n for n in range(first, first + more + 1)}

        found, unknown = subgraphs.numbers(
            [f'{prefix}{first}-{first + more}'], names
        )

        self.assertEqual((set(names.values()), []), (found, unknown))

    def test_a_range_of_endless_numbers_is_no_range(self) -> None:
        text = f'prepare/n{"9" * 5000}-{"9" * 5001}'

        _read, [said] = _parsed(text)

        self.assertIn('there is no node', said)
