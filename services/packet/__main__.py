"""python -m services.packet rebuild ID [--into FOLDER]: build a packet again and hold its bytes against the log."""

from __future__ import annotations

import sys

from ..read_packet import rebuild
from ..rebuild import command


def main(arguments: list[str] | None = None) -> int:
    """0 if every byte is the same, 1 if not or if it cannot be built, 2 for wrong usage."""
    return command("packet", "weekly_revenue-2026-06-30-1", rebuild, arguments)


if __name__ == "__main__":
    sys.exit(main())
