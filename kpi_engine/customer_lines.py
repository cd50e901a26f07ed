"""Where customers' recurring amounts come from: shared by retention and movements."""

from __future__ import annotations

from typing import ClassVar

from .measure import Filter, Spec
from .partial import States
from .supply import Context


class CustomerLines(Spec):
    """Lines of `table` that run from `start` until `end` (exclusive), each of an annual `amount`.

    What a customer holds is known at month ends only.
    """

    table: str = "subscriptions"
    start: str = "starts_on"
    end: str = "ends_on"
    amount: str = "arr"
    where: tuple[Filter, ...] = ()

    months_only: ClassVar[bool] = True

    def states(self) -> States:
        """Customers' states at month ends."""
        return States(self.table, self.start, self.end, self.amount, self.where)

    def requests(self, context: Context) -> tuple[States, ...]:
        """What is asked of a backend."""
        return (self.states(),)
