"""The pages on tables and mappings say what is there."""

from __future__ import annotations

import re

from kpi_engine.mappings.model import Filter, Lookup, Mapping, Numbers, Source, TableMapping
from kpi_engine.tables.catalogue import TABLES
from kpi_engine.tables.document import tables_document

from .conftest import ROOT, SHIPPED, mapping_of

TABLES_PAGE = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
MAPPINGS_PAGE = (ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")


def test_the_page_on_tables_is_made_from_the_catalogue() -> None:
    assert tables_document() == TABLES_PAGE, "run python -m kpi_engine.tables.document > docs/tables.md"


def test_every_shipped_mapping_is_listed() -> None:
    own_names = {table.name for table in TABLES}
    for mapping in SHIPPED:
        if mapping.name not in own_names:
            assert f"| `{mapping.name}` | {mapping.title} |" in MAPPINGS_PAGE


def test_every_field_of_a_mapping_is_explained() -> None:
    for model in (Mapping, TableMapping, Source, Lookup, Filter, Numbers):
        for name, field in model.model_fields.items():
            said = f"{field.alias or name}"
            assert re.search(rf"\b{said}\b", f"{MAPPINGS_PAGE}\n{model.__doc__}"), f"{model.__name__}.{said}"


def test_the_example_is_a_mapping() -> None:
    example = re.search(r"```yaml\n(.*?)```", MAPPINGS_PAGE, re.S)
    assert example
    assert mapping_of(example[1]).tables[0].table == "subscriptions"
