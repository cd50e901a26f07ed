"""Half a year of the sample company, from breach to closeout by data; at its end everything is counted again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from math import isnan
from pathlib import Path

import pytest

from decision_log.action import actions
from decision_log.closeout import closeout_of
from decision_log.episode import Episode
from decision_log.outbox import messages
from kpi_engine.card import Point
from kpi_engine.period import WindowName
from rendering.units import contract_quantity
from services.close_out import closeout_record
from services.configuration import archived, engine_of
from services.edition import bytes_of, content_of
from services.episodes import all_episodes
from services.packet.content import Content, from_json
from services.packet.summary import period_in_words
from services.people import LOCAL_PERSON
from services.publication import Publication
from services.read_packet import all_packets, rebuild
from services.review_decisions import override_rate
from services.rule_report import rule_reports

from .half_year import HalfYear, live
from .half_year_exports import CORRECTED, OUTAGE, SUNDAYS, UNANSWERED, read_sample
from .half_year_plan import ACCEPTANCE, DISCOVERY, GATES, NEW_RECOVERY, RENEWALS, TUESDAYS
from .recount import COUNTED, Line, account, broken_links, counted, lines_of

ACCOUNT = Path(__file__).with_name("half_year_account.txt")


@pytest.fixture(scope="module")
def half(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> HalfYear:
    return live(tmp_path_factory.mktemp("half-year"), read_sample(exports))


@pytest.fixture(scope="module")
def log(half: HalfYear) -> list[Line]:
    return lines_of(half.site.workspace / "decisions.sqlite3")


@pytest.fixture(scope="module")
def contents(half: HalfYear) -> list[Content]:
    """What the packets said when they were published, oldest first."""
    told = (packet.published for packet in reversed(all_packets(half.site, LOCAL_PERSON)))
    return [from_json(content_of(half.site, one)) for one in told]


def episodes_of(half: HalfYear, kpi: str) -> list[Episode]:
    return [one for one in all_episodes(half.site).values() if one.opened.kpi == kpi]


def test_what_happened(log: list[Line]) -> None:
    """The account beside this file tells the half year line by line; rewrite it only on purpose."""
    assert "\n".join(account(log)) + "\n" == ACCOUNT.read_text(encoding="utf-8")


def test_red_missing_red_escalates(half: HalfYear) -> None:
    first, _ = episodes_of(half, GATES)
    weeks = [(one.published.end, one.published.status) for one in first.periods[:3]]
    assert weeks == [(date(2026, 3, 15), "red"), (OUTAGE, "not_evaluable"), (date(2026, 3, 29), "red")]
    assert first.escalated is not None and first.escalated_at is not None
    assert (first.escalated.period_end, first.escalated.red_periods) == (date(2026, 3, 29), 2)
    assert first.escalated_at.date() == date(2026, 3, 30)
    told = [one for one in messages(half.site.log().stream("message")) if one.queued.topic == "escalation"]
    assert told[0].queued.to == first.escalated.told == ("ines", "gus", "sol")


def test_a_breach_after_the_recovery_opens_an_episode_that_names_the_old(half: HalfYear) -> None:
    first, second = episodes_of(half, GATES)
    assert (first.opened.earlier, second.opened.earlier) == ("", first.id)
    assert first.closed is not None and first.closed.period_end < second.opened.period_end


def test_a_contract_edited_meanwhile_rewrites_nothing(half: HalfYear, contents: list[Content]) -> None:
    first, second = episodes_of(half, GATES)
    assert (first.opened.contract_version, second.opened.contract_version) == (1, 2)
    assert (first.opened.recover_after, second.opened.recover_after) == (2, NEW_RECOVERY)
    assert first.closed is not None and first.closed.period_end == date(2026, 4, 12)  # two good weeks, not three
    by = {one.published.end: one.published.contract for one in first.periods}
    assert by[date(2026, 3, 15)] == by[date(2026, 3, 29)] == first.opened.contract
    assert by[date(2026, 4, 5)] == by[date(2026, 4, 12)] == second.opened.contract != first.opened.contract
    assert first.restatements == 0
    said = {one.as_of: row.threshold for one in contents for row in one.groups[0].rows if row.kpi == GATES}
    assert said[date(2026, 3, 29)] == "red above 30.0\xa0%, green below 15.0\xa0%"
    assert said[date(2026, 4, 5)] == "red above 25.0\xa0%, green below 12.0\xa0%"


def test_late_data_restate_and_the_published_reading_stays(half: HalfYear, contents: list[Content]) -> None:
    (episode,) = episodes_of(half, ACCEPTANCE)
    (late,) = [one for one in episode.periods if one.restated is not None]
    assert late.restated is not None
    before, after = (counted(half.exports_of(day), ACCEPTANCE, UNANSWERED) for day in (UNANSWERED, CORRECTED))
    assert (late.published.end, late.published.status, late.restated.status) == (UNANSWERED, "red", "green")
    assert (late.published.value, late.restated.value) == (before[0], after[0])
    assert late.published.snapshot != late.restated.snapshot
    drawn = {one.as_of: point_at(one, ACCEPTANCE, UNANSWERED) for one in contents if one.as_of >= UNANSWERED}
    assert [drawn[day].value for day in SUNDAYS[20:23]] == [before[0], before[0], after[0]]


def point_at(content: Content, kpi: str, day: date) -> Point:
    row = next(row for group in content.groups for row in group.rows if row.kpi == kpi)
    return next(point for point in row.points if point.period_end == day)


def test_every_meeting_has_a_packet_and_a_memo(log: list[Line], contents: list[Content]) -> None:
    first = [one.meeting_on for one in contents if one.edition == 1]
    held = [date.fromisoformat(line.event["held_on"]) for line in log if line.kind == "memo.published"]
    assert first == held == list(TUESDAYS)
    decided = [len(line.event["decisions"]) for line in log if line.kind == "memo.published"]
    assert sum(decided) == 4  # the fifth was taken after a meeting
    deferred = [line.day for line in log if line.kind == "memo.published" and line.event["deferred"]]
    assert deferred == ["2026-05-26"]


def test_the_evening_edition_carries_the_proposal_that_the_morning_lacked(contents: list[Content]) -> None:
    editions = {(one.meeting_on, one.edition): one for one in contents}
    again = [meeting for meeting, edition in editions if edition > 1]
    assert again == [date(2026, 3, 17), date(2026, 5, 12), date(2026, 6, 23)]
    for meeting in again:
        morning, evening = (
            [one.proposal for one in editions[meeting, edition].breaches if not one.decision] for edition in (1, 2)
        )
        assert morning == [None]
        assert [one is not None and one.late.startswith("after the pre-read") for one in evening] == [True]
        assert editions[meeting, 1].headline.endswith("without a proposal")
        assert editions[meeting, 2].headline.endswith("with a proposal")


def test_every_number_in_every_packet_is_the_stored_reading(half: HalfYear, contents: list[Content]) -> None:
    checked = 0
    for content in contents:
        publication = half.publications[content.as_of]
        assert publication.assessment.snapshot == content.provenance.snapshot
        checked += compare(content, publication)
    assert checked > 26 * len(COUNTED) * 20


def compare(content: Content, publication: Publication) -> int:
    """Hold values, n and every point of the charts against the readings; gives how many numbers were held."""
    stored = stored_totals(publication)
    shown = {(kpi, period_in_words(window, end)): (kpi, window, end) for kpi, window, end in stored}
    rows = {row.name: row for group in content.groups for row in group.rows}
    for row in rows.values():
        kpi, window, end = shown[row.kpi, row.period]
        assert (row.where, row.value, row.n) == ("", *stored[kpi, window, end][:2]), (content.id, kpi)
        for point in row.points:
            assert point.value == stored[kpi, window, point.period_end][2], (content.id, kpi, point)
    for breach in content.breaches:
        row = rows[breach.name]
        assert (breach.value, breach.n, breach.points) == (row.value, row.n, row.points)
    for mover in content.movers:
        assert (mover.shown, mover.n) == (rows[mover.name].shown.replace(" ", "\xa0"), rows[mover.name].n)
    return sum(2 + len(row.points) for row in rows.values())


def stored_totals(
    publication: Publication,
) -> dict[tuple[str, WindowName, date], tuple[float | None, int, float | None]]:
    """By KPI, window and end of the period: the value, its n, and what a chart draws (an open period so far)."""
    found = {}
    table = publication.readings
    for one in table[table["dimension"] == "total"].to_dict("records"):
        value = None if one["state"] == "not_evaluable" else one["value"]
        so_far = None if isnan(one["provisional"]) else one["provisional"]
        drawn = so_far if one["reason"] == "period still open" else value
        found[one["kpi"], one["window"], one["period_end"]] = (value, one["n"], drawn)
    return found


def test_the_readings_are_what_one_counts_in_that_monday_s_exports(half: HalfYear, contents: list[Content]) -> None:
    for content in (one for one in contents if one.edition == 1):
        for row in (row for group in content.groups for row in group.rows if row.kpi in COUNTED):
            if (row.kpi, content.as_of) == (GATES, OUTAGE):
                assert (row.value, row.status) == (None, "not_evaluable")
                continue
            expected = counted(half.exports_of(content.as_of), row.kpi, content.as_of)
            assert (row.value, row.n) == expected, (content.id, row.kpi)


def test_every_packet_is_rebuilt_byte_for_byte(half: HalfYear) -> None:
    packets = all_packets(half.site, LOCAL_PERSON)
    assert len(packets) == 29
    for packet in packets:
        assert packet.published.pages <= 5
        rebuilt, problems = rebuild(half.site, packet.id)
        assert problems == () and rebuilt is not None
        assert rebuilt.different == (), packet.id
        for kind, content in rebuilt.built.files.items():
            assert content == bytes_of(half.site, packet.published, kind), (packet.id, kind)


def test_the_log_s_chain_holds_and_a_changed_letter_breaks_it(log: list[Line]) -> None:
    assert broken_links(log) == []
    forged = [*log[:99], replace(log[99], body=log[99].body.replace("a", "e", 1)), *log[100:]]
    assert broken_links(forged) == [100]


def test_every_memo_and_packet_carries_a_checkpoint_of_the_log(log: list[Line]) -> None:
    told = [line.event for line in log if line.kind in ("memo.published", "packet.published")]
    assert len(told) == 26 + 29
    for event in told:
        size = event["log_size"]
        assert (event.get("log_hash") or event["log_root"]) == (log[size - 1].hash if size else "0" * 64)


def test_closeouts_are_what_the_exports_say(half: HalfYear, log: list[Line]) -> None:
    closed = [(line.day, line.event) for line in log if line.kind == "decision.closed"]
    assert [(day, event["outcome"]) for day, event in closed] == [
        ("2026-03-23", "not evaluable"),
        ("2026-04-13", "met"),
        ("2026-06-08", "not met"),
        ("2026-06-29", "not met"),
    ]
    assert {line.by for line in log if line.kind == "decision.closed"} == {"clockwork"}
    for _, event in closed[1:]:
        sunday = date.fromisoformat(event["check_on"])
        value, n = counted(half.exports_of(sunday), GATES, sunday)
        assert (event["value"], event["n"]) == (value, n)
        assert (value <= event["target"]) == (event["outcome"] == "met")
    assert closed[0][1]["value"] is None
    (record,) = [one for one in closeout_record(half.site, LOCAL_PERSON) if one.owner == "CRO"]
    assert (record.met, record.not_met, record.not_evaluable, record.extended) == (1, 1, 1, 1)
    closeouts = {kpi: closeout_of(half.site.log().of(subject)) for kpi, subject in decided(log)}
    assert [kpi for kpi, one in closeouts.items() if one and not one.verdict] == [RENEWALS, DISCOVERY]
    assert sum(one.waiting for one in closeout_record(half.site, LOCAL_PERSON)) == 2


def decided(log: list[Line]) -> list[tuple[str, str]]:
    """KPI and subject of each decision, in the order in which they were taken."""
    return [(line.event["kpi"], line.subject) for line in log if line.kind == "decision.taken" and line.version == 1]


def test_override_rate_and_report_cards_are_what_one_counts_in_the_log(half: HalfYear, log: list[Line]) -> None:
    worded = {line.subject: line.event for line in log if line.kind == "decision.taken"}
    stances = Counter(event["stance"] for event in worded.values())
    assert stances == {"follows": 2, "overrides": 1, "no proposal": 2}
    assert override_rate(half.site, LOCAL_PERSON).rate == 1 / 3

    red = {line.subject for line in log if line.kind == "episode.judged" and line.event["reading"]["status"] == "red"}
    reports = rule_reports(half.site, LOCAL_PERSON)
    for kpi in (GATES, DISCOVERY, ACCEPTANCE, RENEWALS):
        mine = {subject for subject in red if subject.startswith(f"episode/{kpi}|")}
        answered = {f"episode/{event['episode']}" for event in worded.values()}
        alarms = {line.subject for line in log if line.kind == "episode.feedback"}
        unasked = sum(event["kpi"] == kpi and not event["breach"] for event in worded.values())
        report = reports[kpi]
        assert (report.reds, report.decided) == (len(mine), len(mine & answered))
        assert (report.false_alarms, report.undecided) == (len(mine & alarms), len(mine - answered - alarms))
        assert report.decisions_without_red == unasked
    assert (reports[GATES].reds, reports[GATES].decisions_without_red, reports[ACCEPTANCE].false_alarms) == (2, 1, 1)


def test_a_correction_keeps_the_first_wording(log: list[Line]) -> None:
    wordings = [line.event for line in log if line.kind == "decision.taken" and line.version > 1]
    assert [(one["correction"], one["kpi"]) for one in wordings] == [("The time was missing.", GATES)]
    subject = next(line.subject for line in log if line.kind == "decision.taken" and line.version > 1)
    first = next(line.event for line in log if line.subject == subject)
    changed = {field for field in first if first[field] != wordings[0][field]}
    assert changed == {"expected_impact", "correction"}
    assert first["facts"]["value"] == 65 / 162


def test_nobody_verified_what_they_did_themselves(half: HalfYear, log: list[Line]) -> None:
    states = [one.state for one in actions(half.site.log().stream("action"))]
    assert Counter(states) == {"verified": 2, "cancelled": 1, "open": 2}
    for line in log:
        if line.kind == "action.verified":
            earlier = [one.by for one in log if (one.subject, one.kind) == (line.subject, "action.done")]
            assert earlier and line.by not in earlier


def test_the_archive_holds_one_configuration_a_version(half: HalfYear, contents: list[Content]) -> None:
    names = list(dict.fromkeys(one.provenance.configuration for one in contents))
    assert len(names) == 2
    for version, name in enumerate(names, 1):
        engine, problems = engine_of(archived(half.site, name), 1)
        assert engine is not None and not problems
        assert engine.contracts[GATES].version == version
        assert contract_quantity(0.5, engine.contracts[GATES], "USD") == "50.0\xa0%"
