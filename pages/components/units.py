"""Values as people read them, under the name that pages use."""

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

__all__ = ["WINDOWS", "card_quantity", "change", "contract_quantity", "day", "hours", "quantity", "where"]
