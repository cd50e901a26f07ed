"""Where statements run. A backend takes a sqlglot expression and returns its rows."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
import pyarrow as pa
from sqlglot import exp


class Backend(Protocol):
    """Anything that can run our statements over tables of the canonical names, several at a time."""

    dialect: str

    def keep(self, name: str, query: exp.Expression) -> None:
        """Stores the rows of a query as a table that later statements read; replaces one of that name."""

    def fetch(self, statement: exp.Expression) -> pa.Table:
        """The rows of a statement as arrays."""

    def run(self, statement: exp.Expression) -> pd.DataFrame:
        """The rows of a statement as people read them."""
