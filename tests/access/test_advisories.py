"""The advisories in docs/security.md: each names a test of ours that exists, or says why it does not apply."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTION = (
    (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("## Advisories")[2].partition("\n## ")[0]
)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in SECTION.splitlines() if line.startswith("| ")
][1:]


def test_all_four_products_are_looked_at():
    assert {row[1] for row in ROWS} == {"Grafana", "Metabase", "Superset", "Streamlit"}
    assert len(ROWS) == len({row[0] for row in ROWS}) >= 20
    assert all(re.fullmatch(r"(CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d+)", row[0]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_names_a_test_that_exists(row):
    ours = row[3].strip("`")
    if ours.startswith("does not apply: "):
        return
    file, _, name = ours.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), ours
