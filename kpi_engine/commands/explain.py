"""`explain`: how a number comes about, with SQL to check it."""

from __future__ import annotations

import argparse

from ..explain import as_text, explain
from .setting import OUT, Setting, contract_named, working


def explain_kpi(arguments: argparse.Namespace) -> int:
    """Prints rows, filters, formula and a paste-able SQL for the latest final period."""
    setting = Setting.of(arguments)
    engine, snapshot = setting.engine(), setting.snapshot()
    contract = contract_named(engine, arguments.kpi)
    with working("Explaining…"):
        explanation = explain(engine, snapshot, contract.id, arguments.as_of or snapshot.data_on)
    OUT.print(as_text(explanation), markup=False)
    return 0
