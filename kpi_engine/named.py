"""Which rows stand behind a metric, by the part they play in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .account_states import AccountStates
from .arrays import Ints
from .measure import Stock
from .partial import Partial, States
from .period import Period


@dataclass(frozen=True, slots=True)
class Held:
    """Customers at two month ends, as arrays over all of them: whether each counts, ten-thousandths then and now.

    `counted` is what the metric adds up of each, in ten-thousandths of money or in customers.
    """

    counts: NDArray[np.bool_]
    then: Ints
    now: Ints
    counted: Ints


@dataclass(frozen=True, slots=True)
class OfCustomers:
    """The customers that count in a period, None where the metric knows none; `name` says what is counted of them."""

    states: States
    held: Callable[[AccountStates, Period], Held | None]
    name: str
    of_money: bool


@dataclass(frozen=True, slots=True)
class Active:
    """The rows of a stock that were there at any time in the period."""

    stock: Stock


@dataclass(frozen=True, slots=True)
class Earlier:
    """What lies some whole windows before the period."""

    of: Partial | Stock | Active | OfCustomers | Earlier
    periods: int


Named = Partial | Stock | Active | OfCustomers | Earlier
