"""Parameters that do not travel with their attempts."""

import dataclasses
import unittest

from trailmark.common import exceptions
from trailmark.messaging import contracts, large
from trailmark.tests.unit.messaging import test_contracts

_DATA = 'x' * (3 * large.PIECE + 17)
_ATTEMPT = dataclasses.replace(
    test_contracts.ATTEMPT, parameters={'path': '/f', 'data': _DATA}
)


class LargeTest(unittest.TestCase):
    def setUp(self) -> None:
        self.whole = large.body(_ATTEMPT)

    def _piece(self, offset: int) -> contracts.Piece:
        return large.piece(self.whole, offset)

    def test_what_is_emptied_is_filled_again(self) -> None:
        empty = large.emptied(_ATTEMPT)

        self.assertEqual(({}, ()), (empty.parameters, empty.secrets))
        found = large.filled(empty, large.gather(self._piece))
        self.assertEqual(_ATTEMPT, found)

    def test_only_large_parameters_are_left_out(self) -> None:
        self.assertTrue(large.is_large(_ATTEMPT))
        self.assertFalse(large.is_large(test_contracts.ATTEMPT))

    def test_no_piece_is_larger_than_said(self) -> None:
        sizes: list[int] = []

        def read(offset: int) -> contracts.Piece:
            piece = self._piece(offset)
            sizes.append(len(piece.data))
            return piece

        large.gather(read)

        self.assertEqual(4, len(sizes))
        self.assertEqual(large.PIECE, max(sizes))

    def test_pieces_of_something_else_are_refused(self) -> None:
        def read(offset: int) -> contracts.Piece:
            other = self.whole.replace(b'x', b'y') if offset else self.whole
            return large.piece(other, offset)

        self.assertRaises(exceptions.MessageRefused, large.gather, read)

    def test_what_is_no_body_is_refused(self) -> None:
        for got in (b'', b'[]', b'{}', b'{"parameters": 1}'):
            with self.assertRaises(exceptions.MessageRefused, msg=str(got)):
                large.filled(large.emptied(_ATTEMPT), got)
