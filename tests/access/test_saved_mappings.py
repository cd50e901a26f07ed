"""A layout made of hostile words: saved exactly as typed, or refused in words; never a file outside of its folder."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import parse
from pages.components.upload_mapping import _name
from services.map_columns import Trial, save_mapping, try_mapping, words_of
from services.mapping_draft import Draft, yaml_of
from services.people import Person
from services.site import Site
from services.staging import stage, staged
from services.yaml_file import as_yaml
from tests.services.small_company import write_site

from .conftest import CANARY
from .payloads import PAYLOADS, Payloads

ANNA = Person("anna", "Anna", frozenset({"analyst"}))
TODAY = datetime(2026, 7, 1, tzinfo=UTC).date()
_YAML = (
    "null", "Null", "~", "yes", "NO", "on", "y", "true", "012", "089", "0o17", "0x1f", "1_000", "1e5", "12e03", ".5",
    "5.", "+1", "-", ".inf", ".nan", "١٢", "１２", "2026-01-01", "2026-01-01 10:00:00", "12:30:45", "---", "...", "<<",
    "=", "*", "*a", "&a b", "!!python/object/apply:os.system ['touch /tmp/pwned']", "!file /etc/passwd", "%TAG ! x",
    "? a", "- a", "a: b", "a:", "a #b", "#c", "[" * 5_000, "{" * 300, "'", '"', "'''", "\\", "\\x41", "| ", "> x",
    "@x", "`x", "a\tb", " lead", "trail ", "x\nname: other", "a\r\nb", "a\x85b", "a\u2028b", "a\u2029b", "\ufeffx",
    "x\x00y", "\x1b[2J", "\x7f", "\x9b", "😀", "\ufffe", "é", "Straße", "x" * 2_000, "a b " * 400,
)  # fmt: skip
_DEALT = Payloads(CANARY)
WORDS = (*_YAML, *(_DEALT.next() for _ in PAYLOADS))
_NAMES = [repr(word)[:30] for word in WORDS]


@pytest.fixture
def site(tmp_path) -> Site:
    site = write_site(tmp_path)
    site.workspace.mkdir()
    return site


def _export(site: Site, header: list[str], rows: list[list[str]]):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    assert stage(site, ANNA, "offers 2026-07.csv", io.BytesIO(text.getvalue().encode())) is None
    (file,) = staged(site, ANNA)
    return file


def _plain_draft(**more) -> Draft:
    columns = {"account_id": "Offer", "name": "Customer"}
    return replace(Draft("offers", "Offers", "accounts", columns), **more)


@pytest.mark.parametrize("word", WORDS, ids=_NAMES)
def test_what_is_written_is_read_back_as_it_was_typed(word):
    content = {
        "text": word, "list": [word, word], "keys": {word: "v"}, "values": {"k": word}, "deep": [{"a": {word: [word]}}],
    }  # fmt: skip
    read, _, problems = parse(as_yaml(content), "x.yaml")

    assert (read, problems) == (content, [])


@pytest.mark.parametrize("word", WORDS, ids=_NAMES)
def test_a_layout_with_such_words_is_saved_exactly_or_refused(word, site):
    """In every place of the form at once; where that is refused, the reason is one of ours."""
    file = _export(site, ["Offer", "Customer"], [["O1", "A1"], ["O2", "A2"]])
    draft = _plain_draft(
        title=word, missing=word, signs=word, only=("Customer", "one_of", (word, "A1")),
        values={"segment": {word: word, "SMB": "SMB"}}, constants={"owner": word},
        columns={"account_id": "Offer", "name": "Customer", "segment": "Customer"},
    )  # fmt: skip
    before = _files(site)

    problems = save_mapping(site, ANNA, file, draft)

    if problems:
        assert _files(site) == before
        assert all("YAML" not in problem.message and len(problem.message) < 200 for problem in problems)
        assert len(word) > 100 or not word.strip() or word == "*", problems
        return
    saved = _saved(site)
    feeding = saved.tables[0]
    assert saved.title == word
    assert saved.missing == tuple(part.strip() for part in word.split(",") if part.strip())
    assert saved.numbers.signs == tuple(word.split())
    assert feeding.filters[0].one_of == (word, "A1")
    assert dict(feeding.columns["segment"].values) == {word: word, "SMB": "SMB"}
    assert feeding.columns["owner"].constant == word
    assert _files(site) == before | {"mappings/offers.yaml"}


@pytest.mark.parametrize("number", range(3))
def test_names_of_columns_and_words_of_cells_are_read_by_what_was_saved(number, site):
    """Hostile names of columns and words of cells, as a file brings them: mapped, tried, saved, and tried again."""
    words = [" ".join(word.replace("\x00", "").split())[:60] for word in WORDS]
    words = [word for word in dict.fromkeys(words) if word.strip("\ufeff\ufffe") and word[0] not in "=+-@|%"]
    words = words[number::3][:38]
    head = words[1].replace("\n", " ")
    file = _export(site, ["Offer", head], [[f"O{at}", word] for at, word in enumerate(words)])
    assert not hasattr(file.found, "remedy"), file.found
    found = words_of(ANNA, file, file.found.header[1])
    known = {word: "SMB" for word in found if word != "*"}
    source = file.found.header[1]
    draft = _plain_draft(columns={"account_id": "Offer", "name": source, "segment": source}, values={"segment": known})

    tried = try_mapping(site, ANNA, file, draft, TODAY)

    assert isinstance(tried, Trial), tried
    assert tried.accepted >= 30, tried.problems[:3]
    assert save_mapping(site, ANNA, file, draft) == ()
    saved = _saved(site)
    assert dict(saved.tables[0].columns["segment"].values) == known
    assert saved.header == ("Offer", source)


@pytest.mark.parametrize("title", [
    "../../../tmp/pwned", "..\\..\\pwned", "/etc/cron.d/x", "....//x", "x/../../y", "offers.yaml", ".hidden", "CON",
    "nul", "com1", "LPT9", "aux.yaml", "Offers", "OFFERS", "ﬀ", "Отчёт", "1 offer", "", "   ", "x" * 99, "x" * 5_000,
    "a\x00b", "C:\\x", "~", "-rf", "$(touch /tmp/pwned)", "%2e%2e%2fx", "a\nb: c", "\u202eyaml", "offers ",
    "__", "İstanbul",
])  # fmt: skip
def test_no_name_leads_out_of_the_folder_or_over_another_file(title, site):
    file = _export(site, ["Offer", "Customer"], [["O1", "A1"], ["O2", "A2"]])
    assert save_mapping(site, ANNA, file, _plain_draft()) == ()
    first, before = (site.mappings / "offers.yaml").read_bytes(), _files(site)

    for name in dict.fromkeys((_name(title), title)):
        problems = save_mapping(site, ANNA, file, _plain_draft(name=name, title=title))

        new = _files(site) - before
        assert bool(problems) is not bool(new), (name, problems)
        assert all(one.message and one.remedy for one in problems), problems
        assert all(one.startswith("mappings/") and one.count("/") == 1 and one.endswith(".yaml") for one in new)
        assert not {one.rpartition("/")[2].lower() for one in new} & {"con.yaml", "nul.yaml", "com1.yaml", "lpt9.yaml"}
        before |= new
    assert (site.mappings / "offers.yaml").read_bytes() == first
    assert not (site.config.parent.parent / "pwned").exists()


def test_words_that_a_layout_cannot_tell_apart_are_refused(site):
    file = _export(site, ["Offer", "Customer"], [["O1", "A1"]])
    columns = {"account_id": "Offer", "name": "Customer", "segment": "Customer"}
    for values, said in (
        ({"Won": "won", "WON": "lost"}, "by its capitals only"),
        ({"*": "won", "x": "y"}, "cannot be given a meaning"),
    ):
        (problem,) = save_mapping(site, ANNA, file, _plain_draft(columns=columns, values={"segment": values}))
        assert said in problem.message
    assert save_mapping(site, ANNA, file, _plain_draft(columns=columns, values={"segment": {"*": "*", "x": "y"}})) == ()


@pytest.mark.parametrize("word", ["Straße", "GROẞ", "ΟΔΟΣ", "İzmir", "Ⅷ", "ǅ", "é", "ﬀ"])
def test_a_word_of_any_script_counts_as_it_stands_in_the_file(word, site):
    file = _export(site, ["Offer", "Kind"], [["O1", word], ["O2", "other"]])
    columns = {"account_id": "Offer", "name": "Kind", "segment": "Kind"}
    draft = _plain_draft(columns=columns, only=("Kind", "one_of", (word,)), values={"segment": {word: "SMB"}})

    tried = try_mapping(site, ANNA, file, draft, TODAY)

    assert isinstance(tried, Trial)
    assert (tried.accepted, tried.refused) == (1, 0), tried.problems
    assert tried.first_rows["segment"].tolist() == ["SMB"]


def test_a_layout_larger_than_a_file_may_be_is_refused(site):
    file = _export(site, ["Offer", "Customer"], [["O1", "A1"]])
    draft = _plain_draft(values={"name": {f"{at} {'x' * 4_000}": "y" for at in range(100)}})
    (problem,) = save_mapping(site, ANNA, file, draft)
    assert "is larger than" in problem.message
    assert "values" in yaml_of(draft, file.name, file.found)


def _saved(site: Site):
    return next(one for one in load_mappings(site.mappings)[0] if one.name == "offers")


def _files(site: Site) -> set[str]:
    return {str(one.relative_to(site.config)) for one in site.config.rglob("*") if one.is_file()}
