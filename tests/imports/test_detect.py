"""What a file seems to be, before anything is read of it."""

from pathlib import Path

import pytest

from kpi_engine.exports.detect import Detection, detect
from kpi_engine.problem import Problem


def found(tmp_path: Path, content: str, encoding: str = "utf-8") -> Detection:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode(encoding))
    seen = detect(path)
    assert isinstance(seen, Detection)
    return seen


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_that_gives_most_records_as_many_cells(tmp_path, sign):
    rows = "".join(sign.join(["a b", "1.5", "x"]) + "\n" for _ in range(5))
    assert found(tmp_path, sign.join(["n", "v", "t"]) + "\n" + rows).delimiter == sign


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1.5"], "point, as 1.5"),
        (["1.234,50"], "comma, as 1.234,50"),
        (["€ 12,5"], "comma, as € 12,5"),
        (["1.234"], "unclear, as 1.234"),
        (["1.234", "0.181"], "point, as 0.181"),
        (["12.5", "12,5"], "unclear: 12.5 and 12,5"),
        (["12"], "whole numbers"),
    ],
)
def test_the_style_of_decimals_is_said_only_where_a_cell_proves_it(tmp_path, cells, words):
    assert found(tmp_path, "n;v\n" + "".join(f"a;{cell}\n" for cell in cells)).decimals == words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["2026-01-31"], "year first, as 2026-01-31"),
        (["31.01.2026"], "day first, as 31.01.2026"),
        (["1/31/2026"], "month first, as 1/31/2026"),
        (["1/2/2026"], "day and month cannot be told apart yet, as 1/2/2026"),
        (["1/31/2026", "31/1/2026"], "mixed: some day first, some month first"),
        (["a"], "none seen"),
    ],
)
def test_the_order_of_day_and_month_is_said_only_where_a_cell_proves_it(tmp_path, cells, words):
    assert found(tmp_path, "n;v\n" + "".join(f"a;{cell}\n" for cell in cells)).dates == words


def test_titles_above_the_header_are_not_the_header(tmp_path):
    seen = found(tmp_path, "Offers\nprinted today\n\nid,name,day\n1,a,b\n2,c,d\n")
    assert (seen.lines_above, seen.header) == (3, ("id", "name", "day"))
    assert found(tmp_path, "sep=;\nid;name\n1;a\n").lines_above == 1
    assert found(tmp_path, 'id,name,day\n1,"a\nb",c\n').lines_above == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "shift_jis"])
def test_the_encoding_is_found(tmp_path, encoding):
    words = "東京株式会社の売上" if encoding == "shift_jis" else "Müller & Söhne, große Straße"
    assert found(tmp_path, "id;name\n" + f"1;{words}\n" * 60, encoding).encoding == encoding


def test_what_is_no_text_is_a_problem(tmp_path):
    for content in (b"PK\x03\x04", b" \n", b"a,b\0c\n1,2\n"):
        (tmp_path / "x.csv").write_bytes(content)
        assert isinstance(detect(tmp_path / "x.csv"), Problem)
