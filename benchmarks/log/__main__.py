"""`python -m benchmarks.log kills|races|load|flips|full [--times N] [--database URL]`: tries, and prints figures."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from pathlib import Path

from . import flips, full, kills, load, races

_TRIALS = {"kills": kills.run, "races": races.run, "load": load.run, "flips": flips.run, "full": full.run}
_USUAL = {"kills": 400, "races": 1000, "load": 60, "flips": 400, "full": 50}
_FILES_ONLY = ("flips", "full")


def main() -> None:
    """Run one trial, by default in a new folder."""
    parser = argparse.ArgumentParser(prog="benchmarks.log", description=__doc__)
    parser.add_argument("trial", choices=list(_TRIALS))
    parser.add_argument("--times", type=int, help="kills, races, flips, disks; seconds of load")
    parser.add_argument("--database", metavar="URL", help="an empty PostgreSQL database")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) if said.trial in _FILES_ONLY else said.database or Path(folder) / "log.sqlite3"
        figures = _TRIALS[said.trial](place, said.times or _USUAL[said.trial])
    for field in dataclasses.fields(figures):
        value = getattr(figures, field.name)
        print(
            f"{field.name.replace('_', ' ')}: {value:.1f}"
            if isinstance(value, float)
            else f"{field.name.replace('_', ' ')}: {value}"
        )


if __name__ == "__main__":
    main()
