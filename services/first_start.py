"""The first start: where no data is there yet, make the sample company's exports, import and publish them."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.problem import Problem
from kpi_engine.sample import write_sample
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.yaml_strict import load_model

from .configuration import load_engine
from .people import LOCAL_PERSON, Person, require
from .publication import published
from .sample_calendar import begin_calendar
from .sample_deeds import do_deeds
from .sample_meeting import hold_first_meeting, propose_first
from .sample_words import assume_sample, speak_for_sample
from .site import Site
from .tick import tick

_WEEKS_LIVED = 8
_EXPORTS = Path(__file__).parents[1] / "data" / "sample" / "exports"


def prepare(
    site: Site, person: Person, exports: Path, *, seed: int = 7, months: int = 30, today: date | None = None
) -> tuple[Problem, ...]:
    """Fill an empty workspace with the sample company; a workspace with data is left as it is.

    The day after the last one that the company has lived through is `today`; None: its calendar is everybody's.
    """
    require(person, "publish")
    if current_snapshot(site.workspace) is None:
        # Before anything is made: a company that cannot be judged would live through its weeks for nothing.
        _, problems = load_engine(site)
        problems = problems or _import_sample(site, exports, seed, months)
        if problems:
            return problems
        last = _last_monday(site)
        begin_calendar(site, last + timedelta(days=1), today or last + timedelta(days=1))
        _live_through(site, last)
    _say("Checking the KPIs against their thresholds…")
    publication, problems = published(site)
    if publication is not None:
        found = publication.assessment
        red = sum(card.status == "red" and not card.folded for card in found.cards)
        _say(f"Ready: {len(found.checks)} checked, {red} red, data as of {found.data_on}.")
    return problems


def _import_sample(site: Site, exports: Path, seed: int, months: int) -> tuple[Problem, ...]:
    company, problems = load_model(site.company, Company)
    mappings, more = load_mappings(site.mappings)
    if company is None or problems or more:
        return (*problems, *more)
    _say("First start: writing the exports of a sample company…")
    files = write_sample(exports, seed=seed, months=months)
    _say(f"Importing {len(files)} exports…")
    site.workspace.mkdir(0o700, parents=True, exist_ok=True)
    return import_folder(exports, site.workspace, company, mappings).problems


def _last_monday(site: Site) -> date:
    """The day on which the last weeks of the exports are looked at."""
    snapshot = current_snapshot(site.workspace)
    assert snapshot is not None, "the sample was just imported"
    return snapshot.data_on + timedelta(days=-snapshot.data_on.weekday() % 7)


def _live_through(site: Site, last: date) -> None:
    """Tick on the last eight Mondays, morning and evening, and do what people did in between.

    In the first week a meeting is held on the oldest breach.
    """
    _say(f"Judging the eight weeks up to {last}…")
    for back in range(_WEEKS_LIVED - 1, -1, -1):
        monday = datetime.combine(last - timedelta(weeks=back), time(8), UTC)
        first = back == _WEEKS_LIVED - 1
        if first:
            _tell(assume_sample(site, monday))
        _tick(site, monday)
        _tell(propose_first(site, monday) if first else ())
        _tick(site, monday.replace(hour=21))  # the pre-read is out by then
        _tell(hold_first_meeting(site, monday) if first else ())
        if back:
            _tell(do_deeds(site, monday, monday + timedelta(weeks=1)))
    _tell(speak_for_sample(site, monday + timedelta(hours=2)))


def _tick(site: Site, now: datetime) -> None:
    for name, failure in tick(site, now.date(), now).failures:
        _say(f"{now.date()}: the step {name} failed: {failure}")


def _tell(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        _say(str(problem))


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Prepare the site of the environment; 1 if there is something to mend."""
    problems = prepare(Site.from_environment(), LOCAL_PERSON, _EXPORTS, today=datetime.now(UTC).date())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
