"""Snapshots on disk: Parquet files and manifests named by content, and the list of what was published.

`tables/<table>-<digest>.parquet` and `snapshots/<fingerprint>.json` never change once written. `current`
holds one fingerprint a line, oldest first; its last line is the snapshot in force. It is replaced whole
and last, so an interrupted import leaves the old snapshot. A candidate has its manifest, and no line yet.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from .snapshot import Snapshot, TableFile

# Part of every fingerprint: a new layout of the Parquet files is new content.
LAYOUT = 1
SCRATCH = ".import-"


class Busy(Exception):
    """Another load is being read or published in the same workspace right now."""


def current_snapshot(workspace: Path) -> Snapshot | None:
    """The snapshot in force, or None before the first import."""
    published = _published(workspace)
    return _snapshot(workspace, published, len(published) - 1) if published else None


def snapshot_history(workspace: Path) -> tuple[Snapshot, ...]:
    """Every published snapshot, oldest first; one that was rolled back to stands there again."""
    published = _published(workspace)
    return tuple(_snapshot(workspace, published, index) for index in range(len(published)))


def snapshots_in_force(workspace: Path, first: int | None = None) -> tuple[Snapshot, ...]:
    """The snapshots that count as the company's past, oldest first: without those a roll-back took out of force.

    `first` looks only at so many of the published ones, as it was when there were no more.
    """
    published = _published(workspace)[:first]
    return tuple(_snapshot(workspace, published, published.index(one)) for one in _standing(published))


def load_snapshot(workspace: Path, fingerprint: str) -> Snapshot:
    """The published snapshot of that fingerprint; KeyError if there is none."""
    published = _published(workspace)
    if fingerprint not in published:
        raise KeyError(fingerprint)
    last = len(published) - 1 - published[::-1].index(fingerprint)
    return _snapshot(workspace, published, last)


def fingerprint_of(data_on: date, tables: dict[str, TableFile]) -> str:
    """A hash of what the tables hold, how far they reach and what was left out; file names do not count."""
    content = {
        "layout": LAYOUT,
        "data_on": data_on.isoformat(),
        "tables": {name: [file.digest, file.left_out, file.left_out_reason] for name, file in tables.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def keep_table(workspace: Path, name: str, written: Path) -> tuple[Path, str]:
    """Moves a freshly written Parquet file to its content address; gives the path and the digest."""
    with written.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    target = workspace / "tables" / f"{name}-{digest[:32]}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    written.replace(target)
    return target, digest


def propose(workspace: Path, data_on: date, tables: dict[str, TableFile]) -> Snapshot:
    """Keeps the tables as a candidate: a snapshot with its manifest that is not in force."""
    fingerprint = fingerprint_of(data_on, tables)
    manifest = workspace / "snapshots" / f"{fingerprint}.json"
    if not manifest.exists():
        _replace(manifest, json.dumps(_described(fingerprint, data_on, tables), indent=1, sort_keys=True) + "\n")
    return candidate(workspace, fingerprint)


def candidate(workspace: Path, fingerprint: str) -> Snapshot:
    """A proposed snapshot, seen as loaded onto the one in force; KeyError if it was discarded."""
    if not (workspace / "snapshots" / f"{fingerprint}.json").exists():
        raise KeyError(fingerprint)
    return _snapshot(workspace, [*_published(workspace), fingerprint], -1)


def publish(workspace: Path, data_on: date, tables: dict[str, TableFile]) -> Snapshot:
    """Puts the tables in force as one snapshot. Publishing what is in force already changes nothing."""
    return _put_in_force(workspace, propose(workspace, data_on, tables).fingerprint)


def publish_candidate(workspace: Path, fingerprint: str, onto: str | None) -> Snapshot | None:
    """Puts a candidate in force, or None if by now another snapshot than `onto` is. KeyError if discarded."""
    with locked(workspace, wait=False):
        candidate(workspace, fingerprint)
        published = _published(workspace)
        if (published[-1] if published else None) != onto:
            return None
        return _put_in_force(workspace, fingerprint)


def restore(workspace: Path, fingerprint: str, *, wait: bool = True) -> Snapshot:
    """Puts an earlier snapshot in force again; history keeps what came between. KeyError if unknown."""
    with locked(workspace, wait=wait):
        return _put_in_force(workspace, load_snapshot(workspace, fingerprint).fingerprint)


def sweep(workspace: Path, keep: Collection[str] = ()) -> None:
    """Removes candidates other than those to keep, and table files that no snapshot names any more."""
    with locked(workspace, wait=False):
        kept = {*_published(workspace), *keep}
        named = set()
        for manifest in (workspace / "snapshots").glob("*.json"):
            if manifest.stem in kept:
                tables = json.loads(manifest.read_text(encoding="utf-8"))["tables"]
                named |= {table["file"] for table in tables.values()}
            else:
                manifest.unlink()
        for file in (workspace / "tables").glob("*.parquet"):
            if file.name not in named:
                file.unlink()


def _put_in_force(workspace: Path, fingerprint: str) -> Snapshot:
    published = _published(workspace)
    if not published or published[-1] != fingerprint:
        _replace(workspace / "current", "".join(f"{line}\n" for line in [*published, fingerprint]))
    return _snapshot(workspace, _published(workspace), -1)


@contextmanager
def locked(workspace: Path, *, wait: bool = True) -> Iterator[None]:
    """Lets one import at a time change the workspace; the next one waits, or is told by `Busy`."""
    workspace.mkdir(0o700, parents=True, exist_ok=True)  # its figures are nobody else's to read
    with (workspace / "lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX if wait else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        # What a killed import left behind: whoever holds the lock is the only import.
        for stale in workspace.glob(f"{SCRATCH}*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield


def _published(workspace: Path) -> list[str]:
    current = workspace / "current"
    return current.read_text(encoding="utf-8").split() if current.exists() else []


def _standing(published: list[str]) -> list[str]:
    """The published fingerprints without those between a snapshot and the roll-back to it."""
    standing: list[str] = []
    for fingerprint in published:
        if fingerprint in standing:
            del standing[standing.index(fingerprint) + 1 :]
        else:
            standing.append(fingerprint)
    return standing


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _described(fingerprint: str, data_on: date, tables: dict[str, TableFile]) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "data_on": data_on.isoformat(),
        "tables": {
            name: {
                "file": file.path.name,
                "digest": file.digest,
                "rows": file.rows,
                "first_event": file.first_event and file.first_event.isoformat(),
                "last_event": file.last_event and file.last_event.isoformat(),
                "sources": list(file.sources),
                "left_out": file.left_out,
                "left_out_reason": file.left_out_reason,
            }
            for name, file in tables.items()
        },
    }


def _snapshot(workspace: Path, published: list[str], index: int) -> Snapshot:
    index %= len(published)
    manifest = json.loads((workspace / "snapshots" / f"{published[index]}.json").read_text(encoding="utf-8"))
    tables = {
        name: TableFile(
            name=name,
            path=workspace / "tables" / table["file"],
            digest=table["digest"],
            rows=table["rows"],
            first_event=_day(table["first_event"]),
            last_event=_day(table["last_event"]),
            sources=tuple(table["sources"]),
            left_out=table["left_out"],
            left_out_reason=table["left_out_reason"],
        )
        for name, table in manifest["tables"].items()
    }
    # A snapshot that was rolled back to keeps the parent it was loaded onto.
    standing = _standing(published[: index + 1])
    parent = standing[-2] if len(standing) > 1 else None
    return Snapshot(published[index], date.fromisoformat(manifest["data_on"]), tables, parent)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
