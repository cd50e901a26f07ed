"""Snapshots on disk: Parquet files and manifests named by content, and the list of what was published.

`tables/<table>-<digest>.parquet` and `snapshots/<fingerprint>.json` never change once written. `current`
holds one fingerprint a line, oldest first; its last line is the snapshot in force. It is replaced whole
and last, so an interrupted import leaves the old snapshot.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from .snapshot import Snapshot, TableFile

# Part of every fingerprint: a new layout of the Parquet files is new content.
LAYOUT = 1
SCRATCH = ".import-"


def current_snapshot(workspace: Path) -> Snapshot | None:
    """The snapshot in force, or None before the first import."""
    published = _published(workspace)
    return _snapshot(workspace, published, len(published) - 1) if published else None


def snapshot_history(workspace: Path) -> tuple[Snapshot, ...]:
    """Every published snapshot, oldest first; one that was rolled back to stands there again."""
    published = _published(workspace)
    return tuple(_snapshot(workspace, published, index) for index in range(len(published)))


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


def publish(workspace: Path, data_on: date, tables: dict[str, TableFile]) -> Snapshot:
    """Puts the tables in force as one snapshot. Publishing what is in force already changes nothing."""
    fingerprint = fingerprint_of(data_on, tables)
    manifest = workspace / "snapshots" / f"{fingerprint}.json"
    published = _published(workspace)
    if not published or published[-1] != fingerprint:
        if not manifest.exists():
            _replace(manifest, json.dumps(_described(fingerprint, data_on, tables), indent=1, sort_keys=True) + "\n")
        _replace(workspace / "current", "".join(f"{line}\n" for line in [*published, fingerprint]))
    return _snapshot(workspace, _published(workspace), -1)


def restore(workspace: Path, fingerprint: str) -> Snapshot:
    """Puts an earlier snapshot in force again; history keeps what came between. KeyError if unknown."""
    with locked(workspace):
        earlier = load_snapshot(workspace, fingerprint)
        return publish(workspace, earlier.data_on, earlier.tables)


@contextmanager
def locked(workspace: Path) -> Iterator[None]:
    """Lets one import at a time change the workspace."""
    workspace.mkdir(parents=True, exist_ok=True)
    with (workspace / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        # What a killed import left behind: whoever holds the lock is the only import.
        for stale in workspace.glob(f"{SCRATCH}*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield


def _published(workspace: Path) -> list[str]:
    current = workspace / "current"
    return current.read_text(encoding="utf-8").split() if current.exists() else []


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
    parent = published[index - 1] if index else None
    return Snapshot(published[index], date.fromisoformat(manifest["data_on"]), tables, parent)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
