"""Known issues: filed, renewed and closed by people, kept as files that the engine reads."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from decision_log.entry import Addition
from decision_log.known_issue import KnownIssueChanged, subject_of
from kpi_engine.known_issue import KnownIssue, load_known_issues
from kpi_engine.problem import Problem
from kpi_engine.snapshot_store import current_snapshot

from .configuration import load_engine
from .people import Person, require
from .site import Site
from .written import problems_of_text
from .yaml_file import as_yaml

_FORM = "known issue"
Effect = Literal["explain", "qualify", "exclude"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A known issue as a person wrote it; `rows` are filters on `table`, as in a contract. Empty fields say nothing."""

    title: str
    note: str
    owner: str
    since: date
    until: date | None
    effect: Effect
    kpis: tuple[str, ...] = ()
    dimension: str = ""
    value: str = ""
    table: str = ""
    rows: tuple[Mapping[str, Any], ...] = field(default=())
    unless_worse_than: float | None = None

    @property
    def id(self) -> str:
        """The name of its file: the title in small letters."""
        return re.sub(r"[^a-z0-9]+", "_", self.title.strip().lower()).strip("_")[:60]


def known_issues(site: Site, person: Person) -> tuple[tuple[KnownIssue, ...], date, tuple[Problem, ...]]:
    """Every issue, expired ones that nobody has closed first, then by last day; and the day they are held against."""
    require(person, "view")
    found, problems = load_known_issues(site.known_issues)
    day = _day(site)
    order = sorted(found, key=lambda one: (not one.expired(day), one.closed is not None, one.until, one.id))
    return tuple(order), day, problems


def file_issue(
    site: Site, person: Person, draft: Draft, now: datetime
) -> tuple[KnownIssue | None, tuple[Problem, ...]]:
    """Write a new issue's file, or say by field what is to be mended."""
    require(person, "govern")
    problems = _unfit(draft)
    if problems:
        return None, problems
    by = "".join(sign for sign in " ".join(person.name.split()) if sign.isprintable())
    text = f"# Filed by {by} on {now.date()}.\n{as_yaml(_content(draft))}"
    issue, problems = _read(site, draft.id, text)
    if issue is None or problems:
        return None, problems
    file = site.known_issues / f"{draft.id}.yaml"
    if file.exists():
        standing, _ = _read(site, draft.id, file.read_text(encoding="utf-8"))
        if standing == issue:
            return issue, ()  # a second click
        return None, (Problem(_FORM, "another issue has this title", "Give it another one.", column="title"),)
    return _write(site, person, issue, text, "filed", now)


def renew(site: Site, person: Person, id_: str, until: date, now: datetime) -> tuple[Problem, ...]:
    """Let an issue hold until another day."""
    return _change(site, person, id_, "until", until, "renewed", now)


def close(site: Site, person: Person, id_: str, now: datetime) -> tuple[Problem, ...]:
    """End an issue on the data date: from then on the cards it touched stand in the queue again."""
    return _change(site, person, id_, "closed", _day(site), "closed", now)


def _day(site: Site) -> date:
    snapshot = current_snapshot(site.workspace)
    return date.max if snapshot is None else snapshot.data_on


def _unfit(draft: Draft) -> tuple[Problem, ...]:
    asked = {
        "title": (draft.id, "is needed: two or three words"),
        "note": (draft.note.strip(), "is needed: what is wrong, since when, who mends it"),
        "owner": (draft.owner.strip(), "is needed: who mends it"),
        "until": (draft.until, "is needed: an issue must end"),
    }
    missing = (Problem(_FORM, words, column=name) for name, (given, words) in asked.items() if not given)
    texts = {"title": draft.title, "note": draft.note, "owner": draft.owner, "value": draft.value}
    return *missing, *problems_of_text(_FORM, texts, {})


def _content(draft: Draft) -> dict[str, Any]:
    """The draft as the file says it; what is empty is left out."""
    scope = {
        "kpis": list(draft.kpis),
        "dimension": draft.dimension.strip(),
        "value": draft.value.strip(),
        "table": draft.table,
    }
    told = {
        "id": draft.id,
        "scope": {name: given for name, given in scope.items() if given},
        "owner": draft.owner.strip(),
        "since": str(draft.since),
        "until": str(draft.until),
        "effect": draft.effect,
        "note": draft.note.strip(),
        "rows": [dict(one) for one in draft.rows],
        "unless_worse_than": draft.unless_worse_than,
    }
    return {name: given for name, given in told.items() if given not in (None, [], "")}


def _read(site: Site, id_: str, text: str) -> tuple[KnownIssue | None, tuple[Problem, ...]]:
    """The text as the engine will read it, held against tables and KPIs."""
    engine, problems = load_engine(site)
    if engine is None:
        return None, problems
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{id_}.yaml").write_text(text, encoding="utf-8")
        found, refused = load_known_issues(Path(folder), engine.contracts)
    named = (Problem(_FORM, one.message, one.remedy, column=_field(one.column)) for one in refused)
    return (found[0] if found else None), tuple(named)


def _field(column: str | None) -> str | None:
    """The field of the form that a place in the file belongs to."""
    return None if not column else column.removeprefix("scope.").partition("[")[0].partition(".")[0]


def _change(
    site: Site, person: Person, id_: str, name: str, day: date, how: Literal["renewed", "closed"], now: datetime
) -> tuple[Problem, ...]:
    """Set one date of an issue's file; its other lines, comments too, stay as they are."""
    require(person, "govern")
    file = site.known_issues / f"{id_}.yaml"
    if not re.fullmatch(r"[a-z0-9_]+", id_) or not file.exists():
        return (Problem(_FORM, f"there is no known issue {id_!r}"),)
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    kept = [line for line in lines if not line.startswith((f"{name}:", "closed:"))]
    text = "\n".join([*kept, f"{name}: {day}", ""])
    issue, problems = _read(site, id_, text)
    return problems if issue is None or problems else _write(site, person, issue, text, how, now)[1]


def _write(
    site: Site,
    person: Person,
    issue: KnownIssue,
    text: str,
    how: Literal["filed", "renewed", "closed"],
    now: datetime,
) -> tuple[KnownIssue | None, tuple[Problem, ...]]:
    """Put the file in its place, whole, and the change on record."""
    fresh = site.known_issues / f".{issue.id}.{uuid4().hex}"
    try:
        site.known_issues.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(site.known_issues / f"{issue.id}.yaml")
    except OSError as error:
        return None, (Problem(str(site.known_issues), f"cannot be written: {error.strerror}"),)
    event = KnownIssueChanged(how=how, effect=issue.effect, since=issue.since, until=issue.until, note=issue.note)
    site.log().add([Addition(subject_of(issue.id), event, f"{subject_of(issue.id)}/{uuid4().hex}")], person.id, now)
    return issue, ()
