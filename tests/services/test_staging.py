"""Names and contents of uploaded files that mean no good."""

import time
from io import BytesIO

import pytest

from kpi_engine.exports import suggest
from services.people import LOCAL_PERSON
from services.site import Site
from services.staging import remove, stage, staged


@pytest.mark.parametrize(
    "name", ["€" * 200 + ".csv", "𝔸" * 200, "../../etc/passwd", "..\\..\\x.csv", "." * 300, "", "a/b/c.csv", "\x00.csv"]
)
def test_any_name_becomes_one_that_a_disk_takes(tmp_path, name):
    site = Site(tmp_path / "workspace", tmp_path / "config")

    assert stage(site, LOCAL_PERSON, name, BytesIO(b"id,amount\n1,2\n")) is None

    (kept,) = staged(site, LOCAL_PERSON)
    assert kept.path.parent.parent.parent == site.workspace / "uploads"
    assert not remove(site, LOCAL_PERSON, kept.name) and not staged(site, LOCAL_PERSON)


@pytest.mark.parametrize("cell", ["(" + " " * 20_000 + "x", "1" + " " * 20_000 + "xx", "1 " * 10_000 + "xx"])
def test_a_cell_of_blanks_is_read_in_no_time(cell):
    before = time.process_time()

    assert not any(shape.fullmatch(cell) for shape in suggest._SHAPES.values())

    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    "cell", ["€ 1,234.50", "1 234,50 EUR", "(1'234.50)", "-12", "USD 5", "$5-", "+ 5", "5\u00a0000,00\u00a0€"]
)
def test_amounts_are_still_known(cell):
    assert suggest._SHAPES["money"].fullmatch(cell)
