"""Public exports that do not ship with the project, where they lie beside the checkout."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from .conftest import ROOT, Desk, mapping_of

DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the public exports do not lie beside the checkout"),
]
POLLOCK = DATA / "messy_csv" / "pollock_sample"
SPECTRUM = DATA / "messy_csv" / "csv_spectrum"


# Rows without content, and quotation marks amid cells that are not quoted.
REFUSED = ("empty", "empty_crlf", "location_coordinates")


def copied(desk: Desk, folder: Path) -> None:
    for path in folder.glob("*.csv"):
        desk.put(path.name, path.read_bytes())


def test_crm_sales_opportunities(desk: Desk) -> None:
    copied(desk, DATA / "crm_sales_opportunities")
    result = desk.load()
    rows = desk.rows(result, "opportunities", "stage, status, amount, product, region, list_amount")
    counts = {stage: sum(row[0] == stage for row in rows) for stage in ("Won", "Lost", "Engaging", "Prospecting")}
    assert counts == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    assert sum(row[2] for row in rows if row[1] == "won") == Decimal(10_005_534)
    assert all(row[3] != "GTXPro" and row[4] and row[5] for row in rows)
    assert result.snapshot
    assert result.snapshot.data_on == date(2017, 12, 31)


def test_recurly_seed(desk: Desk) -> None:
    copied(desk, DATA / "connector_seeds" / "recurly")
    result = desk.load()
    assert desk.rows(result, "subscriptions", "count(*)") == [(4,)]


def test_salesforce_seed_holds_deleted_deals_only(desk: Desk) -> None:
    copied(desk, DATA / "connector_seeds" / "salesforce")
    result = desk.load(data_on=date(2020, 1, 1))
    assert result.tables[0].filtered == result.tables[0].read == 10


def text_mapping(columns: list[str], signature: list[str]) -> str:
    """Puts up to eight columns of any export into text columns, beside its row's content as the key."""
    targets = ("owner", "name", "segment", "region", "industry", "country", "tier", "source", "plan")
    pairs = {target: {"from": [column]} for target, column in zip(targets, columns, strict=False)}
    sources = {"account_id": {"join": columns[:1]} if len(columns) == 1 else {"join": columns}, **pairs}
    return json.dumps(
        {"name": "any", "title": "Any", "files": "*.csv", "header": signature,
         "tables": [{"table": "accounts", "columns": sources, "absent": []}]}
    )  # fmt: skip


@pytest.mark.parametrize("path", sorted(POLLOCK.glob("csv/*.csv")), ids=lambda path: path.stem)
def test_polluted_files_are_exact_stated_or_refused(desk: Desk, path: Path) -> None:
    columns = ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "ProductDescription", "URL", "Comments"]
    mapping = mapping_of(text_mapping(columns[:8], columns))
    desk.put(path.name, path.read_bytes())
    result = desk.load(mapping, data_on=date(2026, 1, 1))
    if result.snapshot is None:
        assert result.problems
        return
    read = desk.rows(result, "accounts", "owner, name, segment, region, industry, country, tier, source")
    assert read == truth(path)


def truth(path: Path) -> list[tuple[str | None, ...]]:
    clean = (POLLOCK / "clean" / path.name).read_text(encoding="utf-8")
    records = list(csv.reader(io.StringIO(clean, newline="")))
    return sorted({tuple(cell or None for cell in record[:8]) for record in records[1:]})


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_spectrum_files_are_exact(desk: Desk, path: Path) -> None:
    expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    columns = list(expected[0])
    mapping = mapping_of(text_mapping(columns, columns))
    desk.put(path.name, path.read_bytes())
    result = desk.load(mapping, data_on=date(2026, 1, 1))
    targets = ("owner", "name", "segment", "region", "industry", "country", "tier", "source", "plan")[: len(columns)]
    if path.stem in REFUSED:
        assert result.problems
        return
    read = desk.rows(result, "accounts", ", ".join(targets))
    assert read == sorted({tuple(row[column] or None for column in columns) for row in expected})
