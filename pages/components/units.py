"""Values as people read them, under the name that pages use."""

from rendering.reasons import reason_in_words
from rendering.units import (
    WINDOWS,
    card_quantity,
    change,
    contract_quantity,
    day,
    hours,
    quantity,
    where,
)

__all__ = [
    "WINDOWS",
    "card_quantity",
    "change",
    "contract_quantity",
    "day",
    "hours",
    "quantity",
    "reason_in_words",
    "where",
]
