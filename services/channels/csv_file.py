"""A CSV file that task tools pick up: one row for each message about an action."""

from __future__ import annotations

import csv
import fcntl
import io
from pathlib import Path
from typing import Literal

from services.download import harmless

from .letter import Letter, NotDelivered, Settings

_HEAD = ("message_id", "task_id", "subject", "task", "assignee", "due_on")


class CsvFile(Settings):
    """The file `path` (counted from the workspace), made if it is not there; rows are only ever added."""

    kind: Literal["csv"]
    path: Path

    def wants(self, letter: Letter) -> bool:
        """Only actions are tasks."""
        return letter.task is not None and super().wants(letter)

    def send(self, letter: Letter) -> None:
        """Add the row, unless a row of this message is there already."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+", newline="", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                known = list(csv.reader(file))
                if letter.id not in {row[0] for row in known if row}:
                    file.write(_lines(letter, with_head=not known))
        except (OSError, ValueError, csv.Error) as error:
            raise NotDelivered(f"{self.path.name}: {error}") from error


def _lines(letter: Letter, *, with_head: bool) -> str:
    """The row, below the head in a new file, as one text."""
    task = letter.task
    assert task is not None, "only tasks are wanted"
    text = io.StringIO()
    rows = csv.writer(text)
    if with_head:
        rows.writerow(_HEAD)
    cells = (letter.id, task.id, letter.subject, task.text, task.assignee, task.due_on.isoformat())
    rows.writerow([harmless(cell) for cell in cells])
    return text.getvalue()
