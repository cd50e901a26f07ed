"""A note of the log's head beside the database file: at the next start it shows whether entries are gone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .chain import Checkpoint


class Witness:
    """The file `<database>.head`. It may lag behind the log, never run ahead of it."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".head")

    def last(self) -> Checkpoint | None:
        """What was noted last; None where nothing legible is."""
        with suppress(OSError, UnicodeDecodeError):
            return Checkpoint.parse(self.path.read_text("ascii"))
        return None

    def note(self, head: Checkpoint) -> None:
        """Write the head down once its entries are committed.

        In place, without waiting for the disk: it costs nothing and needs no room. An acknowledgement rests
        on the database alone, so a note that fails may fail.
        """
        with suppress(OSError):
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(file, f"{head.size:>12}:{head.root}\n".encode("ascii"), 0)
            finally:
                os.close(file)
