"""From a dropped file to a published snapshot and back, and every way in which that must not go wrong."""

import csv
import shutil
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from decision_log.load import LoadDiscarded, LoadPublished, LoadRolledBack
from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot_store import Busy, current_snapshot, locked, snapshot_history
from kpi_engine.yaml_strict import load_model
from services import upload
from services.map_columns import (
    layouts,
    save_mapping,
    try_mapping,
)
from services.mapping_draft import Draft
from services.people import Denied, Person
from services.publication import published
from services.roll_back import events, past_loads, roll_back
from services.site import Site
from services.staging import Reading, remove, report_file, stage, staged, tell
from services.upload import check, discard, publish, refused_rows, standing_report

from .small_company import ROOT, write_exports, write_site

NOW = datetime(2026, 7, 10, 8, tzinfo=UTC)
ANNA = Person("anna", "Anna Petrov", frozenset({"analyst"}))
REMY = Person("remy", "Remy Castellan", frozenset({"steward"}))
WHY = "The team asked for it in writing."
OFFERS = {"Offer No": "proposal_id", "Customer": "account_id", "Sent": "sent_on", "Signed": "accepted_on"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Proposals that are no longer accepted, published."""
    site = write_site(tmp_path)
    write_exports(tmp_path / "exports")
    company, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    assert not import_folder(tmp_path / "exports", site.workspace, company, mappings).problems
    return site


def rows_of(tmp_path: Path, table: str = "proposals") -> list[dict[str, str]]:
    with (tmp_path / "exports" / f"{table}.csv").open() as file:
        return list(csv.DictReader(file))


def as_csv(rows: list[dict[str, str]], delimiter: str = ",", **names: str) -> bytes:
    back = {ours: theirs for theirs, ours in names.items()}
    columns = list(rows[0])
    lines = [delimiter.join(back.get(column, column) for column in columns)]
    lines += [delimiter.join(row[column] for column in columns) for row in rows]
    return "\n".join(lines).encode() + b"\n"


def drop(site: Site, name: str, content: bytes, *, person: Person = ANNA, mapping: str = "proposals") -> None:
    assert stage(site, person, name, BytesIO(content)) is None
    tell(site, person, name, Reading(mapping=mapping))


def checked(site: Site, person: Person = ANNA, **settings):
    report, problems = check(site, person, NOW, **settings)
    assert report is not None, [str(one) for one in problems]
    return report


def accept_again(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Everything sent from June on was signed the same day after all."""
    return [
        {**row, "accepted_on": row["sent_on"] if row["sent_on"] > "2026-06" else row["accepted_on"]} for row in rows
    ]


def test_a_new_layout_is_mapped_reported_published_and_rolled_back(site: Site, tmp_path: Path) -> None:
    before = published(site)[0].assessment
    assert [card.status for card in before.cards] == ["red"]
    rows = accept_again(rows_of(tmp_path))
    german = [{key: ".".join(v.split("-")[::-1]) if key.endswith("_on") else v for key, v in r.items()} for r in rows]
    stage(site, ANNA, "Angebote 2026-07.csv", BytesIO(as_csv(german, ";", **OFFERS)))
    (file,) = staged(site, ANNA)

    assert (file.found.delimiter, file.found.encoding) == (";", "utf-8")
    assert file.found.dates.startswith("day first")
    assert layouts(site, ANNA, file).recognised == ""
    draft = Draft(
        "angebote", "Offers", "proposals", {ours: theirs for theirs, ours in OFFERS.items()}, dates="%d.%m.%Y"
    )
    trial = try_mapping(site, ANNA, file, draft, NOW.date())
    assert (trial.accepted, trial.refused, trial.problems) == (1040, 0, ())
    assert save_mapping(site, ANNA, file, draft) == ()
    assert save_mapping(site, ANNA, file, draft)[0].message == "the name 'angebote' is taken"
    (file,) = staged(site, ANNA)
    assert layouts(site, ANNA, file).recognised == "angebote"
    tell(site, ANNA, file.name, Reading(mapping="angebote"))

    report = checked(site)
    (change,) = report.effect.differences
    assert (change.table, change.added, change.removed, change.changed) == ("proposals", 0, 0, 160)
    assert report.effect.gone_cards == ("red: Proposal acceptance rate",)
    assert current_snapshot(site.workspace).fingerprint == before.snapshot, "nothing counts before it is published"
    assert standing_report(site, ANNA) == report

    assert check(site, ANNA, NOW, leave_out=WHY * 1000)[1][0].message == "is too long"
    assert publish(site, ANNA, report.id, WHY * 1000, NOW)[0].message == "is too long"
    assert publish(site, ANNA, report.id, "", NOW) == ()
    assert publish(site, ANNA, report.id, "", NOW) == (), "a second click changes nothing"
    assert published(site)[0].assessment.cards == ()
    assert staged(site, ANNA) == ()
    assert roll_back(site, ANNA, before.snapshot, WHY * 1000, "k0", NOW)[0].message == "is too long"
    assert roll_back(site, ANNA, before.snapshot, WHY, "k1", NOW) == ()
    assert published(site)[0].assessment == before
    assert [type(event) for _, _, event in events(site, ANNA)] == [LoadRolledBack, LoadPublished]
    assert [one.standing for one in past_loads(site, ANNA)] == ["rolled back", "in force"]


def test_a_broken_file_can_be_mended_from_its_message_alone(site: Site, tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    rows[4]["sent_on"] = "soon"
    drop(site, "proposals.csv", as_csv(rows))
    report = checked(site)
    (problem,) = report.problems
    assert report.snapshot is None
    assert (problem.row, problem.column, problem.value) == (6, "sent_on", "soon")
    assert "write YYYY-MM-DD" in str(problem)
    assert b"proposals.csv,6,sent_on,soon" in refused_rows(site, ANNA, report).content

    lines = as_csv(rows).decode().splitlines()
    lines[problem.row - 1] = lines[problem.row - 1].replace(problem.value, "2026-01-05")
    drop(site, "proposals.csv", "\n".join(lines).encode())
    assert standing_report(site, ANNA) is None, "the report speaks of another file"
    assert checked(site).changes_nothing


def test_the_page_shows_the_first_rows_with_a_problem_and_the_file_has_them_all(site: Site, tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    for row in rows[:700]:
        row["sent_on"] = "soon"
    drop(site, "proposals.csv", as_csv(rows))
    report = checked(site)

    assert (report.told, len(report.problems), report.rows_only) == (700, 51, True)
    assert report.problems[-1].message == "700 rows have this problem; the first 50 are listed"
    content = refused_rows(site, ANNA, report).content.decode("utf-8-sig").splitlines()
    assert content[700].startswith("proposals.csv,701,sent_on,soon")
    assert len(content) == 701
    left_out = checked(site, leave_out=WHY)
    assert (left_out.told, left_out.refused, left_out.tables[0].accepted) == (700, 700, 340)
    discard(site, ANNA, "", NOW)
    assert list(report_file(site, ANNA).parent.glob("*.csv")) == []


def test_unreadable_rows_can_be_left_out_by_reason(site: Site, tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    rows[4]["sent_on"] = "soon"
    drop(site, "proposals.csv", as_csv(rows))
    report = checked(site, leave_out=WHY)
    assert [problem.row for problem in report.left_out] == [6]
    assert publish(site, ANNA, report.id, "", NOW) == ()
    table = current_snapshot(site.workspace).tables["proposals"]
    assert (table.left_out, table.left_out_reason) == (1, WHY)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("fewer rows", lambda rows: rows[:600]),
        ("slice missing", lambda rows: [row for row in rows if row["segment"] != "SMB"]),
        ("amounts scaled", lambda rows: [{**row, "amount": row["amount"] + "00"} for row in rows]),
        ("dates shifted", lambda rows: [{**row, "created_on": _later(row["created_on"])} for row in rows]),
        ("older file", None),
    ],
)
def test_a_suspicious_load_needs_a_reason_which_the_log_keeps(site: Site, kind: str, change) -> None:
    deals = [
        {"opportunity_id": f"D{i}", "owner": "Kim", "stage": "Pilot", "status": "open", "forecast_category": "commit",
         "amount": str(1000 + i), "close_on": "2026-09-01", "created_on": f"2026-03-{i % 28 + 1:02d}",
         "segment": "SMB" if i % 4 == 0 else "Enterprise"}
        for i in range(1000)
    ]  # fmt: skip

    def load(rows):
        drop(site, "opportunities.csv", as_csv(rows), mapping="opportunities")
        return checked(site)

    report = load(deals)
    assert report.effect.suspicions == ()
    assert publish(site, ANNA, report.id, "", NOW) == ()
    if change is None:
        report = load([{**row, "amount": "7" + row["amount"]} for row in deals])
        assert report.effect.suspicions == (), "other amounts alone are no sign"
        assert publish(site, ANNA, report.id, "", NOW) == ()
    report = load(deals if change is None else change(deals))
    assert kind in {one.kind for one in report.effect.suspicions}

    current = current_snapshot(site.workspace)
    assert publish(site, ANNA, report.id, " no ", NOW)[0].column == "reason"
    assert current_snapshot(site.workspace) == current
    assert publish(site, ANNA, report.id, WHY, NOW) == ()
    _, _, event = events(site, ANNA)[0]
    assert event.reason == WHY
    assert event.suspicions == tuple(one.message for one in report.effect.suspicions)


def test_a_table_that_two_files_fed_is_not_replaced_by_one_unasked(site: Site, tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    drop(site, "proposals_1.csv", as_csv(rows[:800]))
    drop(site, "proposals_2.csv", as_csv(rows[800:]))
    drop(
        site, "accounts.csv", as_csv([{**r, "owner": "Lee"} for r in rows_of(tmp_path, "accounts")]), mapping="accounts"
    )
    assert publish(site, ANNA, checked(site).id, "", NOW) == ()
    drop(site, "proposals_1.csv", as_csv([{**row, "accepted_on": ""} for row in rows[:800]]))
    assert [one.kind for one in checked(site).effect.suspicions if one.kind.startswith("fewer")] == ["fewer files"]


def _later(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 31).isoformat()


def test_two_people_at_once_get_a_clear_message(site: Site, tmp_path: Path) -> None:
    drop(site, "proposals.csv", as_csv(accept_again(rows_of(tmp_path))))
    drop(site, "proposals.csv", as_csv(rows_of(tmp_path)[:-1]), person=REMY)
    with locked(site.workspace):
        report, (problem,) = check(site, ANNA, NOW)
        assert report is None
        assert "right now" in problem.message
        with pytest.raises(Busy):
            locked(site.workspace, wait=False).__enter__()
    first, second = checked(site), checked(site, REMY)
    assert publish(site, ANNA, first.id, "", NOW) == ()
    (problem,) = publish(site, REMY, second.id, "", NOW)
    assert "changed since the check" in problem.message
    assert checked(site, REMY).onto == first.snapshot


@pytest.mark.parametrize("step", ["candidate", "publish_candidate", "_finish"])
def test_a_kill_between_steps_leaves_one_snapshot_whole(site: Site, tmp_path: Path, monkeypatch, step: str) -> None:
    old = current_snapshot(site.workspace)
    drop(site, "proposals.csv", as_csv(accept_again(rows_of(tmp_path))))
    report = checked(site)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upload, step, die)
        with pytest.raises(KeyboardInterrupt):
            publish(site, ANNA, report.id, "", NOW)
    in_force = current_snapshot(site.workspace).fingerprint
    assert in_force == (report.snapshot if step == "_finish" else old.fingerprint)
    assert publish(site, ANNA, report.id, "", NOW) == ()
    assert current_snapshot(site.workspace).fingerprint == report.snapshot
    assert [type(event) for _, _, event in events(site, ANNA)] == [LoadPublished]
    assert len(snapshot_history(site.workspace)) == 2


def test_discarding_leaves_nothing_but_a_line_in_the_log(site: Site, tmp_path: Path) -> None:
    tables = sorted((site.workspace / "tables").iterdir())
    drop(site, "proposals.csv", as_csv(accept_again(rows_of(tmp_path))))
    report = checked(site)
    assert sorted((site.workspace / "tables").iterdir()) != tables
    discard(site, ANNA, WHY, NOW)
    assert sorted((site.workspace / "tables").iterdir()) == tables
    assert staged(site, ANNA) == ()
    _, _, event = events(site, ANNA)[0]
    assert isinstance(event, LoadDiscarded)
    assert (event.snapshot, event.reason) == (report.snapshot, WHY)


def test_keys_that_no_other_table_knows_are_counted(site: Site, tmp_path: Path) -> None:
    rows = [{**row, "account_id": "A9" if i < 3 else row["account_id"]} for i, row in enumerate(rows_of(tmp_path))]
    drop(site, "proposals.csv", as_csv(rows))
    (lost,) = checked(site).effect.unknown_keys
    assert (lost.column, lost.other, lost.rows, lost.examples) == ("account_id", "accounts", 3, ("A9",))


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"PK\x03\x04zip", "ZIP archive"), (b"\x1f\x8b\x08gzip", "compressed file"), (b"\x89PNG\r\n", "picture")],
)
def test_archives_and_pictures_are_refused_at_once(site: Site, content: bytes, kind: str) -> None:
    problem = stage(site, ANNA, "proposals.csv", BytesIO(content))
    assert kind in problem.message
    assert staged(site, ANNA) == ()


def test_files_wait_on_the_server_keyed_by_person_and_can_be_removed(site: Site) -> None:
    stage(site, ANNA, "../../a b.txt", BytesIO(b"x,y\n1,2\n"))
    assert [file.name for file in staged(site, ANNA)] == ["a b.txt.csv"]
    assert staged(site, REMY) == ()
    remove(site, ANNA, "a b.txt.csv")
    assert staged(site, ANNA) == ()
    with pytest.raises(Denied):
        staged(site, Person("vik", "Vik", frozenset({"viewer"})))


def test_titles_above_the_header_are_found_and_left_out(site: Site, tmp_path: Path) -> None:
    rows = as_csv(rows_of(tmp_path))
    drop(site, "proposals.csv", b"Offers of July\nprinted by Kim\n\n" + rows)
    (file,) = staged(site, ANNA)
    assert file.found.lines_above == 3
    assert checked(site).changes_nothing


def test_a_first_load_of_one_table_is_judged_by_every_shipped_contract(tmp_path: Path) -> None:
    site = Site(tmp_path / "workspace", tmp_path / "config")
    shutil.copytree(ROOT / "config", site.config)
    (site.config / "known_issues" / "spend_ledger_change.yaml").unlink(missing_ok=True)
    drop(site, "accounts.csv", b"account_id,owner,created_on\nA1,Kim,2026-03-01\n", mapping="accounts")
    report = checked(site)
    assert report.onto is None
    assert report.effect.suspicions == ()
    assert publish(site, ANNA, report.id, "", NOW) == ()
    assert past_loads(site, ANNA)[0].by == "Anna Petrov"
