"""The PDF: at most five pages, cut by rank; names stay text; equal content gives equal bytes in any process."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from services.packet.content import Caveat, Check, Group, Row, Task, digest, from_json
from services.packet.content import as_json as stored
from services.packet.pdf import MOST_PAGES, fitted
from services.packet.shorten import cuts, shortened
from services.packet.summary import MOST_ROWS
from tests.pages.assessments import ACTIVATION, RENEWALS, WIN_RATE

from .occasion import content

ROOT = Path(__file__).parents[2]
INJECTED = '#panic("x") *bold* _it_ $x$ `raw` @ref <label> [link](http://a.example) \\ #include "/etc/passwd" // /* */'


def text_of(pdf: bytes) -> str:
    # Lines are broken wherever the layout likes.
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def many(count: int):
    """A packet with so many exceptions and actions, far more than five pages hold."""
    cards = [replace(WIN_RATE, key=f"k{n}", name=f"Card {n}", slice=f"Slice {n}") for n in range(count)]
    tasks = tuple(Task(f"Action {n}", "context", "Dana", date(2026, 7, 1), "open", n < 3) for n in range(count))
    return content(*cards, tasks=tasks, confidence=tuple(Caveat(f"KPI {n}", "Medium: by hand") for n in range(count)))


def test_a_short_packet_is_whole():
    kept, pdf, pages = fitted(content(RENEWALS, WIN_RATE, ACTIVATION))

    assert kept.cut == ()
    assert pages == len(PdfReader(BytesIO(pdf)).pages) <= 3
    assert "Renewalriskdollars" in text_of(pdf)
    assert b"pdfuaid" in pdf, "it is accessible by PDF/UA"


def test_an_overlong_packet_is_cut_by_rank_to_five_pages_and_says_so():
    kept, pdf, pages = fitted(many(60))

    assert pages == len(PdfReader(BytesIO(pdf)).pages) <= MOST_PAGES
    assert kept.breaches[0].whole
    whole = [one.whole for one in kept.breaches]
    assert whole == sorted(whole, reverse=True), "a lower rank is never told in full before a higher one"
    assert [one.rank for one in kept.breaches] == list(range(1, len(kept.breaches) + 1))
    assert any("told in one line" in said for said in kept.cut)
    assert "".join(kept.cut[0].split()) in text_of(pdf)


def test_no_more_is_cut_than_needed():
    full = many(60)
    kept, _, _ = fitted(full)
    order = cuts(full)
    needed = next(n for n in range(len(order) + 1) if shortened(full, order[:n]) == kept)

    one_less = fitted_pages(shortened(full, order[: needed - 1]))
    assert one_less > MOST_PAGES


def fitted_pages(kept) -> int:
    from services.packet.pdf import _printed

    return _printed(kept)[1]


def test_what_is_overdue_or_due_goes_after_what_is_not():
    full = many(12)
    checks = (Check("Old", "#1", "Dana", date(2026, 6, 1), "met"), Check("New", "#2", "Dana", date(2026, 7, 1), "due"))
    order = cuts(replace(full, checks=checks))

    assert order.index(("later actions", 11)) < order.index(("overdue actions", 0))
    assert order.index(("without check", 0)) < order.index(("without check", 1))
    assert order.index(("told in one line", 11)) < order.index(("told in one line", 3))
    assert ("told in one line", 0) not in order


def test_markup_in_names_stays_text():
    card = replace(WIN_RATE, name=INJECTED, slice=INJECTED, action_text=INJECTED, confidence_note=INJECTED)
    tasks = (Task(INJECTED, INJECTED, INJECTED, date(2026, 7, 1), "open", False),)
    _, pdf, _ = fitted(content(card, tasks=tasks, asked=INJECTED, headline=INJECTED))

    assert text_of(pdf).count("".join(INJECTED.split())) >= 4


def test_a_character_without_a_glyph_does_not_stop_the_packet():
    _, pdf, pages = fitted(content(replace(WIN_RATE, name="勝率 😀", slice="العربية")))

    assert pages == len(PdfReader(BytesIO(pdf)).pages)


def test_equal_content_gives_equal_bytes_in_another_process(tmp_path):
    packet = content(RENEWALS, WIN_RATE, ACTIVATION)
    (tmp_path / "content.json").write_bytes(stored(packet))
    script = (
        "import sys; from pathlib import Path; from services.packet.pdf import fitted;"
        "from services.packet.content import as_json, digest, from_json;"
        "from services.packet.html import document; c = from_json(Path(sys.argv[1]).read_bytes());"
        "print(digest(as_json(c)), digest(document(c)), digest(fitted(c)[1]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "content.json")]
    there = {
        subprocess.run(
            command, cwd=ROOT, env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": ""}, capture_output=True, check=True
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }

    from services.packet.html import document

    here = f"{digest(stored(packet))} {digest(document(packet))} {digest(fitted(packet)[1])}\n".encode()
    assert there == {here}


def test_content_is_read_back_exactly():
    packet = content(RENEWALS, WIN_RATE)

    assert from_json(stored(packet)) == packet


def test_as_many_rows_as_are_allowed_stand_on_the_first_page():
    row = Row(
        "kpi", "A KPI with a rather long name", "", "yellow", 0.25, "25.0 %", 1234, "13 weeks to 28 Jun",
        "red below 21.3 %, green above 80.0 %; falls more than 15 % against the trailing 8 weeks", "4 slices green",
        None, None, None, None, None, WIN_RATE.points, 0.2,
    )  # fmt: skip
    rows = tuple(replace(row, name=f"{row.name} {number}") for number in range(MOST_ROWS))
    groups = tuple(Group(f"Forum {number}", rows[number * 12 : number * 12 + 12]) for number in range(4))
    _, pdf, _ = fitted(content(WIN_RATE, groups=groups, asked="Why? " * 80))

    first = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert f"long name {MOST_ROWS - 1}" in " ".join(first.split())
