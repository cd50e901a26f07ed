"""Uploading: check the staged files against everything, then publish them as one snapshot, or discard them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from decision_log.entry import Addition
from decision_log.load import SUBJECT, LoadDiscarded, LoadPublished, load_entries
from kpi_engine.company import Company
from kpi_engine.importing import ImportResult, import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.problem import Problem, abridged
from kpi_engine.snapshot_store import Busy, candidate, current_snapshot, publish_candidate, sweep
from kpi_engine.yaml_strict import load_model

from .directory import load_directory
from .download import Download
from .load_report import REPORT, Effect, LoadReport, effect_of, refusals
from .people import Person, require
from .publication import published
from .site import Site
from .staging import Staged, clear, files_folder, report_file, staged, state_of
from .stored_file import replace_whole
from .written import unfit

LEAST_REASON = 10


def check(
    site: Site,
    person: Person,
    now: datetime,
    *,
    leave_out: str = "",
    progress: Callable[[str, float], None] | None = None,
) -> tuple[LoadReport | None, tuple[Problem, ...]]:
    """Read every staged file into a candidate that is not in force, and say what it would do.

    `leave_out` is the reason for leaving unreadable rows out; without it they stand in the report's problems.
    """
    require(person, "publish")
    if too_long := unfit("load", "reason", leave_out):
        return None, too_long
    files = staged(site, person)
    problems = (*_unreadable(files), *_without_mapping(files))
    company, more = load_model(site.company, Company)
    mappings, others = load_mappings(site.mappings)
    if company is None or problems or more or others or not files:
        return None, (*problems, *more, *others)
    onto = current_snapshot(site.workspace)
    try:
        result = import_folder(
            files_folder(site, person), site.workspace, company, mappings, wait=False,
            today=now.astimezone(ZoneInfo(company.time_zone)).date(),
            told={one.name: one.how for one in files}, exclude_unreadable=leave_out, progress=progress,
            only_propose=True,
        )  # fmt: skip
    except Busy:
        return None, (_busy(site),)
    effect = Effect()
    if result.snapshot is not None:
        if progress:
            progress("Reading the KPIs as they would be", 0.9)
        effect, problems = effect_of(site, result.snapshot)
        if problems:
            return None, problems
    report = _report(files, result, effect, None if onto is None else onto.fingerprint, leave_out, now)
    if report.told:
        replace_whole(_refusals_file(site, person), refusals((*result.problems, *result.left_out)).content)
    _keep(site, person, report)
    return report, ()


def refused_rows(site: Site, person: Person, report: LoadReport) -> Download:
    """Every row that the report's check refused or left out, as a file for spreadsheets."""
    require(person, "publish")
    content = _refusals_file(site, person).read_bytes() if report.told else refusals(()).content
    return Download(f"refused-rows-{report.id[:12]}.csv", content)


def standing_report(site: Site, person: Person) -> LoadReport | None:
    """The report on the files as they lie there now; None if there is none, or files or data changed since."""
    require(person, "publish")
    report = _stored(site, person)
    if report is None:
        return None
    current = current_snapshot(site.workspace)
    in_force = None if current is None else current.fingerprint
    if report.publishing is not None and in_force == report.snapshot:
        # The process ended after the snapshot was in force and before the log knew.
        _finish(site, person, report, report.at)
        return None
    if report.state != state_of(staged(site, person)) or report.onto != in_force:
        return None
    return report


def publish(site: Site, person: Person, report_id: str, reason: str, now: datetime) -> tuple[Problem, ...]:
    """Put the checked candidate in force; a suspicious one needs a reason. Nothing changes if there is a problem."""
    require(person, "publish")
    report = standing_report(site, person)
    if report is None or report.id != report_id or report.snapshot is None:
        if any(entry.key == f"load/{report_id}" for entry in load_entries(site.log().stream("load"))):
            return ()
        return (Problem("load", "the files or the data in force changed since the check", "check the files again"),)
    if report.effect.suspicions and len(reason.strip()) < LEAST_REASON:
        remedy = f"say in {LEAST_REASON} characters or more why the load is right"
        return (Problem("load", "looks suspicious and has no reason", remedy, column="reason"),)
    if too_long := unfit("load", "reason", reason):
        return too_long
    try:
        candidate(site.workspace, report.snapshot)
        _keep(site, person, replace(report, publishing=reason.strip()))
        if publish_candidate(site.workspace, report.snapshot, report.onto) is None:
            return (_overtaken(site),)
    except Busy:
        return (_busy(site),)
    except KeyError:
        return (Problem("load", "its check was cleared away", "check the files again"),)
    _finish(site, person, replace(report, publishing=reason.strip()), now)
    return published(site)[1]


def discard(site: Site, person: Person, reason: str, now: datetime) -> None:
    """Take the files and their candidate away; the log keeps that somebody looked and did not publish."""
    require(person, "publish")
    report = _stored(site, person)
    names = tuple(one.name for one in staged(site, person))
    if report is not None:
        event = LoadDiscarded(
            snapshot=report.snapshot, files=names, problems=0 if report.snapshot else report.told, reason=reason.strip()
        )
        site.log().add([Addition(SUBJECT, event, f"load/{report.id}/discarded")], by=person.id, at=now)
    _forget(site, person)
    with suppress(Busy):  # then the next one sweeps
        sweep(site.workspace, _awaited(site))


def _finish(site: Site, person: Person, report: LoadReport, now: datetime) -> None:
    """Log the publication and clear the desk; done again, it changes nothing."""
    assert report.snapshot is not None
    assert report.data_on is not None
    event = LoadPublished(
        snapshot=report.snapshot,
        onto=report.onto,
        data_on=report.data_on,
        files=report.files,
        suspicions=tuple(one.message for one in report.effect.suspicions),
        reason=report.publishing or "",
        left_out=report.refused,
        left_out_reason=report.left_out_reason,
    )
    site.log().add([Addition(SUBJECT, event, f"load/{report.id}")], by=person.id, at=now)
    _forget(site, person)


def _report(
    files: tuple[Staged, ...], result: ImportResult, effect: Effect, onto: str | None, leave_out: str, now: datetime
) -> LoadReport:
    snapshot = result.snapshot
    return LoadReport(
        id=uuid4().hex,
        state=state_of(files),
        at=now,
        files=tuple(one.name for one in files),
        snapshot=None if snapshot is None else snapshot.fingerprint,
        onto=onto,
        data_on=None if snapshot is None else snapshot.data_on,
        tables=result.tables,
        problems=tuple(abridged(result.problems)),
        left_out=tuple(abridged(result.left_out)),
        left_out_reason=leave_out if result.left_out else "",
        notes=result.notes,
        effect=effect,
        told=len(result.problems) + len(result.left_out),
        rows_only=all(one.row is not None and one.row > 1 for one in result.problems),
    )


def _refusals_file(site: Site, person: Person) -> Path:
    return report_file(site, person).with_name("refused.csv")


def _forget(site: Site, person: Person) -> None:
    """Take the files away, and what was found in them."""
    clear(site, person)
    report_file(site, person).unlink(missing_ok=True)
    _refusals_file(site, person).unlink(missing_ok=True)


def _unreadable(files: tuple[Staged, ...]) -> tuple[Problem, ...]:
    return tuple(one.found for one in files if isinstance(one.found, Problem))


def _without_mapping(files: tuple[Staged, ...]) -> tuple[Problem, ...]:
    return tuple(
        Problem(one.name, "has no mapping yet", "choose one, or map its columns", column="mapping")
        for one in files
        if not isinstance(one.found, Problem) and not one.told.mapping
    )


def _keep(site: Site, person: Person, report: LoadReport) -> None:
    replace_whole(report_file(site, person), REPORT.dump_json(report))


def _stored(site: Site, person: Person) -> LoadReport | None:
    file = report_file(site, person)
    try:
        return REPORT.validate_json(file.read_bytes()) if file.exists() else None
    except ValidationError:
        return None  # of another version of the program: the files are checked again


def _awaited(site: Site) -> set[str]:
    """The candidates of everybody's reports."""
    reports = [json.loads(file.read_bytes()) for file in (site.workspace / "uploads").glob("*/report.json")]
    return {report["snapshot"] for report in reports if report.get("snapshot")}


def _busy(site: Site) -> Problem:
    return Problem("load", "somebody else's load is being read or published right now", "try again in a minute")


def _overtaken(site: Site) -> Problem:
    entries = load_entries(site.log().stream("load"))
    who = load_directory(site)[0].name_of(entries[-1].by) if entries else "somebody"
    return Problem("load", f"{who} changed the data in force since the check", "check the files again")
