"""Where statements run. A backend takes a sqlglot expression and returns its rows."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
from sqlglot import exp


class Backend(Protocol):
    """Anything that can run one of our statements over tables of the canonical names."""

    dialect: str

    def keep(self, name: str, query: exp.Expression) -> None:
        """Stores the rows of a query as a table that later statements read."""

    def run(self, statement: exp.Expression) -> pd.DataFrame:
        """The rows of a statement."""
