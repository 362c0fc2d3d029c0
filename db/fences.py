"""The fence of a run: only who holds its epoch writes its history."""

import dataclasses
import functools

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import clocks, connection, records


@functools.cache
def _fence(dialect: str, sets: str, wheres: str) -> sa.TextClause:
    return sa.text(
        'UPDATE runs SET flush_no = :flush_no,'
        f' lease_until = {clocks.now(dialect)} + :lease {sets}'
        ' WHERE id = :run AND epoch = :epoch AND flush_no = :flush_no - 1'
        f' {wheres}'
    )


_STANDING = sa.text('SELECT epoch, flush_no, state FROM runs WHERE id = :run')


def pass_fence(
    db: connection.Database,
    open_connection: sa.Connection,
    claim: records.Claim,
    sets: str = '',
    wheres: str = '',
    **values: object,
) -> bool:
    """Take the claim's next flush number, with more columns to be set.

    Returns whether rows are to be written: False when this flush was
    committed before and its answer was lost. Raises LeaseLost.

    Guard: fence. Guard: flush-number.
    """
    passed = open_connection.execute(
        _fence(db.dialect, sets, wheres),
        {
            'run': claim.run,
            'epoch': claim.epoch,
            'flush_no': claim.flush_no + 1,
            'lease': int(claim.lease_seconds * 1_000_000),
            **values,
        },
    )
    if passed.rowcount == 1:
        return True
    stands = open_connection.execute(_STANDING, {'run': claim.run}).first()
    if stands is not None and stands.epoch == claim.epoch:
        if stands.flush_no == claim.flush_no + 1:
            return False
        if stands.flush_no == claim.flush_no and 'new' in values:
            raise exceptions.IllegalTransition(
                kind='a run', old=stands.state, new=values['new']
            )
    raise exceptions.LeaseLost(run=claim.run, epoch=claim.epoch)


def next_claim(claim: records.Claim) -> records.Claim:
    """The claim after a flush."""
    return dataclasses.replace(claim, flush_no=claim.flush_no + 1)


def transition_id(flush_no: int) -> int:
    """What ids of a flush's transitions are above."""
    return flush_no << 24
