"""Answers of statements kept on disk: what stands on unchanged tables is not added up again.

A statement is known by its text, the text of what feeds it, the content of every file these read and the version
of the engine; so the as-of date, narrowing and rows left out by known issues are part of its name. Files are
written whole, and those used longest ago are removed when there are too many. Losing one costs time only.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from pyarrow import ipc

from . import ENGINE_VERSION
from .snapshot import Snapshot

LIMIT = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PartialStore:
    """Answers below a folder, at most `limit` bytes of them."""

    folder: Path
    limit: int = LIMIT

    def path(self, texts: Iterable[str], snapshots: Iterable[Snapshot]) -> Path:
        """Where the answer of statements of these texts is kept, by the content of the files they read."""
        text = "\n".join((ENGINE_VERSION, *texts))
        for snapshot in snapshots:
            for table in snapshot.tables.values():
                text = text.replace(str(table.path), table.digest)
        return self.folder / f"{sha256(text.encode()).hexdigest()}.arrow"

    def get(self, path: Path) -> pa.Table | None:
        """The answer, or None if it is not there or not whole."""
        try:
            with ipc.open_file(pa.OSFile(str(path))) as file:
                found = file.read_all()
            os.utime(path)
        except (OSError, pa.ArrowInvalid):
            return None
        return found

    def put(self, path: Path, answer: pa.Table) -> None:
        """Keeps an answer; a full disk or a folder that can't be written to keeps none."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            number, scratch = tempfile.mkstemp(dir=self.folder, suffix=".new")
            os.close(number)
            try:
                with ipc.new_file(scratch, answer.schema, options=ipc.IpcWriteOptions(compression="lz4")) as file:
                    file.write_table(answer)
                Path(scratch).replace(path)
            finally:
                Path(scratch).unlink(missing_ok=True)

    def trim(self) -> None:
        """Removes the answers used longest ago until what is left is small enough."""
        sizes = {}
        for path in self.folder.glob("*.arrow"):
            with suppress(OSError):
                found = path.stat()
                sizes[path] = (found.st_mtime_ns, found.st_size)
        total = 0
        for path, (_, size) in sorted(sizes.items(), key=lambda entry: entry[1], reverse=True):
            total += size
            if total > self.limit:
                path.unlink(missing_ok=True)
