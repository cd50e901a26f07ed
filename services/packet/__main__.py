"""python -m services.packet rebuild ID [--into FOLDER]: build a packet again and hold its bytes against the log."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..read_packet import rebuild
from ..site import Site
from .build import SUFFIX


def main(arguments: list[str] | None = None) -> int:
    """0 if every byte is the same, 1 if not or if it cannot be built, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m services.packet", description=(__doc__ or "").partition(": ")[2])
    command = parser.add_subparsers(required=True).add_parser("rebuild", help="build it again and compare")
    command.add_argument("id", help="such as weekly_revenue-2026-06-30-1")
    command.add_argument("--into", type=Path, metavar="FOLDER", help="write the outputs there")
    given = parser.parse_args(arguments)
    found, problems = rebuild(Site.from_environment(), given.id)
    for problem in problems:
        print(problem, file=sys.stderr)
    if found is None:
        return 1
    for kind, digest in found.built.digests.items():
        print(f"{kind:8} {digest} {'DIFFERENT' if kind in found.different else 'the same'}")
    if given.into:
        given.into.mkdir(parents=True, exist_ok=True)
        for kind, content in found.built.files.items():
            (given.into / f"{given.id}.{SUFFIX[kind]}").write_bytes(content)
    return 1 if found.different else 0


if __name__ == "__main__":
    sys.exit(main())
