"""python -m services.report rebuild ID [--into FOLDER]: build a report again and hold its bytes against the log."""

from __future__ import annotations

import sys

from ..read_report import rebuild_report
from ..rebuild import command


def main(arguments: list[str] | None = None) -> int:
    """0 if every byte is the same, 1 if not or if it cannot be built, 2 for wrong usage."""
    return command("report", "report-monthly_review-2026-06-28-1", rebuild_report, arguments)


if __name__ == "__main__":
    sys.exit(main())
