"""Operations of tasks of Fuel: transactions that were not deleted."""

from trailmark.api.openapi.fuel import transactions
from trailmark.api.openapi.operations import Operations

OPERATIONS: Operations = transactions.OPERATIONS
