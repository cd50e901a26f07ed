"""`readings`: KPI × slice × period as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

import pandas as pd
from rich.table import Table

from ..contract import Contract
from ..engine import Engine
from ..period import WindowName
from ..wording import in_words
from .setting import OUT, Setting, Stop, contract_named, working

SHOWN = (
    "kpi",
    "dimension",
    "slice",
    "window",
    "period_start",
    "period_end",
    "value",
    "n",
    "state",
    "reason",
    "variant",
)
FINGERPRINTS = ("left_out", "snapshot", "contract", "engine")


def readings(arguments: argparse.Namespace) -> int:
    """Prints readings of all KPIs, or of those named, by week or another window, or of one span of days."""
    setting = Setting.of(arguments)
    engine, snapshot = setting.engine(), setting.snapshot()
    named = {contract.id: contract for contract in (contract_named(engine, name) for name in arguments.kpi)}
    chosen = list((named or engine.contracts).values())
    as_of = arguments.as_of or snapshot.data_on
    span = _span(arguments)
    found = []
    with working("Reading…"):
        for windows, contracts in _by_window(chosen, arguments.window, named=bool(arguments.kpi)).items():
            found.append(
                engine.readings(
                    snapshot,
                    as_of,
                    kpis=[contract.id for contract in contracts],
                    by=_dimensions(contracts, arguments.by),
                    windows=None if span else windows,
                    span=span,
                )
            )
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame({name: [] for name in SHOWN})
    _print(rows, arguments.format, engine)
    return 0


def _span(arguments: argparse.Namespace) -> tuple[date, date] | None:
    if (arguments.first is None) != (arguments.last is None):
        raise Stop("--from and --to belong together")
    if arguments.first is None:
        return None
    if arguments.first > arguments.last:
        raise Stop(f"--from {arguments.first} lies after --to {arguments.last}")
    return arguments.first, arguments.last


def _by_window(
    contracts: list[Contract], window: WindowName | None, *, named: bool
) -> dict[tuple[WindowName, ...], list[Contract]]:
    """Contracts by the window to read: the one asked for, else each contract's first."""
    groups: dict[tuple[WindowName, ...], list[Contract]] = {}
    for contract in contracts:
        if window is not None and window not in contract.windows:
            if named:
                raise Stop(f"{contract.id} is not read by {window}; its windows are {', '.join(contract.windows)}")
            continue
        groups.setdefault((window or contract.windows[0],), []).append(contract)
    return groups


def _dimensions(contracts: list[Contract], wanted: list[str]) -> list[str]:
    known = {dimension.name for contract in contracts for dimension in contract.dimensions}
    for name in wanted:
        if name not in known:
            raise Stop(f"no KPI asked for has a dimension {name!r}; there are {', '.join(sorted(known))}")
    return wanted


def _print(rows: pd.DataFrame, form: str, engine: Engine) -> None:
    if form == "csv":
        rows[[*SHOWN, *FINGERPRINTS]].to_csv(sys.stdout, index=False)
        return
    if form == "json":
        print(json.dumps(_as_data(rows), ensure_ascii=False))
        return
    table = Table(*("KPI", "slice", "window", "period", "value", "n", "state", "variant"), box=None)
    for row in rows.to_dict("records"):
        contract = engine.contracts[row["kpi"]]
        evaluable = row["state"] != "not_evaluable"
        value = in_words(row["value"], contract.unit, engine.company.currency, contract.decimals) if evaluable else "—"
        slice_ = row["slice"] if row["dimension"] == "total" else f"{row['dimension']}: {row['slice']}"
        period = f"{row['period_start']} – {row['period_end']}"
        label = contract.variants[row["variant"]].label
        table.add_row(
            row["kpi"], slice_, row["window"], period, value, f"{row['n']:,}", row["reason"] or row["state"], label
        )
    OUT.print(table)


def _as_data(rows: pd.DataFrame) -> list[dict[str, object]]:
    found = [
        {str(key): value for key, value in row.items()} for row in rows[[*SHOWN, *FINGERPRINTS]].to_dict("records")
    ]
    for row in found:
        row["period_start"], row["period_end"] = str(row["period_start"]), str(row["period_end"])
        row["value"] = None if row["state"] == "not_evaluable" else float(row["value"])
        row["n"], row["left_out"] = int(row["n"]), int(row["left_out"])
    return found
