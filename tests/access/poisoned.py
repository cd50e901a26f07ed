"""A company whose every text is a payload: its configuration, its exports' cells, and all that people wrote."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from decision_log.database import Database
from decision_log.entry import Addition, Entry
from decision_log.events import parse
from decision_log.log import DecisionLog
from decision_log.source import file_in
from kpi_engine.snapshot_store import current_snapshot
from services import first_start
from services.people import LOCAL_PERSON
from services.site import Site
from services.yaml_file import as_yaml

from . import deeds
from .fields import TYPED, events, texts_of, words
from .payloads import Payloads

ROOT = Path(__file__).parents[2]

_NAMES_OF_THINGS = frozenset({"memo.published.decisions.subject", "access.ended.why", "assumption.noted.owner"})
WEB_ADDRESS = "https://said.example/')\"onmouseover=window.__pwned=1<img/src=x/onerror=window.__pwned=1>"
"""The worst that a form for addresses takes."""
_NAMES_OF_PEOPLE = frozenset({"memo.published.facilitator", "memo.published.attendees"})
_FACTS = words(
    "action_text against confidence_note decision_owner definition disagreement escalation_audience forum "
    "limit_text name note owners playbook reason shown variant where beside rules"
)
"""Of the facts that events copy from cards: those that are prose."""
_PROSE = words(
    "objective question note definition label title inclusions exclusions text first_day next_days escalation "
    "system notes change basis grain final red yellow green focus_area purpose system name"
)
"""Fields of configuration files that hold free text."""
_CHOSEN_WORDS = frozenset({"expected", "metric", "tests", "rules", "change_log", "dimensions", "decisions_served"})
_COLUMNS = {
    "account_id", "name", "owner", "segment", "region", "industry", "country", "source", "plan", "reason", "channel",
    "competitor", "use_case", "loss_reason", "next_step", "product", "campaign_id", "contact_id", "gate", "outcome",
    "team", "changed_by", "Opportunity Name", "Account Name", "Opportunity Owner", "Lead Source", "Segment",
    "Territory Region", "Main Competitor", "Use Case", "Loss Reason", "Next Step", "Customer Name", "Plan",
}  # fmt: skip
"""Columns of the sample's exports with text whose words no mapping asks for."""


def poisoned_site(
    home: Path,
    payloads: Payloads,
    write_exports: Callable[[Path], object],
    config: Path = ROOT / "config",
    *,
    whole_config: bool = True,
) -> Site:
    """A company that lived through its weeks on such files, and then told all of it in payloads."""
    shutil.copytree(config, home / "config")
    site = Site(home / "workspace", home / "config")
    if whole_config:
        poison_config(site.config, payloads)

    def write(folder: Path, **_: object) -> list[Path]:
        write_exports(folder)
        poison_cells(folder, payloads)
        return list(folder.iterdir())

    real, first_start.write_sample = first_start.write_sample, write
    try:
        problems = first_start.prepare(site, LOCAL_PERSON, home / "exports")
    finally:
        first_start.write_sample = real
    assert problems == (), [str(problem) for problem in problems]
    return site


def poison_cells(folder: Path, payloads: Payloads) -> None:
    """Each of the first values of a column becomes a payload, the same one wherever the column stands."""
    known: dict[tuple[str, str], str] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as source:
            head, *lines = csv.reader(source)
        rows = [row for row in lines if len(row) == len(head)]  # a report ends in lines of its own
        for at in (at for at, name in enumerate(head) if name in _COLUMNS):
            seen: dict[str, None] = dict.fromkeys(row[at] for row in rows if row[at])
            mine = {value: _cell(known, head[at], value, payloads) for value in list(seen)[:70]}
            for row in rows:
                row[at] = mine.get(row[at], row[at])
        with file.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows([head, *lines])


def _cell(known: dict[tuple[str, str], str], column: str, value: str, payloads: Payloads) -> str:
    place = (column, value)
    if place not in known:
        text = payloads.next().replace("\x00", "")
        # What begins like a formula is refused at the door, and so is a control sign in a key.
        begins = column.endswith("_id") or text.strip()[:1] in ("=", "'", "`", '"')
        known[place] = f"{value} {text}" if begins else text
    return known[place]


def poison_config(config: Path, payloads: Payloads) -> None:
    """The prose of every file; of mappings the titles alone, as their words are those of exports."""
    for file in sorted(config.rglob("*.yaml")):
        if file.parent.name == "mappings":
            content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            file.write_text(as_yaml({**content, "title": f"{file.stem} {payloads.next()}"}), encoding="utf-8")
        elif file.name not in ("company.yaml", "outbox.yaml", "people.yaml"):
            content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            if file.name != "decision_inventory.yaml":  # its names are what contracts refer to
                content = _prose(content, payloads)
            file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _prose(value: Any, payloads: Payloads, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: v if k in _CHOSEN_WORDS else _prose(v, payloads, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_prose(one, payloads, key) for one in value]
    # Names must stay different from one another, and a text that is only blanks is none.
    return f"{value[:12]} {payloads.next()}" if isinstance(value, str) and key in _PROSE else value


def tell_in_payloads(site: Site, payloads: Payloads, *, several: int = 1) -> Site:
    """The same company, whose log tells what happened in payloads, and everything else that people can do as well."""
    told = Site(site.workspace.with_name(f"told-{payloads.dealt}"), site.config)
    place = file_in(told.workspace)
    shutil.copytree(site.workspace, told.workspace, ignore=shutil.ignore_patterns(f"{place.name}*"))
    with closing(DecisionLog(Database.open(file_in(site.workspace)))) as log:
        entries = _all(log)
    with closing(DecisionLog(Database.open(place))) as log:
        for entry in entries:
            event = in_payloads(entry.event.model_dump(mode="json"), payloads, several)
            log.add([Addition(entry.subject, event, entry.key)], entry.by, entry.at)
        snapshot = current_snapshot(site.workspace)
        assert snapshot is not None
        now = datetime.combine(snapshot.data_on + timedelta(days=1), time(12), entries[-1].at.tzinfo)
        for subject, deed in deeds.all_of(entries, now):
            log.add([Addition(subject, in_payloads(deed, payloads, several), f"poison/{log.size}")], "dana", now)
    return told


def _all(log: DecisionLog) -> list[Entry]:
    streams = {kind.partition(".")[0] for kind in events()}
    found = [entry for name in streams for lines in log.stream(name).values() for entry in lines]
    return sorted(found, key=lambda entry: entry.seq)


def in_payloads(event: dict[str, Any], payloads: Payloads, several: int = 1) -> Any:
    """The event with every typed text a payload; choices and identifiers stay."""
    return parse(json.dumps(_told(event, event["kind"], "", payloads, several)))


def _told(value: Any, path: str, key: str, payloads: Payloads, several: int) -> Any:
    if isinstance(value, dict):
        return {k: _told(v, f"{path}.{k}", k, payloads, several) for k, v in value.items()}
    if isinstance(value, list):
        return [_told(one, path, key, payloads, several) for one in value]
    words = _FACTS if ".facts." in path else TYPED
    if not isinstance(value, str) or not (key in words or path in _NAMES_OF_PEOPLE):
        return value
    if path in _NAMES_OF_THINGS or not is_free_text(path):
        return value
    if key in ("link", "evidence"):
        return WEB_ADDRESS
    return payloads.next()[:200] if path == "person.changed.name" else payloads.several(several)


def is_free_text(path: str) -> bool:
    """Whether the field of that path ("stream.what.field…") is text at all, not a choice from a list."""
    stream, what, *rest = path.split(".")
    model = events()[f"{stream}.{what}"]
    return rest[0] == "facts" or ".".join(rest) in set(texts_of(model))
